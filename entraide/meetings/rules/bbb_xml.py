"""Writes the answers of the BigBlueButton API as XML, out of plain values. Pure."""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

# A value of an answer: a text, a truth, a number, more of the same, or a list of what each has one name.
Value = object
_ROOT = "response"


def written(answer: Mapping[str, Value]) -> bytes:
    """Return an answer as a document. What XML cannot hold is left out of texts."""
    root = ElementTree.Element(_ROOT)
    _fill(root, answer)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=False)
    return document


def _fill(parent: ElementTree.Element, values: Mapping[str, Value]) -> None:
    for name, value in values.items():
        if isinstance(value, Sequence) and not isinstance(value, str):
            for each in value:
                _add(parent, name, each)
        else:
            _add(parent, name, value)


def _add(parent: ElementTree.Element, name: str, value: Value) -> None:
    element = ElementTree.SubElement(parent, _name(name))
    if isinstance(value, Mapping):
        _fill(element, value)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    else:
        element.text = "".join(each for each in str(value) if each in "\t\n" or _fits(each))


def _name(name: str) -> str:
    """Return a name as XML takes it: keys of metadata are what others wrote."""
    plain = "".join(each if each.isascii() and (each.isalnum() or each in "-_.") else "_" for each in name)
    return plain if plain[:1].isalpha() or plain[:1] == "_" else f"_{plain}"


def _fits(letter: str) -> bool:
    number = ord(letter)
    return 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD or number >= 0x10000
