"""A server in a thread that speaks OpenAI's protocol and answers as a test scripts it, faults included.

    with OpenAIServer() as server:
        server.script(refusal(429, retry_after="0"), answer("Steel, mostly [1]."))
        settings = Settings(base_url=server.url, api_key="…", …)

Each chat request takes the next scripted reply; when there is none left the `fallback` answers, and without
one the request is refused (400), so that a test that asks too often fails. `/v1/models` and `/v1/embeddings`
work unscripted; replies scripted for their path come first. Replies that hang end when the server is closed,
or the client goes.
"""

from __future__ import annotations

import base64
import json
import math
import select
import socket
import ssl
import sys
import threading
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import pytest

CHAT = "/v1/chat/completions"
MODELS = "/v1/models"
EMBEDDINGS = "/v1/embeddings"


@dataclass(frozen=True, slots=True)
class Request:
    """A request that came: its path, its headers (names in lower case) and its JSON body."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def text(self) -> str:
        """Everything said in a chat request, system and user."""
        return "\n".join(str(message["content"]) for message in self.body["messages"])


class Exchange:
    """One request and the means to answer it."""

    def __init__(self, handler: BaseHTTPRequestHandler, request: Request, server: OpenAIServer) -> None:
        self.request = request
        self.server = server
        self._handler = handler
        self._chunked = False

    def send(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        """A whole response."""
        self._head(status, {"Content-Type": kind, "Content-Length": str(len(body)), **headers})
        self._handler.wfile.write(body)

    def open_stream(self, *, chunked: bool = True) -> None:
        """The head of a stream of events; one that is not chunked can only end with the connection."""
        self._chunked = chunked
        self._head(
            200,
            {"Content-Type": "text/event-stream"}
            | ({"Transfer-Encoding": "chunked"} if chunked else {"Connection": "close"}),
        )

    def write(self, data: bytes) -> None:
        """Bytes of the stream."""
        self._handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data) if self._chunked else data)

    def event(self, piece: str | None, finish: str | None = None) -> None:
        """One chat completion chunk."""
        delta = {} if piece is None else {"role": "assistant", "content": piece}
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        self.write(b"data: " + json.dumps(self._chunk | {"choices": [choice]}).encode() + b"\n\n")

    def usage(self, prompt: int, completion: int) -> None:
        """The chunk without choices that ends a stream whose usage was asked for."""
        self.write(b"data: " + json.dumps(self._chunk | {"choices": [], "usage": _usage(prompt, completion)}).encode())
        self.write(b"\n\n")

    def close_stream(self, *, done: bool = True) -> None:
        """The end of the stream, with or without its last event."""
        if done:
            self.write(b"data: [DONE]\n\n")
        if self._chunked:
            self._handler.wfile.write(b"0\r\n\r\n")

    def break_off(self) -> None:
        """Close the connection where it stands."""
        self._handler.close_connection = True

    def wait(self) -> None:
        """Say nothing until the client goes (`server.client_left` is set then) or the server is closed."""
        self.break_off()
        readable, _, _ = select.select([self._handler.connection, self.server.closing], [], [])
        if self.server.closing not in readable:
            self.server.client_left.set()

    @property
    def _chunk(self) -> dict[str, Any]:
        return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": self.model}

    @property
    def model(self) -> str:
        return str(self.request.body.get("model", "scripted"))

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self._handler.send_response(status)
        for name, value in headers.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._handler.end_headers()


Reply = Callable[[Exchange], None]


def answer(text: str, usage: tuple[int, int] | None = None) -> Reply:
    """The text as the client asks for it: streamed word by word, or whole.

    `usage` are the tokens of prompt and completion; a stream tells them only where it is asked to.
    """
    words = [word for word in text.replace(" ", " \0").split("\0") if word]

    def reply(exchange: Exchange) -> None:
        if exchange.request.body.get("stream"):
            stream(*words, usage=usage)(exchange)
            return
        message = {"role": "assistant", "content": text}
        whole = {"id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": exchange.model}
        choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
        used = {"usage": _usage(*usage)} if usage else {}
        exchange.send(200, json.dumps(whole | {"choices": choices} | used).encode())

    return reply


def stream(
    *pieces: str,
    finish: str | None = "stop",
    usage: tuple[int, int] | None = None,
    done: bool = True,
    chunked: bool = True,
) -> Reply:
    """The pieces, one event each; without `finish` or `done` the end lacks the reason or the last event."""

    def reply(exchange: Exchange) -> None:
        exchange.open_stream(chunked=chunked)
        for piece in pieces:
            exchange.event(piece)
        if finish:
            exchange.event(None, finish)
        if usage and (exchange.request.body.get("stream_options") or {}).get("include_usage"):
            exchange.usage(*usage)
        exchange.close_stream(done=done)

    return reply


def _usage(prompt: int, completion: int) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def refusal(status: int, message: str = "no", *, retry_after: str | None = None, **fields: Any) -> Reply:
    """An error in OpenAI's form; `fields` (`code`, `type`, `param`) go into it."""
    body = json.dumps({"error": {"message": message, "type": "error", "param": None, "code": None} | fields})
    headers = {} if retry_after is None else {"Retry_After": retry_after}
    return lambda exchange: exchange.send(status, body.encode(), **headers)


def redirect(address: str) -> Reply:
    """Another address to send the same request to."""
    return lambda exchange: exchange.send(307, b"", Location=address)


