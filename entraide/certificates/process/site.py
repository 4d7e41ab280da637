"""The certificates' site as files with their headers, and the seal process behind it on the same origin.

`bin/serve` runs this; a deployment's edge serves the same folder with the same headers (`headers.json`) itself.
Everything is read once, at the start: no request touches a disk.
"""

import gzip
import hashlib
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from entraide.certificates import site_files
from entraide.certificates.site_files import SiteFile

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_OF_THE_PROCESS = ("/v1/", "/healthz", "/readyz")
_WORTH_PACKING_BYTES = 400


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is sent: whole, or packed for callers that unpack it."""

    whole: bytes
    packed: bytes | None
    tag: bytes
    headers: tuple[tuple[bytes, bytes], ...]


class Site:
    """Answers with the site's files, and asks the seal process for everything that is not one."""

    def __init__(self, folder: Path, behind: Application) -> None:
        """Read every file. Raises OSError when there is no built site in the folder."""
        self._behind = behind
        self._files = {address: _served(file) for address, file in site_files.read(folder).items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        path = scope.get("path", "")
        if scope["type"] != "http" or path.startswith(_OF_THE_PROCESS):
            await self._behind(scope, receive, send)
            return
        file = self._files.get(path)
        if file is None:
            await _send(send, 404, ((b"content-type", b"text/plain; charset=utf-8"),), b"There is nothing here.\n")
        elif scope["method"] not in ("GET", "HEAD"):
            await _send(send, 405, ((b"allow", b"GET, HEAD"),), b"")
        else:
            await self._answer(file, scope, send)

    async def _answer(self, file: _File, scope: Scope, send: Send) -> None:
        asked = {name: value for name, value in scope["headers"] if name in (b"if-none-match", b"accept-encoding")}
        if file.tag in asked.get(b"if-none-match", b""):
            await _send(send, 304, (*file.headers, (b"etag", file.tag)), b"")
            return
        headers, body = file.headers, file.whole
        if file.packed and b"gzip" in asked.get(b"accept-encoding", b""):
            headers, body = (*headers, (b"content-encoding", b"gzip")), file.packed
        headers = (*headers, (b"etag", file.tag), (b"content-length", b"%d" % len(body)))
        await _send(send, 200, headers, b"" if scope["method"] == "HEAD" else body)


def _served(file: SiteFile) -> _File:
    data = file.data
    packed = gzip.compress(data, mtime=0) if len(data) > _WORTH_PACKING_BYTES else None
    headers = {**file.headers, "Vary": "Accept-Encoding"} if packed else file.headers
    return _File(
        whole=data,
        packed=packed,
        tag=b'"' + hashlib.sha256(data).hexdigest()[:32].encode() + b'"',
        headers=tuple((name.lower().encode(), value.encode()) for name, value in headers.items()),
    )


async def _send(send: Send, status: int, headers: tuple[tuple[bytes, bytes], ...], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})
