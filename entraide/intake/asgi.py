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


class Request(msgspec.Struct, frozen=True, gc=False):
    """One HTTP request. Header names are in lower case, as ASGI has them; what was sent several times is one list, as
    HTTP has it. Texts are made of what is asked for alone: a sign-up needs few of its headers."""

    method: str
    path: str
    headers: dict[bytes, bytes]
    peer: str
    receive: Receive
    query_string: bytes = b""

    @classmethod
    def of(cls, scope: Scope, receive: Receive) -> "Request":
        """Read the request's head."""
        client: Sequence[Any] | None = scope.get("client")
        return cls(
            scope["method"],
            scope["path"],
            _headers(scope["headers"]),
            str(client[0]) if client else "",
            receive,
            scope.get("query_string", b""),
        )

    def header(self, name: bytes) -> str:
        """Return a header's text, empty when it was not sent. It is read as Latin-1, which never fails."""
        value = self.headers.get(name)
        return value.decode("latin-1").strip() if value else ""

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters of the address, the first few of a long one."""
        return dict(parse_qsl(self.query_string[:500].decode("latin-1")))

    @property
    def wants_page(self) -> bool:
        """Whether a browser asks: every browser names text/html when it follows a link or posts a form."""
        return "text/html" in self.header(b"accept")


class Answer(msgspec.Struct, frozen=True, gc=False):
    """One HTTP answer, complete."""

    status: int
    body: bytes = b""
    media_type: str = ""
    headers: dict[str, str] = msgspec.field(default_factory=dict)


# Cookies in several headers, as HTTP/2 may send them, are one list too, of another kind.
_SEPARATORS = {b"cookie": b"; "}
# What every answer says unless it says otherwise itself.
_NO_STORE = (b"cache-control", b"no-store")
_NO_SNIFFING = (b"x-content-type-options", b"nosniff")


def _headers(sent: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return the headers by name. Proxies that each add an X-Forwarded-For of their own make a list of it, in order."""
    headers = dict(sent)
    if len(headers) < len(sent):
        for name in headers:
            headers[name] = _SEPARATORS.get(name, b", ").join(value for other, value in sent if other == name)
    return headers


async def send_answer(send: Send, answer: Answer, *, with_body: bool = True) -> None:
    """Send an answer; nothing of this process may be kept by a cache. HEAD gets the head alone."""
    own = answer.headers
    raw = [(b"content-length", b"%d" % len(answer.body)), _NO_SNIFFING]
    if "cache-control" not in own:
        raw.append(_NO_STORE)
    if answer.media_type:
        raw.append((b"content-type", answer.media_type.encode("latin-1")))
    raw += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in own.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": answer.body if with_body else b""})
