"""Strict CBOR: one encoding for each value (RFC 8949, section 4.2), and nothing read that is encoded otherwise.

The encoder of cbor2 sorts keys by length first. For the keys that the format uses, small whole numbers, or texts alone,
that is the same order as RFC 8949's.
"""

from collections.abc import Mapping
from typing import Any, NoReturn

import cbor2
from cbor2 import CBORTag

from entraide.certificates.errors import Malformed

COSE_SIGN1 = 18
# Tags that cbor2 would turn into objects of its own (dates, fractions, patterns, mails …) before we see them.
_KNOWN_TAGS = (0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 1004, 43000, 55799)


def encode(value: Any) -> bytes:
    """Return the one encoding of a value."""
    return cbor2.dumps(value, canonical=True)


def decode(data: bytes, *, most_bytes: int, most_depth: int) -> Any:
    """Return the value: dict, list, bytes, str, int, bool, None and CBORTag 18 alone.

    Raises Malformed for whatever is longer, deeper, repeated, of indefinite length, followed by more, or not in its one
    encoding.
    """
    if len(data) > most_bytes:
        raise Malformed(f"more than {most_bytes} bytes")
    try:
        value = cbor2.loads(
            data, max_depth=most_depth, allow_indefinite=False, allow_duplicate_keys=False, tag_hook=_only_sign1,
            semantic_decoders=_REFUSED,
        )  # fmt: skip
    except Malformed:
        raise
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError) as error:
        if isinstance(error.__cause__, Malformed):
            raise error.__cause__ from None
        raise Malformed("not strict CBOR") from error
    plain = _plain(value, most_depth)
    # Also what follows the value, integers that are too wide and keys out of order make a difference here.
    if encode(plain) != data:
        raise Malformed("not deterministic CBOR")
    return plain


def _only_sign1(tag: CBORTag, _immutable: bool) -> CBORTag:
    if tag.tag != COSE_SIGN1:
        raise Malformed(f"tag {tag.tag}")
    return tag


def _refuse(*_arguments: Any) -> NoReturn:
    raise Malformed("a tag other than 18")


_REFUSED = dict.fromkeys(_KNOWN_TAGS, _refuse)


def _plain(value: Any, depth: int) -> Any:
    """Return the value in dicts and lists, which cbor2 does not use inside a tag.

    Refuses types that the format does not use, such as floats and booleans as keys, and what is too deep.
    """
    match value:
        case None | bool() | int() | str() | bytes():
            return value
        case _ if not depth:
            raise Malformed("nested too deep")
        case list() | tuple():
            return [_plain(part, depth - 1) for part in value]
        case Mapping():
            return {_plain(key, 0): _plain(part, depth - 1) for key, part in value.items()}
        case CBORTag():
            # A tag and what it stands before are one level.
            return CBORTag(value.tag, _plain(value.value, depth))
    raise Malformed("a type that certificates do not use")
