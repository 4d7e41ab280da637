"""Forms from TOML files and from signed sets: every mistake is told with its place, all of them at once."""

import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from entraide.certificates.declaration import LAST_KEY, Key
from entraide.certificates.errors import Unusable
from entraide.certificates.forms.model import Field, Form, Kind, Reason, Window, Wording, is_open_ended

FOLDER = Path(__file__).parent
_ID = re.compile(r"[a-z0-9]+(\.[a-z0-9]+)*/[1-9][0-9]{0,3}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SHARED = {
    Key.GIVEN_NAME: Kind.TEXT,
    Key.FAMILY_NAME: Kind.TEXT,
    Key.BIRTH_DATE: Kind.DATE,
    Key.BIRTH_PLACE: Kind.TEXT,
    Key.ADDRESS: Kind.TEXT,
    Key.POSTCODE: Kind.TEXT,
    Key.CITY: Kind.TEXT,
    Key.LEAVING_AT: Kind.TIME,
    Key.REASONS: Kind.REASONS,
    Key.CREATED_AT: Kind.TIME,
}
_TYPES = {
    str: "text", int: "a whole number", bool: "true or false", date: "a date", dict: "a table", list: "a list",
}  # fmt: skip


class FormError(Unusable):
    """A form cannot be used. The message has one line for each mistake."""


def load_all(folder: Path = FOLDER) -> dict[str, Form]:
    """Return the forms of a folder by their ids. Raises FormError for any mistake in any of them."""
    found: dict[str, Form] = {}
    mistakes = []
    for file in sorted(folder.glob("*.toml")):
        try:
            form = from_toml(file.read_bytes(), name=file.name)
        except FormError as error:
            mistakes.append(str(error))
            continue
        if form.id in found:
            mistakes.append(f"{file.name}: the id {form.id} is that of another file too")
        found[form.id] = form
    if mistakes:
        raise FormError("\n".join(mistakes))
    return found


def from_toml(data: bytes, *, name: str) -> Form:
    """Return the form in a TOML file. Raises FormError."""
    try:
        content = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FormError(f"{name}: {error}") from error
    return from_data(content, name=name)


def from_data(content: Mapping[str, Any], *, name: str) -> Form:
    """Return the form in a table. Raises FormError with every mistake."""
    reader = _Reader(name)
    form = reader.form(content)
    if reader.mistakes or form is None:
        raise FormError("\n".join(f"{name}: {mistake}" for mistake in reader.mistakes))
    return form


