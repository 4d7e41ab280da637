"""A small real server behind the edge: it answers as it is told and remembers what it was asked."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PUBLIC = {"Cache-Control": "public, max-age=0, s-maxage=1, stale-while-revalidate=60"}
PRIVATE = {"Cache-Control": "private, no-store, no-transform"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived."""

    method: str
    target: str
    headers: Message
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered. `upgrade` echoes whatever comes afterwards."""

    body: bytes = b"a page"
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: dict(PRIVATE))


# The connection is closed instead.
NO_REPLY = Reply(status=0)


class Backend:
    """A backend on one port, which can be stopped and started again there."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.asked: list[Asked] = []
        self.reply: Callable[[Asked], Reply] = lambda asked: Reply()
        self.host, self.port = host, port
        self._server: _Server | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Listen, on the port of before if there was one."""
        self._server = _Server((self.host, self.port), _handler_for(self))
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        """Listen no more, and close what is open."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server.close_all()
            self._server = None

    def note(self, asked: Asked) -> Reply:
        """Remember a request and return its answer."""
        with self._lock:
            self.asked.append(asked)
        return self.reply(asked)

    def targets(self) -> list[str]:
        """Return what was asked for, in order."""
        return [each.target for each in self.asked]


@contextmanager
def running() -> Iterator[Backend]:
    """Run a backend."""
    backend = Backend()
    backend.start()
    try:
        yield backend
    finally:
        backend.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, *arguments: object) -> None:
        self._open: set[object] = set()
        super().__init__(*arguments)  # type: ignore[arg-type]

    def process_request(self, request: object, client_address: object) -> None:
        self._open.add(request)
        super().process_request(request, client_address)  # type: ignore[arg-type]

    def shutdown_request(self, request: object) -> None:
        self._open.discard(request)
        super().shutdown_request(request)  # type: ignore[arg-type]

    def close_all(self) -> None:
        """Close connections that wait for another request."""
        for request in list(self._open):
            super().shutdown_request(request)  # type: ignore[arg-type]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: tests cut connections on purpose."""


def _handler_for(backend: Backend) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body are written one after the other; the second would wait for an acknowledgement.
        disable_nagle_algorithm = True

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            reply = backend.note(Asked(self.command, self.path, self.headers, self.rfile.read(length)))
            if reply is NO_REPLY:
                self.close_connection = True
                return
            if reply.status == 101:
                self._echo(reply)
                return
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if "Transfer-Encoding" not in reply.headers:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = _answer

        def _echo(self, reply: Reply) -> None:
            self.send_response_only(101)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            while data := self.connection.recv(4096):
                self.connection.sendall(data)
            self.close_connection = True

        def log_message(self, format: str, *arguments: object) -> None:
            """Write nothing: the tests ask `asked`."""

    return Handler
