"""The site with its seals, which also writes down each request and the length of its body: what leaves a browser."""

import asyncio
import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from config.certificates_site import application as site

_RECORD = Path(os.environ["RECORD"])


async def application(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
    """Note a request, then let the site answer it."""
    if scope["type"] != "http":
        await site(scope, receive, send)
        return
    length, is_noted = 0, False

    async def counted() -> MutableMapping[str, Any]:
        nonlocal length
        message: MutableMapping[str, Any] = await receive()
        length += len(message.get("body", b""))
        return message

    async def noted_first(message: MutableMapping[str, Any]) -> None:
        # Whoever has an answer finds its request written down.
        nonlocal is_noted
        if not is_noted:
            is_noted = True
            query = scope["query_string"].decode()
            await asyncio.to_thread(_note, f"{scope['method']} {scope['path']}{'?' if query else ''}{query} {length}\n")
        await send(message)

    await site(scope, counted, noted_first)


def _note(line: str) -> None:
    with _RECORD.open("a", encoding="utf-8") as file:
        file.write(line)
