import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** An HTTP endpoint for your app's page that returns a portal session, which it requests from chargebee-portal-server. */
public class PortalSession {
    static final String PORTAL_SERVER_URL = env("PORTAL_SERVER_URL", "http://localhost:4000");
    static final List<String> PATHS = List.of("/portal-session", "/manage-payment-sources");
    static final Pattern BEARER = Pattern.compile("(?i:Bearer) [\\w.~+/-]+=*");
    static final Pattern JSON_TYPE = Pattern.compile("(?i)application/(problem\\+)?json\\b.*");
    static final String JSON_STRING = "\"(?:[^\"\\\\\\x00-\\x1f]|\\\\(?:[\"\\\\/bfnrt]|u[0-9a-fA-F]{4}))*+\"";
    static final String JSON_MEMBER =
        JSON_STRING + "\\s*:\\s*(?:" + JSON_STRING + "|-?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)";
    /** What the portal server answers: the JDK has no JSON parser, but the object has no other ones within it. */
    static final Pattern JSON_OBJECT = Pattern.compile(
        "\\s*\\{\\s*(?:" + JSON_MEMBER + "(?:\\s*,\\s*" + JSON_MEMBER + ")*+)?\\s*\\}\\s*");
    /** Longer than the deadline of chargebee-portal-server, 9 seconds. */
    static final int TIMEOUT_SECONDS = 10;
    static final int MAX_REQUEST_BYTES = 16_384;
    static final int MAX_ANSWER_BYTES = 65_536;

    static final ExecutorService handlers = Executors.newFixedThreadPool(32);
    static final ExecutorService calls = Executors.newCachedThreadPool();
    // No redirects, so that the caller's token is sent only to the portal server.
    static final HttpClient client =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(TIMEOUT_SECONDS)).build();

    /** Says in our own words why an answer cannot be used. */
    static class UnusableAnswer extends IOException {
        UnusableAnswer(String reason) {
            super(reason);
        }
    }

    record Answer(HttpResponse<?> response, byte[] content) {}

    public static void main(String[] args) throws IOException {
        var address = new InetSocketAddress(env("HOST", "127.0.0.1"), Integer.parseInt(env("PORT", "4301")));
        // The JDK server's timeout for receiving a request, in seconds; the default is none.
        System.setProperty("sun.net.httpserver.maxReqTime", "15");
        var server = HttpServer.create(address, 0);
        server.setExecutor(handlers);
        server.createContext("/", PortalSession::handle);
        server.start();
        System.out.printf("Listening at http://%s:%d%n", address.getHostString(), address.getPort());
    }

    static String env(String name, String fallback) {
        return System.getenv().getOrDefault(name, fallback);
    }

    static void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            if (!PATHS.contains(path)) {
                sendProblem(exchange, 404, "NOT_FOUND", "Not found.");
                return;
            }
            if (!exchange.getRequestMethod().equals("POST")) {
                exchange.getResponseHeaders().set("Allow", "POST");
                sendProblem(exchange, 405, "METHOD_NOT_ALLOWED", "Use POST.");
                return;
            }
            var authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (authorization == null || !BEARER.matcher(authorization).matches()) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
                sendProblem(exchange, 401, "UNAUTHENTICATED", "Sign in.");
                return;
            }
            var body = exchange.getRequestBody().readNBytes(MAX_REQUEST_BYTES + 1);
            if (body.length > MAX_REQUEST_BYTES) {
                sendProblem(exchange, 413, "PAYLOAD_TOO_LARGE", "The request is too large.");
                return;
            }
            passOn(exchange, path, authorization, body);
        }
    }

    static void passOn(HttpExchange exchange, String path, String authorization, byte[] body)
            throws IOException {
        // The client's own timeout covers only the headers; this one covers the whole response.
        var call = calls.submit(() -> askPortalServer(path, authorization, body));
        try {
            var answer = call.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            for (var name : List.of("Content-Type", "Retry-After", "WWW-Authenticate", "X-Request-Id")) {
                answer.response().headers().firstValue(name)
                    .ifPresent(value -> exchange.getResponseHeaders().set(name, value));
            }
            send(exchange, answer.response().statusCode(), answer.content());
        } catch (ExecutionException | TimeoutException | InterruptedException error) {
            call.cancel(true);
            var cause = error instanceof ExecutionException ? error.getCause() : error;
            // The messages of other errors may contain a part of the answer, with its token.
            var isPlain = cause instanceof UnusableAnswer || cause instanceof SSLException;
            System.err.println("The portal server cannot be used: "
                + (isPlain ? cause.getMessage() : cause.getClass().getName()));
            sendProblem(exchange, 503, "BILLING_UNAVAILABLE", "Billing is not available. Try again later.");
        }
    }

    static Answer askPortalServer(String path, String authorization, byte[] body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(PORTAL_SERVER_URL + path))
            .header("Authorization", authorization)
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(TIMEOUT_SECONDS))
            .POST(BodyPublishers.ofByteArray(body))
            .build();
        var response = client.send(request, BodyHandlers.ofInputStream());
        try (var stream = response.body()) {
            var content = stream.readNBytes(MAX_ANSWER_BYTES + 1);
            if (content.length > MAX_ANSWER_BYTES) throw new UnusableAnswer("its answer is too large");
            if (response.statusCode() / 100 == 3) throw new UnusableAnswer("it redirects");
            var type = response.headers().firstValue("Content-Type").orElse("");
            if (!JSON_TYPE.matcher(type).matches()) {
                throw new UnusableAnswer("it answered " + response.statusCode() + " without JSON");
            }
            if (!JSON_OBJECT.matcher(new String(content, StandardCharsets.UTF_8)).matches()) {
                throw new UnusableAnswer("it answered " + response.statusCode() + " with malformed JSON");
            }
            return new Answer(response, content);
        }
    }

    /** Sends problem details (RFC 9457), like chargebee-portal-server. */
    static void sendProblem(HttpExchange exchange, int status, String code, String detail)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
        var problem = "{\"status\":%d,\"code\":\"%s\",\"detail\":\"%s\"}".formatted(status, code, detail);
        send(exchange, status, problem.getBytes(StandardCharsets.UTF_8));
    }

    static void send(HttpExchange exchange, int status, byte[] content) throws IOException {
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        // Responses to HEAD have no body.
        var length = exchange.getRequestMethod().equals("HEAD") ? -1 : content.length;
        exchange.sendResponseHeaders(status, length);
        if (length > 0) exchange.getResponseBody().write(content);
    }
}
