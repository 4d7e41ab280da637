"""Reads the fields of an address leniently: what cannot be understood is left out, and told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

from entraide.volunteering.rules.words import gettext_noop

USUAL_RADIUS = 25
WIDEST = 200
LONGEST_CURSOR = 512
_DEPARTEMENT = re.compile(r"(?:[0-8][0-9]|9[0-5]|2[AB]|97[1-8]|98[4-9])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffd]+")
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the address that was not understood: the field and a message id."""

    field: str
    message: str


class Fields(Protocol):
    """What a query string offers: Django's QueryDict is one."""

    def getlist(self, key: str) -> Sequence[str]:
        """Return every value of a field, none for a field that is not there."""


class Reader:
    """Reads one field after the other and collects what is wrong."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self.problems: list[Problem] = []

    def complain(self, field_name: str, message: str) -> None:
        """Tell that a field was not understood."""
        self.problems.append(Problem(field_name, message))

    def first(self, name: str) -> str:
        """Return the last value of a field without spaces round it, nothing for none."""
        values = self._fields.getlist(name)
        return values[-1].strip() if values else ""

    def text(self, name: str, *, longest: int, cuts: bool = False) -> str:
        """Return a text without what nobody types. One that is too long is cut, or left out."""
        raw = self.first(name)
        clean = " ".join(_CONTROL.sub(" ", raw).split())
        if cuts:
            if len(clean) > longest:
                self.complain(name, gettext_noop("What you typed is long: only its beginning was looked for."))
            elif raw and not clean:
                self.complain(name, gettext_noop("What you typed was not understood: use words."))
            return clean[:longest].strip()
        if len(clean) > longest:
            self.complain(name, gettext_noop("This place name is too long: type a commune or a postcode."))
            return ""
        if raw and not clean:
            self.complain(name, gettext_noop("This place was not understood: type a commune or a postcode."))
        return clean

    def key(self, name: str) -> str:
        """Return a UUID as it is written shortest, nothing for what is none."""
        raw = self.first(name)
        try:
            return str(UUID(raw)) if raw else ""
        except ValueError:
            self.complain(name, gettext_noop("There is no such organisation."))
            return ""

    def number(self, name: str, *, most: int) -> int:
        """Return a number from 1 on, 0 for what is none."""
        raw = self.first(name)
        if raw and not (raw.isascii() and raw.isdigit() and len(raw) <= 5 and 1 <= int(raw) <= most):
            self.complain(name, gettext_noop("The number of places must be between 1 and 1000: it was left out."))
            return 0
        return int(raw or 0)

    def radius(self, name: str) -> int:
        """Return a distance in kilometres."""
        raw = self.first(name)
        if not raw:
            return USUAL_RADIUS
        if not (raw.isascii() and raw.isdigit() and len(raw) <= 4 and 1 <= int(raw) <= WIDEST):
            self.complain(name, gettext_noop("The distance must be between 1 and 200 km: 25 km is used."))
            return USUAL_RADIUS
        return int(raw)

    def departement(self, name: str) -> str:
        """Return the code of a département, nothing for what is none."""
        raw = self.first(name).upper()
        if raw and not _DEPARTEMENT.fullmatch(raw):
            self.complain(name, gettext_noop("There is no such département."))
            return ""
        return raw

    def day(self, name: str) -> date | None:
        """Return a day, None for what is none."""
        raw = self.first(name)
        if not raw:
            return None
        try:
            found = date.fromisoformat(raw)
        except ValueError:
            found = date.min
        if not 2000 <= found.year <= 2100:
            self.complain(name, gettext_noop("This day was not understood: write it as 2026-04-15."))
            return None
        return found

    def word(self, name: str, words: type[_Word]) -> _Word | None:
        """Return one word of a closed list."""
        return next(iter(self.words(name, words)), None)

    def words(self, name: str, words: type[_Word]) -> set[_Word]:
        """Return the words of a closed list, leaving out others."""
        found = set()
        for raw in self._fields.getlist(name)[:40]:
            if not raw:
                continue
            try:
                found.add(words(raw))
            except ValueError:
                self.complain(name, gettext_noop("A choice in this address does not exist: it was left out."))
        return found

    def cursor(self, name: str) -> str:
        """Return a cursor, one that fits no list for what cannot be one."""
        raw = self.first(name)
        return raw if len(raw) <= LONGEST_CURSOR and raw.isascii() and raw.isprintable() else "-"
