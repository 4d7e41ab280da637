"""Tells the edges before the portal which public pages have changed.

An edge keeps copies of public pages. At the private address of `[purge]` in its site.toml it renews the copy of a page
while readers go on seeing the one before, and forgets that of a feed. It is asked as readers ask, once for each
encoding that it keeps a copy in. A worker calls this, never a request.
"""

import http.client
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

ENCODINGS = ("identity", "gzip", "br")
# Longer than an edge lets a page take.
ANSWER_SECONDS = 40.0
CONNECT_SECONDS = 2.0
# An edge that did not answer is asked again after this, so that many jobs about one that is down cost nothing.
LEFT_ALONE_SECONDS = 30.0
_left_alone_until: dict[str, float] = {}


class NotTold(Exception):
    """An edge was not told of all changes; whoever tells it again later does no harm."""


@dataclass(frozen=True, slots=True)
class Outdated:
    """Paths of what has changed: pages whose copies are renewed, and what is written anew when somebody asks for it."""

    renewed: Sequence[str] = ()
    forgotten: Sequence[str] = ()


def tell(*, edge: str, secret: str, outdated: Outdated) -> None:
    """Tell an edge, by its private address (http://10.0.0.1:9146), what has changed. Raises NotTold."""
    if time.monotonic() < _left_alone_until.get(edge, 0.0):
        raise NotTold(f"{edge} did not answer a moment ago")
    wanted = [("DELETE", path) for path in outdated.forgotten] + [("GET", path) for path in outdated.renewed]
    connection = _connection(edge)
    try:
        connection.connect()
        connection.sock.settimeout(ANSWER_SECONDS)
        answers = [_ask(connection, method, path, secret) for method, path in wanted]
    except (OSError, http.client.HTTPException) as error:
        _left_alone_until[edge] = time.monotonic() + LEFT_ALONE_SECONDS
        raise NotTold(f"{edge}: {type(error).__name__}: {error}") from error
    finally:
        connection.close()
    obstacles = list(dict.fromkeys(obstacle for obstacle in answers if obstacle))
    if obstacles:
        raise NotTold(f"{edge}: {'; '.join(obstacles)}"[:1000])


def _connection(edge: str) -> http.client.HTTPConnection:
    parts = urlsplit(edge)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=CONNECT_SECONDS)


def _ask(connection: http.client.HTTPConnection, method: str, path: str, secret: str) -> str:
    """Tell of one path in each encoding; return what was in the way, empty when nothing was."""
    for encoding in ENCODINGS:
        connection.request(method, path, headers={"Authorization": f"Bearer {secret}", "Accept-Encoding": encoding})
        answer = connection.getresponse()
        answer.read()
        if answer.status == 403 and not answer.headers.get("X-Cache"):
            return "it knows neither this worker's network nor its secret (purge.allowed, EDGE_SECRET)"
        # 404 means that nothing is kept of a path, or that the page is gone: that is known now.
        if answer.status >= 400 and answer.status not in (404, 410):
            return f"{path}: {answer.status}"
    return ""
