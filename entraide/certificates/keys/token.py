"""Keys in a token (PKCS #11): made there, never outside it, destroyed there. Needs requirements/pkcs11.lock."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.types import SignMixin
from pkcs11.util.ec import encode_named_curve_parameters

from entraide.certificates.curve import PublicKey, Signer
from entraide.certificates.keys.files import NoKey

LABEL = "entraide-seal-"
# DER: an octet string of 65 bytes that begins with 04, an uncompressed point.
_POINT = b"\x04\x41\x04"


class TokenUnusable(Exception):
    """The token cannot be used. The message says why."""


@dataclass(frozen=True, slots=True)
class Token:
    """Which token: the vendor's library, the token's label and the PIN of its user."""

    module: Path
    label: str
    pin: str


class TokenStore:
    """Keys in a token, one for each day, found by their labels."""

    def __init__(self, token: Token) -> None:
        """Open the token. Raises TokenUnusable."""
        # A session is one conversation: the request that seals and the thread that tends take turns.
        self._turn = threading.Lock()
        try:
            self._session = pkcs11.lib(str(token.module)).get_token(token_label=token.label).open(
                rw=True, user_pin=token.pin
            )  # fmt: skip
        except (pkcs11.PKCS11Error, RuntimeError) as error:
            raise TokenUnusable(f"token {token.label!r}: {type(error).__name__} {error}".strip()) from error

    def days(self) -> set[date]:
        """Return the days that have a private key."""
        with self._turn:
            return {day for _, day in self._found(ObjectClass.PRIVATE_KEY)}

    def make(self, day: date) -> None:
        """Make a key for a day, which the token never gives out."""
        with self._turn:
            curve = self._session.create_domain_parameters(
                KeyType.EC, {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
            )
            curve.generate_keypair(
                mechanism=Mechanism.EC_KEY_PAIR_GEN, store=True, label=f"{LABEL}{day.isoformat()}",
                private_template={Attribute.EXTRACTABLE: False, Attribute.SENSITIVE: True, Attribute.SIGN: True},
            )  # fmt: skip

    def clear(self) -> None:
        """Remove public halves whose private key is destroyed."""
        with self._turn:
            private = {day for _, day in self._found(ObjectClass.PRIVATE_KEY)}
            for key, day in list(self._found(ObjectClass.PUBLIC_KEY)):
                if day not in private:
                    key.destroy()

    def signer(self, day: date) -> Signer:
        """Return what has the token sign with a day's key. Raises NoKey."""
        with self._turn:
            private = next((key for key, found in self._found(ObjectClass.PRIVATE_KEY) if found == day), None)
            public = next((key for key, found in self._found(ObjectClass.PUBLIC_KEY) if found == day), None)
            if not isinstance(private, SignMixin) or public is None:
                raise NoKey(f"the token has no key for {day}")
            point = bytes(public[Attribute.EC_POINT])
        if not point.startswith(_POINT) or len(point) != 67:
            raise NoKey(f"the token's key for {day} is not on P-256")
        return _TokenSigner(private, PublicKey(point[3:]), self._turn)

    def destroy(self, day: date) -> None:
        """Have the token destroy a day's key, public half included."""
        with self._turn:
            for kind in (ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY):
                for key, found in list(self._found(kind)):
                    if found == day:
                        key.destroy()

    def _found(self, kind: ObjectClass) -> Iterator[tuple[pkcs11.Object, date]]:
        for key in list(self._session.get_objects({Attribute.CLASS: kind})):
            label = str(key[Attribute.LABEL])
            if label.startswith(LABEL):
                yield key, date.fromisoformat(label.removeprefix(LABEL))


class _TokenSigner:
    """Signs in the token. Its nonces are the token's own, so that the same message gets another signature each time."""

    def __init__(self, key: SignMixin, public: PublicKey, turn: threading.Lock) -> None:
        self._key = key
        self._turn = turn
        self.public = public

    def sign(self, message: bytes) -> bytes:
        with self._turn:
            signature: bytes = self._key.sign(hashlib.sha256(message).digest(), mechanism=Mechanism.ECDSA)
        return signature