def hang(*pieces: str) -> Reply:
    """Silence: before the response begins, or behind the pieces where there are any."""

    def reply(exchange: Exchange) -> None:
        if pieces:
            exchange.open_stream()
        for piece in pieces:
            exchange.event(piece)
        exchange.wait()

    return reply


def keep_alive() -> Reply:
    """A stream of comments and never an event, as proxies send while a model thinks."""

    def reply(exchange: Exchange) -> None:
        exchange.open_stream()
        exchange.break_off()
        while not select.select([exchange.server.closing], [], [], 0.02)[0]:
            exchange.write(b": thinking\n\n")

    return reply


def cut(*pieces: str) -> Reply:
    """The pieces, and then the connection breaks in the middle of the stream."""

    def reply(exchange: Exchange) -> None:
        exchange.open_stream()
        for piece in pieces:
            exchange.event(piece)
        exchange.break_off()

    return reply


def drop() -> Reply:
    """The connection closes without a word."""
    return lambda exchange: exchange.break_off()


def junk(data: bytes = b"data: {this is no JSON\n\n") -> Reply:
    """A stream of events with something else in them."""

    def reply(exchange: Exchange) -> None:
        exchange.open_stream()
        exchange.write(data)
        exchange.close_stream()

    return reply


def page(text: str = "<html><body>Welcome</body></html>") -> Reply:
    """A web page where an API was expected."""
    return lambda exchange: exchange.send(200, text.encode(), "text/html")


def huge(characters: int, piece: str = "All work and no play [1]. ") -> Reply:
    """An answer of at least so many characters, in many pieces."""
    return stream(*[piece] * math.ceil(characters / len(piece)))


class OpenAIServer:
    """The server; `requests` are those that came, in order. Use it as a context manager."""

    def __init__(
        self, *, fallback: Reply | None = None, dimension: int = 64, tls: ssl.SSLContext | None = None
    ) -> None:
        self.fallback = fallback
        self.dimension = dimension
        self.requests: list[Request] = []
        self.client_left = threading.Event()
        self.closing, self._closer = socket.socketpair()
        self._scripts: dict[str, deque[Reply]] = {CHAT: deque(), MODELS: deque(), EMBEDDINGS: deque()}
        self._scheme = "https" if tls else "http"
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def host(self) -> str:
        """`127.0.0.1:PORT`."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """What belongs into OPENAI_BASE_URL."""
        return f"{self._scheme}://{self.host}/v1"

    def script(self, *replies: Reply, path: str = CHAT) -> None:
        """Answer the next requests to `path` with these replies, in order."""
        self._scripts[path].extend(replies)

    def reply_to(self, path: str) -> Reply:
        """The reply that is due at `path`."""
        script = self._scripts.get(path)
        if script is None:
            return refusal(404, f"there is nothing at {path}")
        if script:
            return script.popleft()
        unscripted = {MODELS: _models, EMBEDDINGS: _embeddings}
        return unscripted.get(path) or self.fallback or refusal(400, "the test has scripted no further answer")

    def __enter__(self) -> OpenAIServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closer.close()  # whoever waits on the other end sees it
        self._server.shutdown()
        self._thread.join()
        self._server.close_connections()
        self._server.server_close()
        self.closing.close()


@pytest.fixture
def openai_server() -> Iterator[OpenAIServer]:
    """A server for one test, with nothing scripted."""
    with OpenAIServer() as server:
        yield server


class _Server(ThreadingHTTPServer):
    """Threads that are waited for at the end, after their connections have been shut."""

    daemon_threads = False
    block_on_close = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print what is wrong with the script; a client that has left is not."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def close_connections(self) -> None:
        """Wake the threads that wait for a further request on a kept connection."""
        with self._lock:
            for connection in self._open:
                with suppress(OSError):  # the client has gone already
                    connection.shutdown(socket.SHUT_RD)


def _handler(server: OpenAIServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.path, headers, json.loads(body) if body else {})
            server.requests.append(request)
            try:
                server.reply_to(self.path)(Exchange(self, request, server))
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
                server.client_left.set()

        def log_message(self, format: str, *args: Any) -> None:
            """Tests read `requests`; nothing goes to the terminal."""

    return Handler


def _models(exchange: Exchange) -> None:
    models = [{"id": "scripted", "object": "model", "created": 0, "owned_by": "tests"}]
    exchange.send(200, json.dumps({"object": "list", "data": models}).encode())


def _embeddings(exchange: Exchange) -> None:
    body = exchange.request.body
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    size = int(body.get("dimensions") or exchange.server.dimension)
    packed = body.get("encoding_format") == "base64"
    data = [
        {"object": "embedding", "index": index, "embedding": _pack(vector) if packed else vector}
        for index, vector in enumerate(embedding(text, size) for text in texts)
    ]
    usage = {"prompt_tokens": 0, "total_tokens": 0}
    whole = {"object": "list", "model": exchange.model, "data": data, "usage": usage}
    exchange.send(200, json.dumps(whole).encode())


def embedding(text: str, dimension: int) -> list[float]:
    """A unit vector of the text's hashed character trigrams: similar texts are near each other."""
    vector = [0.0] * dimension
    padded = f"  {text.lower()}  "
    for start in range(len(padded) - 2):
        hashed = blake2b(padded[start : start + 3].encode(), digest_size=8).digest()
        vector[int.from_bytes(hashed[:4], "big") % dimension] += 1.0 if hashed[4] % 2 else -1.0
    length = math.hypot(*vector)
    return [value / length for value in vector] if length else [1.0, *vector[1:]]


def _pack(vector: list[float]) -> str:
    return base64.b64encode(array("f", vector).tobytes()).decode()
