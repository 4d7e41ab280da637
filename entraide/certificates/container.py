"""The certificate: a declaration and its seal, or none, as the text of a QR code."""

from dataclasses import dataclass

from cbor2 import CBORTag

from entraide.certificates import base45, cbor, seals
from entraide.certificates.errors import Malformed, NotOurs
from entraide.certificates.seals import Seal

PREFIX = "MA1:"
MOST_BYTES = 1024
MOST_DEPTH = 4
# What MOST_BYTES become in Base45, so that a text of a megabyte is refused before it is decoded.
MOST_CHARACTERS = len(PREFIX) + MOST_BYTES // 2 * 3


@dataclass(frozen=True, slots=True)
class Certificate:
    """A declaration's bytes, just as they were made, and its seal once it has one."""

    declaration: bytes
    seal: Seal | None = None


def encode(certificate: Certificate) -> bytes:
    """Return the bytes of a certificate. Raises Malformed when they are more than a reader takes."""
    seal = certificate.seal
    envelope = CBORTag(cbor.COSE_SIGN1, [seal.protected, {}, None, seal.signature]) if seal else None
    data = cbor.encode([certificate.declaration, envelope])
    if len(data) > MOST_BYTES:
        raise Malformed(f"the certificate has {len(data)} bytes, more than {MOST_BYTES}")
    return data


def decode(data: bytes) -> Certificate:
    """Return the certificate in some bytes. Raises Malformed."""
    content = cbor.decode(data, most_bytes=MOST_BYTES, most_depth=MOST_DEPTH)
    match content:
        case [bytes() as declaration, None]:
            return Certificate(declaration)
        case [bytes() as declaration, CBORTag(tag=cbor.COSE_SIGN1, value=[
            bytes() as protected, dict() as unprotected, None, bytes() as signature
        ])] if not unprotected:  # fmt: skip
            return Certificate(declaration, seals.from_parts(protected=protected, signature=signature))
    raise Malformed("not a declaration with its seal or none")


def to_text(certificate: Certificate) -> str:
    """Return what the QR code says."""
    return PREFIX + base45.encode(encode(certificate))


def from_text(text: str) -> Certificate:
    """Return the certificate that a QR code says. Raises NotOurs for another prefix, Malformed for what cannot be."""
    if not text.startswith(PREFIX):
        raise NotOurs("the text does not begin with MA1:")
    if len(text) > MOST_CHARACTERS:
        raise Malformed("the text is longer than any certificate")
    return decode(base45.decode(text[len(PREFIX) :]))
