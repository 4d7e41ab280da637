"""Documents that an offline root signs: lists of keys, sets of forms, releases of the site, its word for another root.

A COSE_Sign1 with its payload attached. The protected header names what the document is (`typ`, RFC 9596), so that one
kind never passes for another. A root that verifiers do not know yet comes with the word of one that they know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cbor2 import CBORTag

from entraide.certificates import cbor
from entraide.certificates.curve import PublicKey, Signer
from entraide.certificates.errors import Malformed, Outdated, Untrusted

MOST_BYTES = 256 * 1024
MOST_DEPTH = 10
MOST_ENDORSEMENTS = 4
ENDORSEMENTS = "endorsements"
# A verifier's clock may be this much behind whoever signed.
CLOCK_SLACK_SECONDS = 300
_ALG, _KID, _TYP = 1, 4, 16
_ES256 = -7


class Kind(StrEnum):
    """What a document is."""

    KEYS = "vnd.entraide.seal-keys+cbor"
    FORMS = "vnd.entraide.forms+cbor"
    ROOT = "vnd.entraide.root+cbor"
    RELEASE = "vnd.entraide.site-release+cbor"


@dataclass(frozen=True, slots=True)
class _Document:
    protected: bytes
    payload: bytes
    signature: bytes
    kid: bytes
    endorsements: tuple[bytes, ...]

    def is_by(self, key: PublicKey) -> bool:
        return key.kid == self.kid and key.verifies(
            signature=self.signature, message=_to_be_signed(self.protected, self.payload)
        )


def sign(kind: Kind, payload: bytes, *, root: Signer, endorsements: Sequence[bytes] = ()) -> bytes:
    """Return a document of this kind; `endorsements` are the words of other roots for this one."""
    protected = cbor.encode({_ALG: _ES256, _KID: root.public.kid, _TYP: str(kind)})
    unprotected = {ENDORSEMENTS: list(endorsements)} if endorsements else {}
    signature = root.sign(_to_be_signed(protected, payload))
    return cbor.encode(CBORTag(cbor.COSE_SIGN1, [protected, unprotected, payload, signature]))


def opened(data: bytes, kind: Kind, *, roots: Sequence[PublicKey], now: int) -> bytes:
    """Return the payload of a document that one of these roots signed, or another that one of them vouches for now.

    Raises Malformed, or Untrusted.
    """
    document = _read(data, kind)
    signers = [*roots, *_endorsed(document, roots, now)]
    if not any(document.is_by(root) for root in signers):
        raise Untrusted("no root that is known here signed this")
    return document.payload


def endorse(root: PublicKey, *, by: Signer, begins: int, ends: int) -> bytes:
    """Return one root's word for another, which counts from one time until before the other, in seconds since 1970."""
    return sign(Kind.ROOT, cbor.encode({0: root.point, 1: begins, 2: ends}), root=by)


def _endorsed(document: _Document, roots: Sequence[PublicKey], now: int) -> list[PublicKey]:
    """Return the roots that known roots vouch for. One step only: an endorsed root vouches for nobody."""
    found = []
    for each in document.endorsements:
        word = _read(each, Kind.ROOT)
        if word.endorsements or not any(word.is_by(root) for root in roots):
            continue
        match cbor.decode(word.payload, most_bytes=MOST_BYTES, most_depth=1):
            case {0: bytes() as point, 1: int() as begins, 2: int() as ends} if (
                begins - CLOCK_SLACK_SECONDS <= now < ends
            ):
                found.append(PublicKey(point))
    return found


def _read(data: bytes, kind: Kind) -> _Document:
    value = cbor.decode(data, most_bytes=MOST_BYTES, most_depth=MOST_DEPTH)
    match value:
        case CBORTag(tag=cbor.COSE_SIGN1, value=[
            bytes() as protected, dict() as unprotected, bytes() as payload, bytes() as signature
        ]):  # fmt: skip
            header = cbor.decode(protected, most_bytes=128, most_depth=1)
        case _:
            raise Malformed("not a signed document")
    match header:
        case {1: -7, 4: bytes() as kid, 16: str() as typ} if len(header) == 3:
            if typ != kind:
                raise Malformed(f"a document of another kind: {typ!r}")
        case _:
            raise Malformed("not the header of a signed document")
    match unprotected:
        case {"endorsements": list() as words} if len(unprotected) == 1 and 0 < len(words) <= MOST_ENDORSEMENTS:
            if not all(isinstance(word, bytes) for word in words):
                raise Malformed("the words for a root are bytes")
        case {**rest} if not rest:
            words = []
        case _:
            raise Malformed("an unprotected header that is not one of ours")
    return _Document(protected, payload, signature, kid, tuple(words))


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return cbor.encode(["Signature1", protected, b"", payload])


def check_version(*, version: int, known: int) -> None:
    """Refuse a document older than one that was seen before. Raises Outdated."""
    if version < known:
        raise Outdated(f"version {version} comes after version {known} was seen")


def check_issued(*, issued: int, now: int) -> None:
    """Refuse a document from the future: it was made ahead for later. Raises Outdated."""
    if issued > now + CLOCK_SLACK_SECONDS:
        raise Outdated("this document counts from a later time on")
