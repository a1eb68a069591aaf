"""An HTTP endpoint for your app's page that returns a portal session, which it requests from chargebee-portal-server."""

import http.client
import json
import os
import re
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PORTAL_SERVER = urlsplit(os.environ.get("PORTAL_SERVER_URL", "http://localhost:4000"))
ADDRESS = (os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "4301")))
PATHS = ("/portal-session", "/manage-payment-sources")
BEARER = re.compile(r"Bearer [\w.~+/-]+=*", re.ASCII | re.IGNORECASE)
JSON_TYPE = re.compile(r"application/(problem\+)?json\b", re.IGNORECASE)
# Longer than the deadline of chargebee-portal-server, 9 seconds.
TIMEOUT_SECONDS = 10
MAX_REQUEST_BYTES = 16_384
MAX_ANSWER_BYTES = 65_536


class UnusableAnswer(Exception):
    """Says in our own words why an answer cannot be used."""


def ask_portal_server(path, authorization, body):
    """Returns the status, the headers and the body of the portal server's answer."""
    secure = PORTAL_SERVER.scheme == "https"
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = connect(PORTAL_SERVER.hostname, PORTAL_SERVER.port, timeout=TIMEOUT_SECONDS)
    connection.connect()
    # The connection's timeout applies to each read; this one covers the whole response.
    deadline = threading.Timer(TIMEOUT_SECONDS, connection.sock.shutdown, [socket.SHUT_RDWR])
    deadline.start()
    try:
        headers = {"Authorization": authorization, "Content-Type": "application/json"}
        connection.request("POST", PORTAL_SERVER.path.rstrip("/") + path, body, headers)
        answer = connection.getresponse()
        content = answer.read(MAX_ANSWER_BYTES + 1)
    finally:
        deadline.cancel()
        connection.close()
    if 300 <= answer.status < 400:
        raise UnusableAnswer("it redirects")
    if len(content) > MAX_ANSWER_BYTES or not JSON_TYPE.match(answer.getheader("Content-Type", "")):
        raise UnusableAnswer(f"it answered {answer.status} without JSON, or too much of it")
    json.loads(content)  # a truncated response raises a ValueError
    return answer.status, answer.headers, content


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 15  # seconds without a byte from the client

    def do_POST(self):
        if self.path.split("?")[0] not in PATHS:
            return self.send_problem(404, "NOT_FOUND", "Not found.")
        authorization = self.headers.get("Authorization", "")
        if not BEARER.fullmatch(authorization):
            return self.send_problem(
                401, "UNAUTHENTICATED", "Sign in.", {"WWW-Authenticate": "Bearer"}
            )
        if "Transfer-Encoding" in self.headers:
            return self.send_problem(411, "LENGTH_REQUIRED", "Send a Content-Length.")
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > MAX_REQUEST_BYTES:
            return self.send_problem(413, "PAYLOAD_TOO_LARGE", "The request is too large.")
        body = self.rfile.read(int(length))

        try:
            answer = ask_portal_server(self.path.split("?")[0], authorization, body)
        except (OSError, ValueError, http.client.HTTPException, UnusableAnswer) as error:
            # Other errors may contain a part of the answer, with its token.
            is_plain = isinstance(error, (OSError, UnusableAnswer))
            reason = error if is_plain else type(error).__name__
            print(f"The portal server cannot be used: {reason}", file=sys.stderr, flush=True)
            return self.send_problem(
                503, "BILLING_UNAVAILABLE", "Billing is not available. Try again later."
            )
        status, headers, content = answer
        names = ("Content-Type", "Retry-After", "WWW-Authenticate", "X-Request-Id")
        self.send_body(status, content, {name: headers[name] for name in names if name in headers})

    def do_GET(self):
        if self.path.split("?")[0] not in PATHS:
            return self.send_problem(404, "NOT_FOUND", "Not found.")
        self.send_problem(405, "METHOD_NOT_ALLOWED", "Use POST.", {"Allow": "POST"})

    def send_problem(self, status, code, detail, headers=None):
        """Sends problem details (RFC 9457), like chargebee-portal-server."""
        self.close_connection = True  # the request's body may not have been read
        content = json.dumps({"status": status, "code": code, "detail": detail}).encode()
        self.send_body(
            status, content, {"Content-Type": "application/problem+json", **(headers or {})}
        )

    def send_body(self, status, content, headers):
        self.send_response(status)
        self.send_header("Cache-Control", "no-store")
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format, *args):
        """Logs no requests."""


if __name__ == "__main__":
    with ThreadingHTTPServer(ADDRESS, Handler) as server:
        print(f"Listening at http://{ADDRESS[0]}:{ADDRESS[1]}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
