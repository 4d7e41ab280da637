"""The ASGI application: answers /v1/seal, /v1/keys, /v1/forms and its own health; writes nothing about anyone."""

import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

from entraide.certificates import seals
from entraide.certificates.keys.files import NoKey
from entraide.certificates.keys.folder import KeyFolder
from entraide.certificates.keys.ring import Ring
from entraide.certificates.process import answers
from entraide.certificates.process.answers import Answer
from entraide.certificates.process.bound import RotatingBound
from entraide.certificates.process.duty import Duty
from entraide.foundation import clock, http
from entraide.foundation.env import IPNetwork

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Scope = MutableMapping[str, Any]
Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Options:
    """What a deployment decides: so many seals one network may ask for a minute; a root of its own, in development."""

    per_network: int = 600
    trusted_proxies: tuple[IPNetwork, ...] = ()
    signs_itself: bool = False


def _now() -> int:
    return int(clock.now().timestamp())


class Seals:
    """Seals hashes. The ASGI lifespan starts and stops it."""

    def __init__(self, folder: KeyFolder, ring: Ring, options: Options, *, now: Callable[[], int] = _now) -> None:
        self._options = options
        self._now = now
        self._bound = RotatingBound(options.per_network)
        self.duty = Duty(folder, ring, signs_itself=options.signs_itself, now=now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI: lifespan and HTTP."""
        if scope["type"] == "http":
            if scope["path"] == "/v1/seal" and scope["method"] == "POST":
                answer = await self._seal(scope, receive)
            else:
                answer = self._tell(scope)
            await answers.send(send, answer, with_body=scope["method"] != "HEAD")
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.duty.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.duty.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _seal(self, scope: Scope, receive: Receive) -> Answer:
        length, forwarded_for, encoding = _facts(scope["headers"])
        if scope["query_string"]:
            return answers.refused("query")
        if encoding not in (b"", b"identity"):
            return answers.refused("encoding")
        if length is not None and length != seals.COMMITMENT_BYTES:
            return answers.wrong_length(length)
        if wait := self._wait_of(scope, forwarded_for):
            return answers.refused("too_many_from_here", **{"retry-after": str(wait)})
        commitment = await _body(receive)
        if len(commitment) != seals.COMMITMENT_BYTES:
            return answers.wrong_length(len(commitment))
        now = self._now()
        try:
            seal = seals.seal(commitment=commitment, signer=self.duty.signer(now), at=now)
        except NoKey:
            return answers.refused("no_key", **{"retry-after": "30"})
        return answers.sealed(seal.attached(commitment))

    def _wait_of(self, scope: Scope, forwarded_for: bytes) -> int:
        """Return for how many seconds the caller's network has to wait. The address is looked at and let go."""
        at = time.monotonic()
        if self._bound.is_new_window(at):
            http.forget_addresses()
        client = scope.get("client")
        address = str(client[0]) if client else ""
        if self._options.trusted_proxies:
            address = http.client_address(
                peer=address, forwarded_for=forwarded_for.decode("latin-1"), trusted=self._options.trusted_proxies
            )
        return self._bound.retry_after(address, at=at)

    def _tell(self, scope: Scope) -> Answer:
        path, method = scope["path"], scope["method"]
        if path == "/v1/seal":
            return answers.refused("method", allow="POST")
        documents = {"/v1/keys": self.duty.keys, "/v1/forms": self.duty.forms}
        if path not in documents and path not in ("/healthz", "/readyz"):
            return answers.refused("not_found")
        if method not in ("GET", "HEAD"):
            return answers.refused("method", allow="GET, HEAD")
        if path in documents:
            found = documents[path]
            return (
                answers.document(found.data, known=_known(scope["headers"])) if found else answers.refused("unsigned")
            )
        return self._health(path)

    def _health(self, path: str) -> Answer:
        if path == "/healthz":
            return answers.health(status="ok", code=200)
        try:
            self.duty.signer(self._now())
        except NoKey:
            return answers.health(status="no key", code=503)
        return answers.health(status="ready" if self.duty.lists_todays_key else "key not listed", code=200)


async def _body(receive: Receive) -> bytes:
    """Return the body, or its first bytes once it is longer than a hash: the rest is never read."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > seals.COMMITMENT_BYTES or not message.get("more_body", False):
            return bytes(body)


def _facts(headers: Headers) -> tuple[int | None, bytes, bytes]:
    """Return the length that was announced, the way through proxies and the encoding: all that is looked at."""
    length, forwarded_for, encoding = None, b"", b""
    for name, value in headers:
        if name == b"content-length" and value.isdigit() and len(value) < 20:
            length = int(value)
        elif name == b"x-forwarded-for":
            forwarded_for = forwarded_for + b"," + value if forwarded_for else value
        elif name == b"content-encoding":
            encoding = value.strip().lower()
    return length, forwarded_for, encoding


def _known(headers: Headers) -> set[bytes]:
    """Return the tags of what the caller has already."""
    found: set[bytes] = set()
    for name, value in headers:
        if name == b"if-none-match":
            found |= {part.strip().removeprefix(b"W/") for part in value.split(b",")}
    return found
