"""A form in memory, and what may be wrong with a declaration that follows it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from entraide.certificates.declaration import Declaration, Key, Value

_BLANK = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*")
# A text in each language of the form, by the language's code.
Wording = Mapping[str, str]


class Kind(StrEnum):
    """What a field holds: text, a date as YYYY-MM-DD, a time, codes of reasons, or people with their birth dates."""

    TEXT = "text"
    DATE = "date"
    TIME = "time"
    REASONS = "reasons"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `most` is the most characters of a text, or the most people."""

    key: int
    name: str
    kind: Kind
    label: Wording
    required: bool = False
    most: int = 80


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason to be out: its code, a short and a full wording, and for how long it serves if not as the form does."""

    code: str
    short: Wording
    full: Wording
    lasts_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """When a certificate serves: from some minutes before leaving, for so long, or until the time in a field."""

    early_minutes: int
    lasts_minutes: int
    until_key: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of a declaration: `missing`, `kind`, `too_long`, `unknown` or `too_many`."""

    field: str
    code: str


@dataclass(frozen=True, slots=True)
class Form:
    """A version of a form. `id` is name/version; `first_on` to `last_on` are the days on which it is in force."""

    id: str
    title: Wording
    statement: Wording
    legal: tuple[str, ...]
    zone: str
    first_on: date
    last_on: date | None
    window: Window
    fields: tuple[Field, ...]
    reasons: tuple[Reason, ...]
    several_reasons: bool
    demands_seal: bool
    languages: tuple[str, ...]

    @property
    def name(self) -> str:
        """The id without its version."""
        return self.id.partition("/")[0]

    @property
    def version(self) -> int:
        """The version in the id."""
        return int(self.id.partition("/")[2])

    def field(self, name: str) -> Field | None:
        """Return the field of this name."""
        return next((field for field in self.fields if field.name == name), None)

    def reason(self, code: str) -> Reason | None:
        """Return the reason of this code."""
        return next((reason for reason in self.reasons if reason.code == code), None)

    def is_in_force_at(self, at: int) -> bool:
        """Tell whether the form is in force at a time in seconds since 1970, by the days of its zone."""
        day = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(self.zone)).date()
        return self.first_on <= day and (self.last_on is None or day <= self.last_on)

    def faults_of(self, declared: Declaration) -> tuple[Fault, ...]:
        """Return what in a declaration does not follow this form."""
        return tuple(self._faults(declared))

    def _faults(self, declared: Declaration) -> Iterator[Fault]:
        for field in self.fields:
            value = declared.values.get(field.key)
            if value is None:
                if field.required:
                    yield Fault(field.name, "missing")
            elif code := _wrong(field, value):
                yield Fault(field.name, code)
        known = {field.key for field in self.fields}
        yield from (Fault(str(key), "unknown") for key in declared.values if key not in known)
        codes = declared.reasons
        if any(self.reason(code) is None for code in codes) or len(set(codes)) < len(codes):
            yield Fault("reasons", "unknown")
        if len(codes) > 1 and not self.several_reasons:
            yield Fault("reasons", "too_many")


def _wrong(field: Field, value: Value) -> str | None:
    """Return the code of what is wrong with a field's value, or None."""
    match field.kind, value:
        case Kind.TEXT, str():
            if is_blank(value):
                return "missing"
            return "too_long" if len(value) > field.most else None
        case Kind.DATE, str():
            return None if is_date(value) else "kind"
        case Kind.TIME, int():
            return None
        case Kind.REASONS, tuple():
            return None if value else "missing"
        case Kind.PEOPLE, tuple() if all(isinstance(each, tuple) for each in value):
            if field.required and not value:
                return "missing"
            if len(value) > field.most:
                return "too_many"
            return None if all(not is_blank(each[0]) and is_date(each[1]) for each in value) else "kind"
    return "kind"


def is_blank(text: str) -> bool:
    """Tell whether a text has nothing but white space, by Unicode's property: languages have notions of their own."""
    return _BLANK.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Tell whether a text is a date written YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_open_ended(key: int) -> bool:
    """Tell whether a key is a form's own to define."""
    return key > Key.CREATED_AT
