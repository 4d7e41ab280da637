"""What is asked at /v1/seal, /v1/keys, /v1/forms and of its health is decided here; nothing is written about anyone.

It speaks ASGI itself, beside the site's files; a process of its own is served by Granian's own interface (`serving`).
"""

import time
from collections.abc import Awaitable, Callable, Collection, Iterable, MutableMapping
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
SEAL = "/v1/seal"


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
            if scope["path"] == SEAL and scope["method"] == "POST":
                answer = await self._seal(scope, receive)
            else:
                answer = self.tell(method=scope["method"], path=scope["path"], known=_known(scope["headers"]))
            await answers.send(send, answer, with_body=scope["method"] != "HEAD")
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    def refusal(
        self, *, has_query: bool, length: int | None, encoding: str, peer: str, forwarded_for: str
    ) -> Answer | None:
        """Return why a wish for a seal is refused before its body is read, or None. The address is let go of."""
        if has_query:
            return answers.refused("query")
        if encoding and encoding.strip().lower() != "identity":
            return answers.refused("encoding")
        if length is not None and length != seals.COMMITMENT_BYTES:
            return answers.wrong_length(length)
        if wait := self._wait_of(peer, forwarded_for):
            return answers.refused("too_many_from_here", **{"retry-after": str(wait)})
        return None

    def sealed(self, commitment: bytes) -> Answer:
        """Answer the seal over a hash, or why there is none."""
        if len(commitment) != seals.COMMITMENT_BYTES:
            return answers.wrong_length(len(commitment))
        now = self._now()
        try:
            seal = seals.seal(commitment=commitment, signer=self.duty.signer(now), at=now)
        except NoKey:
            return answers.refused("no_key", **{"retry-after": "30"})
        return answers.sealed(seal.attached(commitment))

    def tell(self, *, method: str, path: str, known: Collection[bytes]) -> Answer:
        """Answer everything else. `known` are the tags of the documents that the caller has."""
        if path == SEAL:
            return answers.refused("method", allow="POST")
        documents = {"/v1/keys": self.duty.keys, "/v1/forms": self.duty.forms}
        if path not in documents and path not in ("/healthz", "/readyz"):
            return answers.refused("not_found")
        if method not in ("GET", "HEAD"):
            return answers.refused("method", allow="GET, HEAD")
        if path in documents:
            found = documents[path]
            return answers.document(found.data, known=known) if found else answers.refused("unsigned")
        return self._health(path)

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
        client = scope.get("client")
        refused = self.refusal(
            has_query=bool(scope["query_string"]), length=length, encoding=encoding,
            peer=str(client[0]) if client else "", forwarded_for=forwarded_for,
        )  # fmt: skip
        return refused or self.sealed(await _body(receive))

    @property
    def trusts_proxies(self) -> bool:
        """Whether a caller's address may stand in a header."""
        return bool(self._options.trusted_proxies)

    def _wait_of(self, address: str, forwarded_for: str) -> int:
        """Return for how many seconds the caller's network has to wait."""
        at = time.monotonic()
        if self._bound.is_new_window(at):
            http.forget_addresses()
        if self._options.trusted_proxies:
            address = http.client_address(
                peer=address, forwarded_for=forwarded_for, trusted=self._options.trusted_proxies
            )
        return self._bound.retry_after(address, at=at)

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


def _facts(headers: Headers) -> tuple[int | None, str, str]:
    """Return the length that was announced, the way through proxies and the encoding: all that is looked at."""
    length, forwarded_for, encoding = None, b"", b""
    for name, value in headers:
        if name == b"content-length" and value.isdigit() and len(value) < 20:
            length = int(value)
        elif name == b"x-forwarded-for":
            forwarded_for = forwarded_for + b"," + value if forwarded_for else value
        elif name == b"content-encoding":
            encoding = value
    return length, forwarded_for.decode("latin-1"), encoding.decode("latin-1")


def _known(headers: Headers) -> set[bytes]:
    """Return the tags of what the caller has already."""
    found: set[bytes] = set()
    for name, value in headers:
        if name == b"if-none-match":
            found |= {part.strip().removeprefix(b"W/") for part in value.split(b",")}
    return found
