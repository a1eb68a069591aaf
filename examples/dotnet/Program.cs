// An HTTP endpoint for your app's page that returns a portal session, which it requests from chargebee-portal-server.
using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

/// <summary>Says in our own words why an answer cannot be used.</summary>
sealed class UnusableAnswer : Exception
{
    public UnusableAnswer(string reason) : base(reason) { }
}

static class Program
{
    static readonly string PortalServerUrl = Env("PORTAL_SERVER_URL", "http://localhost:4000");
    static readonly string[] Paths = { "/portal-session", "/manage-payment-sources" };
    static readonly Regex Bearer = new Regex(@"\ABearer (?<token>[A-Za-z0-9_.~+/-]+=*)\z", RegexOptions.IgnoreCase);
    static readonly string[] JsonTypes = { "application/json", "application/problem+json" };
    const string JsonString = @"""(?:[^""\\\x00-\x1f]|\\(?:[""\\/bfnrt]|u[0-9a-fA-F]{4}))*""";
    const string JsonMember = JsonString + @"\s*:\s*(?:" + JsonString + @"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)";
    /// <summary>What the portal server answers: an object that has no other ones within it.</summary>
    static readonly Regex JsonObject = new Regex(
        @"\A\s*\{\s*(?:" + JsonMember + @"(?:\s*,\s*" + JsonMember + @")*)?\s*\}\s*\z");
    const int MaxRequestBytes = 16384;

    static readonly HttpClient Client = new HttpClient(
        // No redirects, so that the caller's token is sent only to the portal server.
        new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        // Longer than the deadline of chargebee-portal-server, 9 seconds.
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = 65536,
    };

    static string Env(string name, string fallback)
    {
        var value = Environment.GetEnvironmentVariable(name);
        return string.IsNullOrEmpty(value) ? fallback : value;
    }

    static void Main()
    {
        Serve().GetAwaiter().GetResult();
    }

    static async Task Serve()
    {
        var address = $"http://{Env("HOST", "127.0.0.1")}:{Env("PORT", "4301")}";
        var listener = new HttpListener();
        listener.Prefixes.Add(address + "/");
        listener.Start();
        Console.WriteLine($"Listening at {address}");
        while (true)
        {
            var context = await listener.GetContextAsync();
            _ = Task.Run(() => Handle(context));
        }
    }

    static async Task Handle(HttpListenerContext context)
    {
        try
        {
            await Answer(context.Request, context.Response);
        }
        catch (Exception error) when (error is UnusableAnswer || error is HttpRequestException || error is OperationCanceledException || error is IOException)
        {
            Console.Error.WriteLine($"The portal server cannot be used: {ReasonOf(error)}");
            Try(() => SendProblem(context.Response, 503, "BILLING_UNAVAILABLE", "Billing is not available. Try again later."));
        }
        catch (Exception error)
        {
            Console.Error.WriteLine($"The request failed: {ReasonOf(error)}");
            Try(() => SendProblem(context.Response, 500, "INTERNAL_SERVER_ERROR", "Something went wrong."));
        }
    }

    /// <summary>
    /// Describes an error for the log, of most errors only the types: their messages may contain a part of the answer, with its
    /// token.
    /// </summary>
    static string ReasonOf(Exception error)
    {
        if (error is UnusableAnswer) return error.Message;
        var cause = error.GetBaseException();
        var detail = cause is SocketException socket ? socket.SocketErrorCode.ToString() : cause.GetType().Name;
        return cause == error ? detail : $"{error.GetType().Name}: {detail}";
    }

    static async Task Answer(HttpListenerRequest request, HttpListenerResponse response)
    {
        var path = request.Url.AbsolutePath;
        if (!Paths.Contains(path))
        {
            SendProblem(response, 404, "NOT_FOUND", "Not found.");
            return;
        }
        if (request.HttpMethod != "POST")
        {
            response.AddHeader("Allow", "POST");
            SendProblem(response, 405, "METHOD_NOT_ALLOWED", "Use POST.");
            return;
        }
        var bearer = Bearer.Match(request.Headers["Authorization"] ?? "");
        if (!bearer.Success)
        {
            response.AddHeader("WWW-Authenticate", "Bearer");
            SendProblem(response, 401, "UNAUTHENTICATED", "Sign in.");
            return;
        }
        var body = await Read(request.InputStream, MaxRequestBytes);
        if (body == null)
        {
            SendProblem(response, 413, "PAYLOAD_TOO_LARGE", "The request is too large.");
            return;
        }

        var message = new HttpRequestMessage(HttpMethod.Post, PortalServerUrl + path) { Content = new ByteArrayContent(body) };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer.Groups["token"].Value);
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using (var answer = await Client.SendAsync(message))
        {
            var status = (int)answer.StatusCode;
            var content = await answer.Content.ReadAsByteArrayAsync();
            // Do not forward redirects: the caller would send the token to their target.
            if (status / 100 == 3 || !JsonTypes.Contains(answer.Content.Headers.ContentType?.MediaType))
            {
                throw new UnusableAnswer($"it answered {status} without JSON");
            }
            if (!JsonObject.IsMatch(Encoding.UTF8.GetString(content)))
            {
                throw new UnusableAnswer($"it answered {status} with malformed JSON");
            }
            foreach (var name in new[] { "Retry-After", "WWW-Authenticate", "X-Request-Id" })
            {
                if (answer.Headers.TryGetValues(name, out var values)) response.AddHeader(name, string.Join(", ", values));
            }
            Send(response, status, answer.Content.Headers.ContentType.ToString(), content);
        }
    }

    /// <summary>Reads a whole body. Returns null if it is larger than the limit.</summary>
    static async Task<byte[]> Read(Stream stream, int limit)
    {
        using (var content = new MemoryStream())
        {
            var buffer = new byte[4096];
            int count;
            while ((count = await stream.ReadAsync(buffer, 0, buffer.Length)) > 0)
            {
                if (content.Length + count > limit) return null;
                content.Write(buffer, 0, count);
            }
            return content.ToArray();
        }
    }

    /// <summary>Sends problem details (RFC 9457), like chargebee-portal-server.</summary>
    static void SendProblem(HttpListenerResponse response, int status, string code, string detail)
    {
        var problem = $"{{\"status\":{status},\"code\":\"{code}\",\"detail\":\"{detail}\"}}";
        Send(response, status, "application/problem+json", Encoding.UTF8.GetBytes(problem));
    }

    static void Send(HttpListenerResponse response, int status, string contentType, byte[] content)
    {
        response.StatusCode = status;
        response.ContentType = contentType;
        response.AddHeader("Cache-Control", "no-store");
        response.Close(content, false);
    }

    /// <summary>Sends a response before closing; the client may have disconnected.</summary>
    static void Try(Action send)
    {
        try
        {
            send();
        }
        catch (Exception error)
        {
            Console.Error.WriteLine($"The answer could not be sent: {error.GetType().Name}");
        }
    }
}
