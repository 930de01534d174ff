"""Asks over raw sockets, so that nothing is prettified on the way, and reads answers as the two dialects mean them."""

import json
import socket
import ssl
from urllib.parse import urlparse


class Answer:
    """One answer as it came. A server that hung up or kept silent has status 0 and the reason as its text."""

    def __init__(self, status, headers, chunks):
        self.status, self.headers, self.chunks = status, headers, chunks
        self.text = b"".join(chunks).decode("utf-8", "backslashreplace")

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def kind(self):
        return self.header("content-type").split(";")[0].strip()

    def events(self):
        """The objects of the body in order: one for a whole answer, many for a stream; a plain text where it is no JSON."""
        if self.kind == "text/event-stream":
            frames = [line[5:].strip() for line in self.text.split("\n") if line.startswith("data:")]
            return [frame if frame == "[DONE]" else parsed(frame) for frame in frames]
        if self.kind == "application/x-ndjson":
            return [parsed(line) for line in self.text.split("\n") if line]
        return [parsed(self.text)] if self.text else []


def parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def connect(base, timeout):
    url = urlparse(base)
    port = url.port or (443 if url.scheme == "https" else 80)
    plain = socket.create_connection((url.hostname, port), timeout=timeout)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return (ssl.create_default_context().wrap_socket(plain, server_hostname=url.hostname) if url.scheme == "https" else plain), url


def send(base, method, path, headers=None, body="", timeout=60):
    """Opens a connection and sends one request; the caller reads."""
    raw = body if isinstance(body, bytes) else body.encode()
    line, url = connect(base, timeout)
    head = {"Host": url.netloc, "User-Agent": "conformance", "Accept": "*/*", "Connection": "close", **(headers or {})}
    if raw or method in ("POST", "DELETE", "PUT"):
        head["Content-Length"] = str(len(raw))
    text = "%s %s HTTP/1.1\r\n" % (method, path) + "".join("%s: %s\r\n" % pair for pair in head.items()) + "\r\n"
    line.sendall(text.encode("latin-1") + raw)
    return line


def ask(base, method, path, headers=None, body="", timeout=60):
    data = b""
    try:
        with send(base, method, path, headers, body, timeout) as line:
            while part := line.recv(65536):
                data += part
    except OSError as trouble:
        if not data:
            return Answer(0, [], [("%s: %s" % (type(trouble).__name__, trouble)).encode()])
    return read(data)


def read(data):
    top, mark, rest = data.partition(b"\r\n\r\n")
    if not mark:
        return Answer(0, [], [b"the connection ended without an answer"])
    lines = top.decode("latin-1").split("\r\n")
    headers = [(name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
    chunked = any(name.lower() == "transfer-encoding" and value == "chunked" for name, value in headers)
    return Answer(int(lines[0].split()[1]), headers, list(unchunk(rest)) if chunked else [rest] if rest else [])


def unchunk(rest):
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size.split(b";")[0] or b"0", 16)
        if length == 0:
            return
        yield rest[:length]
        rest = rest[length + 2:]
