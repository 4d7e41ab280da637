"""Base45 (RFC 9285): bytes as the 45 characters that a QR code packs best."""

from itertools import product

from entraide.certificates.errors import Malformed

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
# Two bytes become three characters, least significant first: the pairs of the upper two are looked up.
_PAIRS = ["".join((low, high)) for high, low in product(ALPHABET, ALPHABET)]


def encode(data: bytes) -> str:
    """Return the text of some bytes."""
    parts = []
    for at in range(0, len(data) - 1, 2):
        high, low = divmod(data[at] * 256 + data[at + 1], 2025)
        parts.append(_PAIRS[low] + ALPHABET[high])
    if len(data) % 2:
        parts.append(_PAIRS[data[-1]])
    return "".join(parts)


def decode(text: str) -> bytes:
    """Return the bytes of a text. Raises Malformed for other characters, lengths and values out of range."""
    try:
        values = [_VALUES[character] for character in text]
    except KeyError as error:
        raise Malformed(f"Base45 has no character {error.args[0]!r}") from None
    if len(values) % 3 == 1:
        raise Malformed("Base45 text never has this length")
    found = bytearray()
    for at in range(0, len(values) - 2, 3):
        number = values[at] + 45 * values[at + 1] + 2025 * values[at + 2]
        if number > 0xFFFF:
            raise Malformed("three characters of Base45 stand for more than two bytes")
        found += number.to_bytes(2, "big")
    if len(values) % 3 == 2:
        number = values[-2] + 45 * values[-1]
        if number > 0xFF:
            raise Malformed("the last two characters of Base45 stand for more than one byte")
        found.append(number)
    return bytes(found)
