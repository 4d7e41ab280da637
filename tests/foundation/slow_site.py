"""A small WSGI site behind the lane, for tests of the real server: it waits, reads bodies and writes long answers."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from entraide.foundation.lane import Receive, Scope, Send, WsgiLane
from entraide.foundation.one_port import OnePort

THREADS = 4
LONGEST_BODY = 1000


def site(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer `/wait?seconds`, `/read` with what was read, `/long` with 100 MB, and anything with its query."""
    start_response("200 OK", [("content-type", "text/plain")])
    match environ["PATH_INFO"]:
        case "/wait":
            time.sleep(float(environ["QUERY_STRING"]))
            return [b"waited"]
        case "/read":
            length = int(environ.get("CONTENT_LENGTH") or 0)
            return [f"{length} {environ['wsgi.input'].read(min(length, LONGEST_BODY)).decode()}".encode()]
        case "/long":
            return [b"x" * 100_000] * 1000
        case _:
            return [environ["QUERY_STRING"].encode()]


pages = WsgiLane(site, threads=THREADS, longest_body=LONGEST_BODY)


async def under_way(scope: Scope, receive: Receive, send: Send) -> None:
    """Tell how many requests the pages have under way, without taking one of their threads."""
    if scope["type"] == "lifespan":
        for event in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{event}.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(pages.under_way).encode()})


application = OnePort(lanes={"/under-way": under_way}, pages=pages)
