"""Second step: JSON or a form becomes one flat set of texts. It names fields of the wrong type, no more."""

from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from entraide.intake.refusals import FieldFault, Refusal

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MOST_FORM_FIELDS = 100
LISTS = ("domains", "availability", "languages")


class Fields(msgspec.Struct, kw_only=True, frozen=True):
    """A sign-up as it arrives. Absent, null and empty mean the same.

    `altcha` is the solution of a challenge, `slip` what stands for one; nobody sees `website`, so nobody fills it.
    """

    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    birth_date: str | None = None
    postcode: str | None = None
    consent: bool | None = None
    locale: str | None = None
    phone: str | None = None
    domains: list[str] | None = None
    availability: list[str] | None = None
    languages: list[str] | None = None
    slot: str | None = None
    mission: str | None = None
    token: str | None = None
    ticket: str | None = None
    altcha: str | None = None
    slip: str | None = None
    website: str | None = None


class Decoded(msgspec.Struct, frozen=True):
    """The fields that could be read, and what is wrong with the others."""

    fields: Fields
    faults: tuple[FieldFault, ...] = ()


_TYPES = {field.name: field.type for field in msgspec.structs.fields(Fields)}
_TICKED = {"on": True, "true": True, "1": True, "yes": True, "": False, "off": False, "false": False, "0": False}
_decoder = msgspec.json.Decoder(Fields)


@lru_cache(maxsize=256)
def media_type_of(content_type: str) -> str:
    """Return JSON or FORM. Raises Refusal for any other type and for a charset other than UTF-8."""
    name, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = {value.strip('"') for key, _, value in (item.partition("=") for item in parameters) if key == "charset"}
    if name not in (JSON, FORM) or not charsets <= {"utf-8", "utf8", "us-ascii"}:
        raise Refusal(415, "media_type_not_accepted", headers={"accept-post": f"{JSON}, {FORM}"})
    return name


def decode(body: bytes, media_type: str) -> Decoded:
    """Return the fields of a body. Raises Refusal when it is no UTF-8, holds a NUL or is no JSON object."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Refusal(400, "not_utf8") from None
    decoded = _decode_json(body) if media_type == JSON else _decode_form(text)
    # Every way to write the character has one of these in it; few bodies do, and those are looked at field by field.
    if (b"\0" in body or b"u0000" in body or b"%00" in body) and _has_nul(decoded.fields):
        raise Refusal(400, "nul_character")
    return decoded


def _decode_json(body: bytes) -> Decoded:
    try:
        return Decoded(_decoder.decode(body))
    except msgspec.ValidationError:
        return _decode_field_by_field(body)
    except (msgspec.DecodeError, RecursionError):
        raise Refusal(400, "not_json") from None


def _decode_field_by_field(body: bytes) -> Decoded:
    """Decode again without types, to name every field that has the wrong one."""
    try:
        raw = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        raise Refusal(400, "not_an_object") from None
    except (msgspec.DecodeError, RecursionError):
        raise Refusal(400, "not_json") from None
    values: dict[str, Any] = {}
    faults: list[FieldFault] = []
    for name in _TYPES.keys() & raw.keys():
        try:
            values[name] = msgspec.json.decode(raw[name], type=_TYPES[name])
        except (msgspec.DecodeError, RecursionError):
            faults.append(FieldFault(name, "wrong_type"))
    return Decoded(Fields(**values), tuple(faults))


def _decode_form(text: str) -> Decoded:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FORM_FIELDS)
    except UnicodeDecodeError:
        raise Refusal(400, "not_utf8") from None
    except ValueError:
        raise Refusal(400, "too_many_fields") from None
    values: dict[str, Any] = {}
    faults: dict[str, FieldFault] = {}
    for name, value in pairs:
        if name in LISTS:
            values.setdefault(name, []).extend([value] if value else [])
        elif name in values:
            faults[name] = FieldFault(name, "repeated")
        elif name in _TYPES:
            values[name] = value
    if "consent" in values:
        ticked = _TICKED.get(values.pop("consent").strip().lower())
        if ticked is None:
            faults["consent"] = FieldFault("consent", "wrong_type")
        values["consent"] = ticked
    return Decoded(Fields(**values), tuple(faults.values()))


def _has_nul(fields: Fields) -> bool:
    for value in msgspec.structs.astuple(fields):
        texts = value if isinstance(value, list) else [value] if isinstance(value, str) else []
        if any("\0" in text for text in texts):
            return True
    return False