class _Reader:
    """Reads one form and notes each mistake, so that whoever writes a form sees all at once."""

    def __init__(self, name: str) -> None:
        self.mistakes: list[str] = []
        self._languages: tuple[str, ...] = ()

    def form(self, content: Mapping[str, Any]) -> Form | None:
        self._only(content, "", {
            "id", "languages", "zone", "title", "statement", "legal", "in_force", "window", "field", "reason",
            "several_reasons", "demands_seal",
        })  # fmt: skip
        self._languages = tuple(self._texts(content, "languages", _LANGUAGE))
        in_force = self._table(content, "in_force")
        self._only(in_force, "in_force.", {"first", "last"})
        fields = tuple(self._field(each, at) for at, each in enumerate(self._tables(content, "field")))
        reasons = tuple(self._reason(each, at) for at, each in enumerate(self._tables(content, "reason")))
        form = Form(
            id=self._text(content, "id", "", _ID),
            title=self._wording(content, "title", ""),
            statement=self._wording(content, "statement", ""),
            legal=tuple(self._texts(content, "legal", None)),
            zone=self._zone(content),
            first_on=self._get(in_force, "first", "in_force.", date, date.min),
            last_on=self._get(in_force, "last", "in_force.", date, None) if "last" in in_force else None,
            window=self._window(self._table(content, "window")),
            fields=fields,
            reasons=reasons,
            several_reasons=self._get(content, "several_reasons", "", bool, True, required=False),
            demands_seal=self._get(content, "demands_seal", "", bool, False, required=False),
            languages=self._languages,
        )
        self._check_whole(form)
        return form

    def _check_whole(self, form: Form) -> None:
        keys = [field.key for field in form.fields]
        for what, found in (
            ("key", keys),
            ("name", [field.name for field in form.fields]),
            ("reason", [reason.code for reason in form.reasons]),
        ):
            if len(set(found)) < len(found):
                self.mistakes.append(f"a {what} is given twice")
        if Key.LEAVING_AT not in keys:
            self.mistakes.append("there is no field with key 9, the time of leaving")
        if (Key.REASONS in keys) != bool(form.reasons):
            self.mistakes.append("reasons need a field with key 10, and that field needs reasons")
        until = form.window.until_key
        if until is not None and not any(field.key == until and field.kind == Kind.TIME for field in form.fields):
            self.mistakes.append(f"window.until_key: {until} is not a field that holds a time")
        if form.last_on and form.last_on < form.first_on:
            self.mistakes.append("in_force.last is before in_force.first")

    def _field(self, content: Mapping[str, Any], at: int) -> Field:
        place = f"field {at + 1}: "
        self._only(content, place, {"key", "name", "kind", "label", "required", "most"})
        key = self._number(content, "key", place, low=2, high=LAST_KEY)
        kind = Kind.TEXT
        with suppress(ValueError):
            kind = Kind(written := self._text(content, "kind", place))
            if not is_open_ended(key) and key in _SHARED and _SHARED[Key(key)] != kind:
                self.mistakes.append(f"{place}key {key} holds {_SHARED[Key(key)]}, not {written}")
        if content.get("kind") not in list(Kind):
            self.mistakes.append(f"{place}kind is not one of {', '.join(Kind)}")
        return Field(
            key=key,
            name=self._text(content, "name", place, _NAME),
            kind=kind,
            label=self._wording(content, "label", place),
            required=self._get(content, "required", place, bool, False, required=False),
            most=self._number(content, "most", place, low=1, high=200) if "most" in content else 80,
        )

    def _reason(self, content: Mapping[str, Any], at: int) -> Reason:
        place = f"reason {at + 1}: "
        self._only(content, place, {"code", "short", "full", "lasts_minutes"})
        lasts = "lasts_minutes" in content
        return Reason(
            code=self._text(content, "code", place, _NAME),
            short=self._wording(content, "short", place),
            full=self._wording(content, "full", place),
            lasts_minutes=self._number(content, "lasts_minutes", place, low=1, high=600_000) if lasts else None,
        )

    def _window(self, content: Mapping[str, Any]) -> Window:
        place = "window."
        self._only(content, place, {"early_minutes", "lasts_minutes", "until_key"})
        return Window(
            early_minutes=self._number(content, "early_minutes", place, low=0, high=10_000),
            lasts_minutes=self._number(content, "lasts_minutes", place, low=1, high=600_000),
            until_key=self._number(content, "until_key", place, low=9, high=LAST_KEY)
            if "until_key" in content
            else None,
        )

    def _zone(self, content: Mapping[str, Any]) -> str:
        name = self._text(content, "zone", "")
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.mistakes.append(f"zone: there is no time zone {name!r}")
            return "UTC"
        return name

    def _wording(self, content: Mapping[str, Any], key: str, place: str) -> Wording:
        found = self._table(content, key, place)
        if set(found) != set(self._languages):
            self.mistakes.append(f"{place}{key}: expected a text for each of {', '.join(self._languages)}")
        for language, text in found.items():
            if not isinstance(text, str) or not text.strip():
                self.mistakes.append(f"{place}{key}.{language}: expected a text")
        return {language: str(text) for language, text in found.items()}

    def _text(self, content: Mapping[str, Any], key: str, place: str, pattern: re.Pattern[str] | None = None) -> str:
        found: str = self._get(content, key, place, str, "")
        if pattern and found and not pattern.fullmatch(found):
            self.mistakes.append(f"{place}{key}: {found!r} is not of the form {pattern.pattern}")
        return found

    def _texts(self, content: Mapping[str, Any], key: str, pattern: re.Pattern[str] | None) -> list[str]:
        found = self._get(content, key, "", list, [])
        texts = [each for each in found if isinstance(each, str) and each and (not pattern or pattern.fullmatch(each))]
        if len(texts) < len(found) or len(set(texts)) < len(texts) or (pattern and not texts):
            self.mistakes.append(f"{key}: expected texts, each once")
        return texts

    def _number(self, content: Mapping[str, Any], key: str, place: str, *, low: int, high: int) -> int:
        found: int = self._get(content, key, place, int, low)
        if not low <= found <= high:
            self.mistakes.append(f"{place}{key}: {found} is not from {low} to {high}")
            return low
        return found

    def _table(self, content: Mapping[str, Any], key: str, place: str = "") -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._get(content, key, place, dict, {})
        return found

    def _tables(self, content: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        found = self._get(content, key, "", list, [], required=key == "field")
        if not all(isinstance(each, dict) for each in found):
            self.mistakes.append(f"{key}: expected tables, [[{key}]]")
        return [each for each in found if isinstance(each, dict)]

    def _get(
        self, content: Mapping[str, Any], key: str, place: str, kind: type, default: Any, required: bool = True
    ) -> Any:
        if key not in content:
            if required:
                self.mistakes.append(f"{place}{key} is missing: expected {_TYPES[kind]}")
            return default
        found = content[key]
        # True is a whole number to Python, and a date with a time is a date.
        if type(found) is not kind:
            self.mistakes.append(f"{place}{key}: expected {_TYPES[kind]}")
            return default
        return found

    def _only(self, content: Mapping[str, Any], place: str, known: set[str]) -> None:
        self.mistakes += [f"{place}{key} is not known here" for key in content if key not in known]
