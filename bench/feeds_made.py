"""A partner's feed that is drawn, and the server of loopback that it is fetched from."""

import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

ORGANISATIONS = 3_000
TITLES = ("Distribution de repas", "Visites à domicile", "Soutien scolaire", "Collecte de vivres", "Accueil du public")
MOST_PLACES = 20


def feed(places: Sequence[tuple[str, str]], missions: int, *, changed: int = 0) -> bytes:
    """Return a feed of so many missions in towns with their postcodes, the first ones with more places than before."""
    draw = random.Random(2020)  # noqa: S311 (drawn data, no secret)
    parts = ['<?xml version="1.0" encoding="UTF-8"?><source>']
    for number in range(missions):
        town, postcode = draw.choice(places)
        organisation = draw.randrange(ORGANISATIONS)
        more = MOST_PLACES if number < changed else 0
        fields = {
            "clientId": f"m-{number}",
            "title": f"{draw.choice(TITLES)} à {town}",
            "description": "<p>" + "Venir aider une équipe de bénévoles. " * 25 + "</p>",
            "applicationUrl": f"https://banc.example/missions/{number}",
            "domain": "solidarite-insertion",
            "remote": "no",
            "places": str(1 + draw.randrange(MOST_PLACES) + more),
            "postalCode": postcode,
            "city": town,
            "country": "FR",
            "organizationName": f"Association {organisation}",
            "organizationRNA": f"W{organisation:09}",
        }
        parts.append(f"<mission>{''.join(f'<{tag}>{escape(text)}</{tag}>' for tag, text in fields.items())}</mission>")
    return "".join([*parts, "</source>"]).encode()


@dataclass(slots=True)
class Served:
    """What the server answers, and where."""

    content: bytes = field(default=b"", repr=False)
    url: str = ""


@contextmanager
def serving() -> Iterator[Served]:
    """Serve what `content` is, until the end."""
    served = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(served.content)))
            self.end_headers()
            self.wfile.write(served.content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_address[1]}/feed.xml"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
