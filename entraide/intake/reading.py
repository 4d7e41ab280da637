"""First step: the bytes of a request, at most 64 kB and all of them in time."""

import asyncio

from entraide.intake.asgi import Request
from entraide.intake.refusals import Refusal

LONGEST_BODY = 64 * 1024
LONGEST_WAIT_SECONDS = 15.0


class Disconnected(Exception):
    """The caller went away before the body was complete; nobody is there to answer."""


async def read_body(request: Request) -> bytes:
    """Return the whole body. Raises Refusal when it is too long or too slow, Disconnected when the caller left."""
    declared = request.header("content-length")
    if declared.isdigit() and int(declared) > LONGEST_BODY:
        raise Refusal(413, "body_too_long")
    if request.header("content-encoding") not in ("", "identity"):
        raise Refusal(415, "encoding_not_accepted", headers={"accept-encoding": "identity"})
    try:
        async with asyncio.timeout(LONGEST_WAIT_SECONDS):
            return await _gather(request)
    except TimeoutError:
        raise Refusal(408, "body_too_slow", headers={"connection": "close"}) from None


async def _gather(request: Request) -> bytes:
    parts: list[bytes] = []
    length = 0
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        part = message.get("body", b"")
        length += len(part)
        if length > LONGEST_BODY:
            raise Refusal(413, "body_too_long")
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
