"""A partner's web server, on a port of loopback, which answers with whatever a test puts there."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

from tests.exchange.situations import mission_given

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass(slots=True)
class FeedServer:
    """What the server answers: bytes at `/feed.xml`, or an answer of its own at a path."""

    content: bytes = b""
    answers: dict[str, Answer] = field(default_factory=dict)
    port: int = 0

    @property
    def url(self) -> str:
        """The address of the feed."""
        return f"http://127.0.0.1:{self.port}/feed.xml"

    def holds(self, *missions: str) -> None:
        """Put a feed of these missions there."""
        self.content = feed(*missions)


@contextmanager
def feed_server() -> Iterator[FeedServer]:
    """Run the server."""
    state = FeedServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path in state.answers:
                state.answers[self.path](self)
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(state.content)))
            self.end_headers()
            self.wfile.write(state.content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def feed(*missions: str) -> bytes:
    """Return a whole feed."""
    return f'<?xml version="1.0" encoding="UTF-8"?><source>{"".join(missions)}</source>'.encode()


def mission_xml(client_id: str, **changes: str) -> str:
    """Return a mission as the older feed writes it, its tags spelt as partners do."""
    given = mission_given(client_id)
    plain = {
        "clientId": client_id, "title": f"Distribution de repas {client_id}", "description": given["description"],
        "applicationUrl": given["applicationUrl"], "domain": given["domain"],
        "activity": "distribution, accueil-de-public", "remote": "no", "places": "4",
        "openToMinors": "no", "adresse": "1 place Kléber", "postalCode": "67000",
        "city": "Strasbourg", "country": "FR", "lonLat": "7.745,48.583", "organizationName": "Les Repas du cœur",
        "organizationRna": given["organizationRNA"], "startAt": "", **changes,
    }  # fmt: skip
    return f"<mission>{''.join(f'<{tag}>{escape(text)}</{tag}>' for tag, text in plain.items())}</mission>"
