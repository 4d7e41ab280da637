"""Finds the place that a typed text names, and what is left of the text without it.

A name counts by its evidence: large places and names of several words by themselves, others when something leads to
them ("à", "près de") or when they are all that was typed. What stands in quotes is never a place. A name that is not
taken for a place stays a word, which still finds the missions there.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from entraide.search.rules import gazetteer as known
from entraide.search.rules.gazetteer import Gazetteer, Place, PlaceKind, is_single, place_key
from entraide.search.rules.text import APOSTROPHES, Token, tokens

# A commune of so many people is meant when it is named, whatever stands before it.
KNOWN_TO_ALL = 10_000
LONGEST_TEXT = 200
LONGEST_NAME = 7
LONGEST_MISSPELT = 4
LONGEST_LEAD = 5
_QUOTED = re.compile(r'"[^"]*"|«[^»]*»|“[^”]*”')
_ELIDED = re.compile(rf"\w+[{APOSTROPHES}]$")
_CONTRACTED = {"au": "le", "du": "le", "aux": "les", "des": "les"}
_ARTICLES = frozenset({"le", "la", "les", "en"})


@dataclass(frozen=True, slots=True)
class Where:
    """What a text says about where: its place, if it names one, and the rest of the text.

    `near_me` tells that it asks for what is near whoever typed it; `homonyms` are other large places of the same name.
    """

    rest: str
    place: Place | None = None
    homonyms: tuple[Place, ...] = ()
    near_me: bool = False


@dataclass(frozen=True, slots=True)
class _Named:
    """The places that the tokens from `first` to before `last` may name."""

    first: int
    last: int
    places: tuple[Place, ...]


def read_place(text: str, gazetteer: Gazetteer, *, is_known: Callable[[str], bool] = lambda _: True) -> Where:
    """Return the place that a text names and the rest of it: "masques à Strasbourg" leaves "masques". Never raises.

    A word that `is_known` does not know may be the name of a large place, misspelt.
    """
    text = unicodedata.normalize("NFC", text[:LONGEST_TEXT])
    found = list(tokens(_QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)))
    reading = _Reading(text, found, gazetteer)
    if mine := reading.near_me():
        return Where(rest=reading.without([mine]), near_me=True)
    named, near = list(reading.named()), reading.misspelt(is_known)
    if near and not any(each.first < near.first or each.last > near.last for each in named):
        named = [near]
    if not named:
        return Where(rest=text)
    place, spans = _choice(named)
    rest = reading.without([(reading.led_from(each.first), each.last) for each in spans])
    return Where(rest=rest, place=place, homonyms=_homonyms(place, spans[0]))


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text, its words outside quotes, and the names that they may be."""

    text: str
    found: Sequence[Token]
    gazetteer: Gazetteer

    def near_me(self) -> tuple[int, int] | None:
        """Return the words that say "where I am"."""
        words = self._words(0, len(self.found))
        for said in known.near_me():
            for at in range(len(words) - len(said) + 1):
                if words[at : at + len(said)] == said:
                    return at, at + len(said)
        return None

    def named(self) -> Iterator[_Named]:
        """Yield the names in the text, the longest at each place."""
        at = 0
        while at < len(self.found):
            one = None if self._is_joined(at) else self._longest(at)
            if one:
                yield one
            at = one.last if one else at + 1

    def misspelt(self, is_known: Callable[[str], bool]) -> _Named | None:
        """Return the large places that words, not all of them known, are nearly the names of."""
        for first in range(len(self.found)):
            for last in range(min(first + LONGEST_MISSPELT, len(self.found)), first, -1):
                words = self._words(first, last)
                if all(map(is_known, words)) or not all(word.isalpha() for word in words):
                    continue
                if places := self.gazetteer.alike(place_key(words)):
                    return _Named(first, last, places)
        return None

    def led_from(self, first: int) -> int:
        """Return where what leads to a name begins, or its article; the name's own place without either."""
        for start in range(max(0, first - LONGEST_LEAD), first):
            if self._words(start, first) in known.leads():
                return start
        return first - 1 if first and self.found[first - 1].word in _ARTICLES else first

    def without(self, spans: Sequence[tuple[int, int]]) -> str:
        """Return the text without some of its words, and without what is elided before them."""
        rest = self.text
        for first, last in sorted(spans, reverse=True):
            before = _ELIDED.sub("", rest[: self.found[first].start])
            rest = f"{before} {rest[self.found[last - 1].end :]}"
        return rest

    def _longest(self, first: int) -> _Named | None:
        for last in range(min(first + LONGEST_NAME, len(self.found)), first, -1):
            if last < len(self.found) and self._is_joined(last):
                continue
            places = tuple(place for place in self._places(first, last) if self._counts(place, first, last))
            if places:
                return _Named(first, last, places)
        return None

    def _places(self, first: int, last: int) -> tuple[Place, ...]:
        words = self._words(first, last)
        if len(words) == 1 and not words[0].isalpha():
            return self._by_code(first)
        if words[0] in _CONTRACTED and len(words) > 1:
            words = (_CONTRACTED[words[0]], *words[1:])
        return self.gazetteer.named(place_key(words))

    def _by_code(self, at: int) -> tuple[Place, ...]:
        """Return what a postcode serves, or the département of a code that stands last: "67", "2A", "974"."""
        word = self.found[at].word
        if served := self.gazetteer.served_by(word):
            return served
        departement = self.gazetteer.departements.get(word.upper())
        is_last = at == len(self.found) - 1 and (at == 0 or self.found[at - 1].word not in ("de", "of"))
        return (departement,) if departement and is_last else ()

    def _counts(self, place: Place, first: int, last: int) -> bool:
        """Tell whether there is evidence enough that some words mean a place."""
        if not self.found[first].word.isalpha():
            return True
        is_led = self._is_led(first, place) or (first, last) == (0, len(self.found))
        is_large = place.kind is not PlaceKind.COMMUNE or place.population >= KNOWN_TO_ALL
        has_capital = first > 0 and self.text[self.found[last - 1].start].isupper() and not self.text.isupper()
        if place_key(self._words(first, last)) in known.ordinary():
            return is_large and (is_led or has_capital)
        return is_large or is_led or has_capital or not is_single(place.name)

    def _is_led(self, first: int, place: Place) -> bool:
        if self.found[first].word in ("au", "aux"):
            return True
        if first and self.found[first - 1].word == "en":
            return place.kind is not PlaceKind.COMMUNE
        return any(self._words(start, first) in known.leads() for start in range(max(0, first - LONGEST_LEAD), first))

    def _is_joined(self, at: int) -> bool:
        """Tell whether a word is written together with the one before it: "Croix" is no place in "Croix-Rouge"."""
        return at > 0 and self.text[self.found[at - 1].end : self.found[at].start] == "-"

    def _words(self, first: int, last: int) -> tuple[str, ...]:
        return tuple(token.word for token in self.found[first:last])


def _choice(named: Sequence[_Named]) -> tuple[Place, list[_Named]]:
    """Return the place meant, and which words mean it: two names that fit together tell homonyms apart."""
    for one in named:
        for other in named:
            for place in one.places if one is not other else ():
                if place.kind is PlaceKind.COMMUNE and any(_lies_in(place, larger) for larger in other.places):
                    return place, [one, other]
    communes = [each for each in named if each.places[0].kind is PlaceKind.COMMUNE]
    chosen = (communes or list(named))[0]
    return chosen.places[0], [chosen]


def _homonyms(place: Place, named: _Named) -> tuple[Place, ...]:
    return tuple(
        other
        for other in named.places
        if other != place and other.name == place.name and other.population >= KNOWN_TO_ALL
    )


def _lies_in(place: Place, other: Place) -> bool:
    if other.kind is PlaceKind.COMMUNE:
        return place.code == other.code
    return set(place.departements) <= set(other.departements)
