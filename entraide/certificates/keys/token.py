"""Keys in a token (PKCS #11): made there, never outside it, destroyed there. Needs requirements/pkcs11.lock."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.types import SignMixin
from pkcs11.util.ec import encode_named_curve_parameters

from entraide.certificates.curve import PublicKey, Signer
from entraide.certificates.keys.files import NoKey

LABEL = "entraide-seal-"
# DER: an octet string of 65 bytes that begins with 04, an uncompressed point.
_POINT = b"\x04\x41\x04"
Found = TypeVar("Found")


class TokenUnusable(NoKey):
    """The token does not do what is asked of it. The message says why."""


@dataclass(frozen=True, slots=True)
class Token:
    """Which token: the vendor's library, the token's label and the PIN of its user."""

    module: Path
    label: str
    pin: str


class TokenStore:
    """Keys in a token, one for each day, found by their labels. A conversation that breaks off is begun anew."""

    def __init__(self, token: Token) -> None:
        """Open the token. Raises TokenUnusable."""
        self._token = token
        # A session is one conversation: the request that seals and the thread that tends take turns.
        self._turn = threading.Lock()
        self._session: pkcs11.Session | None = None
        self._keys: dict[date, SignMixin] = {}
        self._talk(lambda _session: None)

    def days(self) -> set[date]:
        """Return the days that have a private key."""
        return self._talk(lambda session: {day for _, day in _found(session, ObjectClass.PRIVATE_KEY)})

    def make(self, day: date) -> None:
        """Make a key for a day, which the token never gives out."""
        self._talk(lambda session: _make(session, day))

    def clear(self) -> None:
        """Remove public halves whose private key is destroyed."""

        def clear(session: pkcs11.Session) -> None:
            private = {day for _, day in _found(session, ObjectClass.PRIVATE_KEY)}
            for key, day in list(_found(session, ObjectClass.PUBLIC_KEY)):
                if day not in private:
                    key.destroy()

        self._talk(clear)

    def signer(self, day: date) -> Signer:
        """Return what has the token sign with a day's key. Raises NoKey."""

        def point(session: pkcs11.Session) -> bytes:
            keys = [key for key, found in _found(session, ObjectClass.PUBLIC_KEY) if found == day]
            return bytes(keys[0][Attribute.EC_POINT]) if keys else b""

        found = self._talk(point)
        if not found.startswith(_POINT) or len(found) != 67:
            raise NoKey(f"the token has no key on P-256 for {day}")
        return _TokenSigner(self, day, PublicKey(found[3:]))

    def destroy(self, day: date) -> None:
        """Have the token destroy a day's key, public half included."""

        def destroy(session: pkcs11.Session) -> None:
            self._keys.pop(day, None)
            for kind in (ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY):
                for key, found in list(_found(session, kind)):
                    if found == day:
                        key.destroy()

        self._talk(destroy)

    def sign(self, day: date, message: bytes) -> bytes:
        """Return the signature by a day's key. The nonce is the token's own: another signature each time."""
        digest = hashlib.sha256(message).digest()

        def sign(session: pkcs11.Session) -> bytes:
            signature: bytes = self._key(session, day).sign(digest, mechanism=Mechanism.ECDSA)
            return signature

        return self._talk(sign)

    def _key(self, session: pkcs11.Session, day: date) -> SignMixin:
        if day not in self._keys:
            for key, found in _found(session, ObjectClass.PRIVATE_KEY):
                if found == day and isinstance(key, SignMixin):
                    self._keys[day] = key
        try:
            return self._keys[day]
        except KeyError:
            raise NoKey(f"the token has no key for {day}") from None

    def _talk(self, ask: Callable[[pkcs11.Session], Found]) -> Found:
        """Ask the token, once more in a new session when the one at hand has ended. Raises TokenUnusable."""
        with self._turn:
            if self._session is not None:
                try:
                    return ask(self._session)
                except (pkcs11.PKCS11Error, RuntimeError):
                    self._session, self._keys = None, {}
            try:
                self._session = self._opened()
                return ask(self._session)
            except (pkcs11.PKCS11Error, RuntimeError) as error:
                self._session, self._keys = None, {}
                name = self._token.label
                raise TokenUnusable(f"token {name!r}: {type(error).__name__} {error}".strip()) from error

    def _opened(self) -> pkcs11.Session:
        token = pkcs11.lib(str(self._token.module)).get_token(token_label=self._token.label)
        return token.open(rw=True, user_pin=self._token.pin)


class _TokenSigner:
    """Signs in the token with the key of one day."""

    def __init__(self, store: TokenStore, day: date, public: PublicKey) -> None:
        self._store = store
        self._day = day
        self.public = public

    def sign(self, message: bytes) -> bytes:
        return self._store.sign(self._day, message)


def _make(session: pkcs11.Session, day: date) -> None:
    curve = session.create_domain_parameters(
        KeyType.EC, {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
    )
    curve.generate_keypair(
        mechanism=Mechanism.EC_KEY_PAIR_GEN, store=True, label=f"{LABEL}{day.isoformat()}",
        private_template={Attribute.EXTRACTABLE: False, Attribute.SENSITIVE: True, Attribute.SIGN: True},
    )  # fmt: skip


def _found(session: pkcs11.Session, kind: ObjectClass) -> Iterator[tuple[pkcs11.Object, date]]:
    for key in list(session.get_objects({Attribute.CLASS: kind})):
        label = str(key[Attribute.LABEL])
        if label.startswith(LABEL):
            yield key, date.fromisoformat(label.removeprefix(LABEL))
