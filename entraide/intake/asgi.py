"""The protocol's types, a request as the lane sees it, and an answer."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import msgspec

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Request(msgspec.Struct, frozen=True):
    """One HTTP request. Header names are in lower case; a header sent several times is one list, as HTTP has it."""

    method: str
    path: str
    headers: dict[str, str]
    peer: str
    receive: Receive
    query: Mapping[str, str] = msgspec.field(default_factory=dict)

    @classmethod
    def of(cls, scope: Scope, receive: Receive) -> "Request":
        """Read the request's head. Bytes beyond ASCII in headers are kept as Latin-1, which never fails."""
        client: Sequence[Any] | None = scope.get("client")
        return cls(
            method=scope["method"],
            path=scope["path"],
            headers=_headers(scope["headers"]),
            peer=str(client[0]) if client else "",
            receive=receive,
            query=_query(scope.get("query_string", b"")),
        )

    def header(self, name: str) -> str:
        """Return a header's text, empty when it was not sent."""
        return self.headers.get(name, "").strip()

    @property
    def wants_page(self) -> bool:
        """Whether a browser asks: every browser names text/html when it follows a link or posts a form."""
        return "text/html" in self.header("accept")


class Answer(msgspec.Struct, frozen=True):
    """One HTTP answer, complete."""

    status: int
    body: bytes = b""
    media_type: str = ""
    headers: dict[str, str] = msgspec.field(default_factory=dict)


# Cookies in several headers, as HTTP/2 may send them, are one list too, of another kind.
_SEPARATORS = {"cookie": "; "}
# What every answer says unless it says otherwise itself.
_USUAL = {
    "cache-control": (b"cache-control", b"no-store"),
    "x-content-type-options": (b"x-content-type-options", b"nosniff"),
}


def _headers(sent: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers by name. Proxies that each add an X-Forwarded-For of their own make a list of it, in order."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in sent}
    if len(headers) < len(sent):
        pairs = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in sent]
        for name in headers:
            headers[name] = _SEPARATORS.get(name, ", ").join(value for other, value in pairs if other == name)
    return headers


def _query(text: bytes) -> Mapping[str, str]:
    """Return the parameters of an address, the first few of a long one."""
    return dict(parse_qsl(text[:500].decode("latin-1"))) if text else {}


async def send_answer(send: Send, answer: Answer, *, with_body: bool = True) -> None:
    """Send an answer; nothing of this process may be kept by a cache. HEAD gets the head alone."""
    raw = [(b"content-length", b"%d" % len(answer.body))]
    raw += [pair for name, pair in _USUAL.items() if name not in answer.headers]
    if answer.media_type:
        raw.append((b"content-type", answer.media_type.encode("latin-1")))
    raw += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": answer.body if with_body else b""})
