"""The time seal: a COSE_Sign1 over a hash that the sealer cannot read, with the minute at which it saw it.

COSE Hash Envelope (RFC 9995), CWT claims in the header (RFC 9597), ES256, no unprotected header. Each byte has its
place, so seals are taken apart by position: what differs in one byte of the frame is no seal.
"""

from dataclasses import dataclass

from entraide.certificates.curve import PublicKey, Signer
from entraide.certificates.errors import Malformed

COMMITMENT_BYTES = 32
MINUTE_SECONDS = 60
LATEST = 2**32 - 1
ATTACHED_BYTES = 130
# alg ES256, then kid; CWT claims: iat; payload hash algorithm SHA-256.
_KID = bytes.fromhex("a40126 0448")
_CLAIMS = bytes.fromhex("0fa1061a")
_HASHED = bytes.fromhex("1901022f")
PROTECTED_BYTES = len(_KID) + 8 + len(_CLAIMS) + 4 + len(_HASHED)
# Tag 18, array of 4; protected header of 25 bytes; no unprotected header.
_FRAME = bytes.fromhex("d284 5819")
_UNPROTECTED = b"\xa0"
_PAYLOAD = b"\x58\x20"
_SIGNATURE = b"\x58\x40"
# The array ["Signature1", protected, h'', payload] that is signed, around its two variable parts.
_SIGNED = b"\x84\x6aSignature1\x58\x19"
_SIGNED_PAYLOAD = b"\x40\x58\x20"


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal without the hash that it covers: the key's id, the minute in seconds since 1970, the signature."""

    kid: bytes
    sealed_at: int
    signature: bytes

    @property
    def protected(self) -> bytes:
        """The protected header."""
        return protected_header(kid=self.kid, sealed_at=self.sealed_at)

    def attached(self, commitment: bytes) -> bytes:
        """Return the COSE_Sign1 with the hash in it, as the seal process answers: 130 bytes."""
        return b"".join(
            (_FRAME, self.protected, _UNPROTECTED, _PAYLOAD, commitment, _SIGNATURE, self.signature)
        )  # fmt: skip

    def verifies(self, *, key: PublicKey, commitment: bytes) -> bool:
        """Tell whether a key made this seal over a hash."""
        return key.verifies(signature=self.signature, message=to_be_signed(self.protected, commitment))


def seal(*, commitment: bytes, signer: Signer, at: int) -> Seal:
    """Seal a hash of 32 bytes at a time in seconds since 1970, floored to the minute.

    Raises Malformed for a hash of another length.
    """
    if len(commitment) != COMMITMENT_BYTES:
        raise Malformed("a commitment has 32 bytes")
    sealed_at = at - at % MINUTE_SECONDS
    kid = signer.public.kid
    header = protected_header(kid=kid, sealed_at=sealed_at)
    return Seal(kid=kid, sealed_at=sealed_at, signature=signer.sign(to_be_signed(header, commitment)))


def protected_header(*, kid: bytes, sealed_at: int) -> bytes:
    """Return the 25 bytes of the protected header."""
    return _KID + kid + _CLAIMS + sealed_at.to_bytes(4, "big") + _HASHED


def to_be_signed(protected: bytes, commitment: bytes) -> bytes:
    """Return the bytes that are signed (Sig_structure)."""
    return _SIGNED + protected + _SIGNED_PAYLOAD + commitment


def read_attached(data: bytes) -> tuple[Seal, bytes]:
    """Return the seal and the hash in it. Raises Malformed unless it is a seal of 130 bytes."""
    before = len(_FRAME) + PROTECTED_BYTES
    payload_at = before + len(_UNPROTECTED) + len(_PAYLOAD)
    signature_at = payload_at + COMMITMENT_BYTES
    if (
        len(data) != ATTACHED_BYTES
        or not data.startswith(_FRAME)
        or data[before:payload_at] != _UNPROTECTED + _PAYLOAD
        or data[signature_at : signature_at + 2] != _SIGNATURE
    ):
        raise Malformed("not a seal with its hash attached")
    found = from_parts(protected=data[len(_FRAME) : before], signature=data[signature_at + 2 :])
    return found, data[payload_at:signature_at]


def from_parts(*, protected: bytes, signature: bytes) -> Seal:
    """Return the seal of a protected header and a signature. Raises Malformed when the header is not one of a seal."""
    kid, sealed_at = protected[5:13], int.from_bytes(protected[17:21], "big")
    # The one encoding of a time below 2^16 would be shorter.
    if (
        len(signature) != 64
        or protected != protected_header(kid=kid, sealed_at=sealed_at)
        or len(kid) != 8
        or sealed_at < 2**16
    ):
        raise Malformed("the header is not that of a seal")
    if sealed_at % MINUTE_SECONDS:
        raise Malformed("the time of a seal is a whole minute")
    return Seal(kid=kid, sealed_at=sealed_at, signature=signature)
