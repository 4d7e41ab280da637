"""The seal process behind Granian's own interface (RSGI), which costs less than ASGI: what a deployment runs."""

from asyncio import AbstractEventLoop

# Granian means both to be imported from there, but exports them under an alias that mypy does not count.
from granian.rsgi import HTTPProtocol, ProtocolClosed, Scope  # type: ignore[attr-defined]

from entraide.certificates.process import answers
from entraide.certificates.process.answers import Answer
from entraide.certificates.process.application import SEAL, Seals
from entraide.certificates.seals import COMMITMENT_BYTES

_EVERY_SEAL = [(name.decode(), value.decode()) for name, value in answers.SEALED]


class Served:
    """Serves an application of seals. Granian starts and stops it with its loop."""

    def __init__(self, seals: Seals) -> None:
        self._seals = seals

    def __rsgi_init__(self, loop: AbstractEventLoop) -> None:
        loop.run_until_complete(self._seals.duty.start())

    def __rsgi_del__(self, loop: AbstractEventLoop) -> None:
        loop.run_until_complete(self._seals.duty.stop())

    async def __rsgi__(self, scope: Scope, caller: HTTPProtocol) -> None:
        if scope.path == SEAL and scope.method == "POST":
            answer = await self._sealed(scope, caller)
        else:
            written = scope.headers.get("if-none-match", "").split(",")
            known = {part.strip().removeprefix("W/").encode() for part in written}
            answer = self._seals.tell(method=scope.method, path=scope.path, known=known)
        if answer:
            _send(caller, answer, with_body=scope.method != "HEAD")

    async def _sealed(self, scope: Scope, caller: HTTPProtocol) -> Answer | None:
        """Answer a seal, or why there is none; nothing where the caller has gone."""
        headers = scope.headers
        written = headers.get("content-length", "")
        length = int(written) if written.isascii() and written.isdigit() and len(written) < 20 else None
        refused = self._seals.refusal(
            has_query=bool(scope.query_string), length=length, encoding=headers.get("content-encoding", ""),
            peer=peer_of(scope.client), forwarded_for=self._way(scope),
        )  # fmt: skip
        if refused:
            return refused
        try:
            return self._seals.sealed(await caller() if length == COMMITMENT_BYTES else await _body(caller))
        except ProtocolClosed:
            return None

    def _way(self, scope: Scope) -> str:
        """Return the way through proxies, where any is trusted: all lines as one, the nearest proxy last."""
        if not self._seals.trusts_proxies:
            return ""
        return ",".join(value for name, value in scope.headers.items() if name == "x-forwarded-for")


def peer_of(client: str) -> str:
    """Return the address in what Granian says of a caller: 192.0.2.1:4711 or [2001:db8::1]:4711."""
    return client.rpartition(":")[0].strip("[]")


async def _body(caller: HTTPProtocol) -> bytes:
    """Return a body of which nothing says how long it is, or its first bytes once it is longer than a hash."""
    body = bytearray()
    async for part in caller:
        body += part
        if len(body) > COMMITMENT_BYTES:
            break
    return bytes(body)


def _send(caller: HTTPProtocol, answer: Answer, *, with_body: bool) -> None:
    headers = (
        _EVERY_SEAL
        if answer.headers is answers.SEALED
        else [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers]
    )
    if with_body and answer.body:
        caller.response_bytes(answer.status, headers, answer.body)
    else:
        caller.response_empty(answer.status, headers)
