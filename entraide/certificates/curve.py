"""Keys on P-256 as the format writes them: a point of 64 bytes, its thumbprint, and signatures of 64 bytes (ES256)."""

import hashlib
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from entraide.certificates.errors import Malformed

KID_BYTES = 8
POINT_BYTES = 64
SIGNATURE_BYTES = 64
_VERIFYING = ec.ECDSA(hashes.SHA256())
# Nonces made from key and message (RFC 6979): the same seal twice, and no broken random source gives the key away.
_SIGNING = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


class PublicKey:
    """A public key. Two are equal when their points are."""

    __slots__ = ("_key", "kid", "point")

    def __init__(self, point: bytes) -> None:
        """Take x and y, 32 bytes each. Raises Malformed when they are no point of P-256."""
        if len(point) != POINT_BYTES:
            raise Malformed("a public key has 64 bytes")
        try:
            self._key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + point)
        except ValueError as error:
            raise Malformed("the public key is no point of P-256") from error
        self.point = point
        self.kid = thumbprint(point)[:KID_BYTES]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and other.point == self.point

    def __hash__(self) -> int:
        return hash(self.point)

    def __repr__(self) -> str:
        return f"PublicKey({self.kid.hex()})"

    def verifies(self, *, signature: bytes, message: bytes) -> bool:
        """Tell whether a signature of 64 bytes is this key's of a message."""
        if len(signature) != SIGNATURE_BYTES:
            return False
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        try:
            self._key.verify(encode_dss_signature(r, s), message, _VERIFYING)
        except InvalidSignature:
            return False
        return True


class Signer(Protocol):
    """Whoever holds a private key: a file's key in memory, or a token."""

    @property
    def public(self) -> PublicKey:
        """The public half."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message, 64 bytes."""
        ...


class PrivateKey:
    """A private key in memory."""

    __slots__ = ("_key", "public")

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        """Take a key. Raises Malformed when it is on another curve."""
        if not isinstance(key.curve, ec.SECP256R1):
            raise Malformed("the key is not on P-256")
        self._key = key
        self.public = PublicKey(point_of(key.public_key()))

    @classmethod
    def generate(cls) -> "PrivateKey":
        """Return a new key."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @property
    def key(self) -> ec.EllipticCurvePrivateKey:
        """The key as cryptography knows it, for whoever writes it down."""
        return self._key

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message, 64 bytes, always the same for the same message."""
        return raw_signature(self._key.sign(message, _SIGNING))


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return x and y, 32 bytes each."""
    numbers = key.public_numbers()
    return numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


def thumbprint(point: bytes) -> bytes:
    """Return the SHA-256 thumbprint of a key (RFC 9679): of its required parameters as deterministic CBOR."""
    return hashlib.sha256(b"\xa4\x01\x02\x20\x01\x21\x58\x20" + point[:32] + b"\x22\x58\x20" + point[32:]).digest()


def raw_signature(der: bytes) -> bytes:
    """Return r and s, 32 bytes each, of a signature in DER: a sequence of two integers, each shorter than 34 bytes."""
    end = 4 + der[3]
    r, s = der[4:end], der[end + 2 :]
    return r[-32:].rjust(32, b"\0") + s[-32:].rjust(32, b"\0")
