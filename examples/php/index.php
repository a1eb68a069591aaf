<?php

// An HTTP endpoint for your app's page that returns a portal session, which it requests from chargebee-portal-server.
declare(strict_types=1);

const PATHS = ['/portal-session', '/manage-payment-sources'];
const BEARER = '~^Bearer [\w.\~+/-]+=*$~iD';
const JSON_TYPE = '~^application/(problem\+)?json\b~i';
// Longer than the deadline of chargebee-portal-server, 9 seconds.
const TIMEOUT_SECONDS = 10;
const MAX_REQUEST_BYTES = 16_384;
const MAX_ANSWER_BYTES = 65_536;

/** Sends problem details (RFC 9457), like chargebee-portal-server. */
function send_problem(int $status, string $code, string $detail): never
{
    http_response_code($status);
    header('Content-Type: application/problem+json');
    exit(json_encode(['status' => $status, 'code' => $code, 'detail' => $detail]));
}

/**
 * Returns the status, the headers by their names in lower case, and the body of the portal server's answer.
 *
 * @return array{int, array<string, string>, string}
 */
function ask_portal_server(string $path, string $authorization, string $body): array
{
    $headers = [];
    $content = '';
    $server = rtrim(getenv('PORTAL_SERVER_URL') ?: 'http://localhost:4000', '/');
    $curl = curl_init($server . $path);
    curl_setopt_array($curl, [
        CURLOPT_POSTFIELDS => $body,
        CURLOPT_HTTPHEADER => ["Authorization: $authorization", 'Content-Type: application/json', 'Expect:'],
        CURLOPT_TIMEOUT => TIMEOUT_SECONDS,
        CURLOPT_HEADERFUNCTION => function ($curl, string $line) use (&$headers): int {
            [$name, $value] = array_pad(explode(':', $line, 2), 2, '');
            $headers[strtolower(trim($name))] = trim($value);
            return strlen($line);
        },
        // Returning less than the length makes curl abort.
        CURLOPT_WRITEFUNCTION => function ($curl, string $chunk) use (&$content): int {
            $content .= $chunk;
            return strlen($content) > MAX_ANSWER_BYTES ? 0 : strlen($chunk);
        },
    ]);
    if (curl_exec($curl) === false) {
        throw new RuntimeException(curl_error($curl));
    }
    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    // Do not forward redirects: the caller would send the token to their target.
    if (intdiv($status, 100) === 3 || !preg_match(JSON_TYPE, $headers['content-type'] ?? '')) {
        throw new RuntimeException("it answered $status without JSON");
    }
    json_decode($content);
    if (json_last_error() !== JSON_ERROR_NONE) {
        throw new RuntimeException("it answered $status with malformed JSON");
    }
    return [$status, $headers, $content];
}

header('Cache-Control: no-store');
header_remove('X-Powered-By');
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (!in_array($path, PATHS, true)) {
    send_problem(404, 'NOT_FOUND', 'Not found.');
}
if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    header('Allow: POST');
    send_problem(405, 'METHOD_NOT_ALLOWED', 'Use POST.');
}
$authorization = $_SERVER['HTTP_AUTHORIZATION'] ?? '';
if (!preg_match(BEARER, $authorization)) {
    header('WWW-Authenticate: Bearer');
    send_problem(401, 'UNAUTHENTICATED', 'Sign in.');
}
$body = file_get_contents('php://input', length: MAX_REQUEST_BYTES + 1);
if (strlen($body) > MAX_REQUEST_BYTES) {
    send_problem(413, 'PAYLOAD_TOO_LARGE', 'The request is too large.');
}

try {
    [$status, $headers, $content] = ask_portal_server($path, $authorization, $body);
} catch (RuntimeException $error) {
    error_log('The portal server cannot be used: ' . $error->getMessage());
    send_problem(503, 'BILLING_UNAVAILABLE', 'Billing is not available. Try again later.');
}
http_response_code($status);
foreach (['content-type', 'retry-after', 'www-authenticate', 'x-request-id'] as $name) {
    if (isset($headers[$name])) {
        header("$name: $headers[$name]");
    }
}
echo $content;
