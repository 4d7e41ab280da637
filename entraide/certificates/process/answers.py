"""What the seal process answers: a seal, a signed document, its health, or a problem with its reason and a way out."""

import hashlib
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

import msgspec

from entraide.certificates.process import measures
from entraide.foundation import problems

COSE = b'application/cose; cose-type="cose-sign1"'
# Documents are public and the same for everyone. Caches may hold one while they ask whether there is a newer.
CACHED = b"public, max-age=300, s-maxage=300, stale-while-revalidate=3600, stale-if-error=86400"

_THE_HASH = "Send the SHA-256 of the declaration: 32 bytes, as they are."
_PROBLEMS = {
    "query": (400, "The address of a seal has no query.", "Send the 32 bytes as the body, nothing in the address."),
    "too_short": (400, "The body is shorter than 32 bytes.", _THE_HASH),
    "too_long": (413, "The body is longer than 32 bytes.", _THE_HASH),
    "encoding": (415, "The body is compressed.", "Send the 32 bytes as they are, without Content-Encoding."),
    "too_many_from_here": (429, "Too many seals are asked for from this network.", "Try again after Retry-After."),
    "no_key": (503, "There is no key to seal with just now.", "Use the certificate unsealed, and try again later."),
    "unsigned": (503, "Nothing that a root signed is here yet.", "Go on with the list you have; try again later."),
    "not_found": (404, "There is nothing at this address.", "The addresses are /v1/seal, /v1/keys and /v1/forms."),
    "method": (405, "This address does not take this method.", "POST to /v1/seal; GET /v1/keys and /v1/forms."),
}


class Answer(msgspec.Struct, frozen=True):
    """One HTTP answer, complete."""

    status: int
    body: bytes
    headers: list[tuple[bytes, bytes]]


def sealed(seal: bytes) -> Answer:
    """Answer a seal."""
    measures.answers["sealed"].inc()
    return Answer(200, seal, SEALED)


def document(data: bytes, *, known: Collection[bytes]) -> Answer:
    """Answer a signed document, or that it is what the caller has."""
    tag = tag_of(data)
    headers = [(b"etag", tag), (b"cache-control", CACHED), (b"x-content-type-options", b"nosniff")]
    if tag in known or b"*" in known:
        return Answer(304, b"", headers)
    return Answer(200, data, [(b"content-type", COSE), (b"content-length", b"%d" % len(data)), *headers])


def health(*, status: str, code: int) -> Answer:
    """Answer how the process is."""
    body = msgspec.json.encode({"status": status})
    return Answer(code, body, _head(body, b"application/json"))


def wrong_length(length: int) -> Answer:
    """Answer that a body is no hash."""
    return refused("too_short" if length < 32 else "too_long")


def refused(code: str, **headers: str) -> Answer:
    """Answer why not, and what to do."""
    status, title, detail = _PROBLEMS[code]
    measures.answers[code].inc()
    body = problems.encode(problems.Problem(status, code, title, detail))
    head = _head(body, problems.MEDIA_TYPE.encode())
    return Answer(status, body, [*head, *((name.encode(), value.encode()) for name, value in headers.items())])


def tag_of(data: bytes) -> bytes:
    """Return the entity tag of a document."""
    return b'"' + hashlib.sha256(data).hexdigest()[:32].encode() + b'"'


async def send(send: Callable[[MutableMapping[str, Any]], Awaitable[None]], answer: Answer, *, with_body: bool) -> None:
    """Send an answer. HEAD gets the head alone."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body if with_body else b""})


def _head(body: bytes, media_type: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", media_type),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]


# The same for every seal.
SEALED = _head(bytes(130), COSE)
