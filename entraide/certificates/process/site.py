"""The certificates' site as files with their headers, and the seal process behind it on the same origin.

`bin/serve` runs this; a deployment's edge serves the same folder with the same headers (`headers.json`) itself.
Everything is read once, at the start: no request touches a disk.
"""

import gzip
import hashlib
import json
import mimetypes
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

HEADERS = "headers.json"
_INDEX = "index.html"
_OF_THE_PROCESS = ("/v1/", "/healthz", "/readyz")
# The standard library does not know it.
_TYPES = {".webmanifest": "application/manifest+json", ".wasm": "application/wasm", ".js": "text/javascript"}
_TEXT = ("text/", "application/manifest", "image/svg")
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
        wished: Mapping[str, Mapping[str, str]] = json.loads((folder / HEADERS).read_bytes())
        self._behind = behind
        self._files = {
            address: _read(file, {**wished["*"], **wished.get(address, {})})
            for file in sorted(folder.rglob("*"))
            if file.is_file() and file.name != HEADERS and (address := _address(file.relative_to(folder)))
        }

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


def _address(file: Path) -> str:
    """Return the path at which a file is asked for: a folder's page at the folder's."""
    whole = f"/{file.as_posix()}"
    return whole.removesuffix(_INDEX) if file.name == _INDEX else whole


def _read(file: Path, wished: Mapping[str, str]) -> _File:
    data = file.read_bytes()
    media_type = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "text/plain"
    is_text = media_type.startswith(_TEXT)
    packed = gzip.compress(data, mtime=0) if len(data) > _WORTH_PACKING_BYTES else None
    headers = {**wished, "Content-Type": f"{media_type}; charset=utf-8" if is_text else media_type}
    if packed:
        headers["Vary"] = "Accept-Encoding"
    return _File(
        whole=data,
        packed=packed,
        tag=b'"' + hashlib.sha256(data).hexdigest()[:32].encode() + b'"',
        headers=tuple((name.lower().encode(), value.encode()) for name, value in headers.items()),
    )


async def _send(send: Send, status: int, headers: tuple[tuple[bytes, bytes], ...], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})
