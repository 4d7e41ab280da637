"""People from a table or from the command line: fields by name, as a person writes them, into declarations."""

import csv
import re
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from entraide.certificates.declaration import SALT_BYTES, Declaration, Key, Value
from entraide.certificates.errors import Unusable
from entraide.certificates.forms.model import Field, Form, Kind

_PERSON = re.compile(r"\s*(?P<name>.+?)\s+(?P<birth>\d{4}-\d{2}-\d{2})\s*")
_MEANING = {
    "missing": "is missing",
    "kind": "is not as this field expects",
    "too_long": "is too long",
    "unknown": "is not known to this form",
    "too_many": "has too many",
}


class PeopleWrong(Unusable):
    """Fields that do not follow the form. The message has a line for each."""


def declare(given: Mapping[str, str], form: Form, *, now: int) -> Declaration:
    """Return the declaration that fields make, with a new salt. Raises PeopleWrong with every fault."""
    faults = [
        f"{name}: is not known to {form.id}" for name in given if form.field(name) is None and given[name].strip()
    ]
    values: dict[int, Value] = {}
    for field in form.fields:
        text = unicodedata.normalize("NFC", given.get(field.name, "").strip())
        if text:
            try:
                values[field.key] = _value(text, field, form)
            except ValueError as error:
                faults.append(f"{field.name}: {error}")
    if form.field("created_at"):
        values.setdefault(Key.CREATED_AT, now)
    declared = Declaration(salt=secrets.token_bytes(SALT_BYTES), form=form.id, values=dict(sorted(values.items())))
    named = {line.partition(":")[0] for line in faults}
    faults += [
        f"{fault.field}: {_MEANING[fault.code]}" for fault in form.faults_of(declared) if fault.field not in named
    ]
    if faults:
        raise PeopleWrong("\n".join(faults))
    return declared


def from_table(file: Path, form: Form, *, now: int) -> list[Declaration]:
    """Return the declarations of a CSV file, a person a row. Raises PeopleWrong with every fault of every row."""
    found, faults = [], []
    for number, row in _rows(file):
        try:
            found.append(declare(row, form, now=now))
        except PeopleWrong as error:
            faults += [f"row {number}, {line}" for line in str(error).splitlines()]
    if not found and not faults:
        faults.append(f"{file} has no row of a person")
    if faults:
        raise PeopleWrong("\n".join(faults))
    return found


def _rows(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield each row with its number in the file, as spreadsheets count: the names of the fields are row 1."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise PeopleWrong(f"{file} is not UTF-8: save it as CSV UTF-8") from error
    if "\0" in text:
        raise PeopleWrong(f"{file} holds a NUL character: it is no text")
    lines = text.splitlines()
    separator = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    try:
        for number, row in enumerate(csv.DictReader(lines, delimiter=separator, strict=True), start=2):
            if None in row:
                raise PeopleWrong(f"row {number} has more columns than the first")
            yield number, {str(name).strip(): value or "" for name, value in row.items()}
    except csv.Error as error:
        raise PeopleWrong(f"{file} is not CSV: {error}") from error


def _value(text: str, field: Field, form: Form) -> Value:
    """Return what a text means in a field. Raises ValueError with what was expected."""
    match field.kind:
        case Kind.TIME:
            try:
                written = datetime.fromisoformat(text)
            except ValueError:
                raise ValueError("expected a time such as 2026-11-23 14:05") from None
            at = written if written.tzinfo else written.replace(tzinfo=ZoneInfo(form.zone))
            if not 0 <= (seconds := int(at.astimezone(UTC).timestamp())) < 2**32:
                raise ValueError("is too far away")
            return seconds
        case Kind.REASONS:
            return tuple(code for code in re.split(r"[\s,;|]+", text) if code)
        case Kind.PEOPLE:
            people = [_PERSON.fullmatch(part) for part in text.split("|")]
            if not all(people):
                raise ValueError("expected names with birth dates, such as Léa Roy 2014-05-02 | Noé Roy 2017-01-30")
            return tuple((person["name"], person["birth"]) for person in people if person)
    return text
