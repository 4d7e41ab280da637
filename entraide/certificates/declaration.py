"""The declaration: what a person says, as a deterministic CBOR map with small whole numbers as keys.

Keys 0 to 11 mean the same in every form; 12 to 23 are the form's own. The bytes are hashed as they were made: nobody
encodes a declaration anew before hashing it.
"""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from entraide.certificates import cbor
from entraide.certificates.errors import Malformed

SALT_BYTES = 16
MOST_BYTES = 900
LAST_KEY = 23
LATEST = 2**32 - 1
# Some decoders of UTF-8 drop it: what one reads as a name, another would not find in the bytes that were hashed.
_BYTE_ORDER_MARK = "\ufeff"
# Text, a time in seconds since 1970 or a number, texts, or people as [name, birth date].
Value = str | int | tuple[str, ...] | tuple[tuple[str, str], ...]


class Key(IntEnum):
    """The keys that every form shares."""

    SALT = 0
    FORM = 1
    GIVEN_NAME = 2
    FAMILY_NAME = 3
    BIRTH_DATE = 4
    BIRTH_PLACE = 5
    ADDRESS = 6
    POSTCODE = 7
    CITY = 8
    LEAVING_AT = 9
    REASONS = 10
    CREATED_AT = 11


_TEXTS = frozenset(range(Key.GIVEN_NAME, Key.CITY + 1))
_TIMES = frozenset({Key.LEAVING_AT, Key.CREATED_AT})


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a certificate declares. `values` holds keys 2 to 23, in order."""

    salt: bytes
    form: str
    values: Mapping[int, Value]

    @property
    def leaving_at(self) -> int:
        """When the person leaves, in seconds since 1970. Every declaration says it."""
        found = self.values[Key.LEAVING_AT]
        if not isinstance(found, int):
            raise Malformed("the time of leaving is no time")
        return found

    @property
    def created_at(self) -> int | None:
        """When the phone says that it made this, if it does."""
        found = self.values.get(Key.CREATED_AT)
        return found if isinstance(found, int) else None

    @property
    def reasons(self) -> tuple[str, ...]:
        """The codes of the reasons."""
        found = self.values.get(Key.REASONS, ())
        return tuple(str(code) for code in found) if isinstance(found, tuple) else ()


def encode(declaration: Declaration) -> bytes:
    """Return the bytes of a declaration. Raises Malformed for what could not be read back."""
    content: dict[int, object] = {Key.SALT: declaration.salt, Key.FORM: declaration.form}
    content |= {key: _plain(value) for key, value in declaration.values.items()}
    data = cbor.encode({int(key): value for key, value in content.items()})
    decode(data)
    return data


def decode(data: bytes) -> Declaration:
    """Return the declaration in some bytes. Raises Malformed for other keys, types, texts that are not in NFC."""
    content = cbor.decode(data, most_bytes=MOST_BYTES, most_depth=3)
    if not isinstance(content, dict) or not all(_is_key(key) for key in content):
        raise Malformed("a declaration is a map with keys from 0 to 23")
    salt, form = content.pop(0, None), content.pop(1, None)
    if not isinstance(salt, bytes) or len(salt) != SALT_BYTES:
        raise Malformed("the salt has 16 bytes")
    if not isinstance(form, str) or not form or Key.LEAVING_AT not in content:
        raise Malformed("a declaration names its form and the time of leaving")
    _check_text(form)
    return Declaration(salt=salt, form=form, values={key: _value(key, found) for key, found in content.items()})


def commitment(data: bytes) -> bytes:
    """Return the hash of a declaration's bytes: all that a sealer ever sees."""
    return hashlib.sha256(data).digest()


def _is_key(key: object) -> bool:
    return isinstance(key, int) and not isinstance(key, bool) and 0 <= key <= LAST_KEY


def _plain(value: Value) -> object:
    return [list(part) if isinstance(part, tuple) else part for part in value] if isinstance(value, tuple) else value


def _value(key: int, found: object) -> Value:
    if key in _TEXTS and not isinstance(found, str):
        raise Malformed(f"{key} is not text")
    if key in _TIMES and not _is_time(found):
        raise Malformed(f"{key} is not a time")
    if key == Key.REASONS and not (isinstance(found, list) and all(isinstance(part, str) for part in found)):
        raise Malformed("the reasons are not codes")
    return _form_value(key, found)


def _form_value(key: int, found: object) -> Value:
    if isinstance(found, str):
        return _check_text(found)
    if isinstance(found, int) and _is_time(found):
        return found
    if isinstance(found, list) and all(isinstance(part, str) for part in found):
        return tuple(_check_text(part) for part in found)
    if isinstance(found, list) and all(_is_person(part) for part in found):
        return tuple((_check_text(name), _check_text(birth)) for name, birth in found)
    raise Malformed(f"{key} is neither text, a number, texts nor people")


def _is_time(found: object) -> bool:
    return isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= LATEST


def _is_person(found: object) -> bool:
    return isinstance(found, list) and len(found) == 2 and all(isinstance(part, str) for part in found)


def _check_text(text: str) -> str:
    if not unicodedata.is_normalized("NFC", text):
        raise Malformed("a text is not in Unicode's form NFC")
    if text.startswith(_BYTE_ORDER_MARK):
        raise Malformed("a text begins with a byte order mark")
    return text
