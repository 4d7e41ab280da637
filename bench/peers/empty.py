"""The least that a server can do with a sign-up: read it and answer an empty 204."""

from typing import Any


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Speak ASGI."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
