"""Words that mean the same, as data: each member of a group finds the others."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from entraide.search.rules.stems import bare, is_stop_word, stems
from entraide.search.rules.text import Token, tokens

FILE = Path(__file__).parent.parent / "data" / "synonyms.toml"
LONGEST_GROUP = 5
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A member of a group as documents are asked for it: words by their stems, or a phrase as it stands.

    `said` are its words in order, without plural and feminine: what a reader knows it by where a text holds it.
    """

    words: tuple[tuple[str, ...], ...] = ()
    phrase: tuple[str, ...] = ()
    said: Key = field(default=(), compare=False)


def group_of(text: str, language: str) -> Group:
    """Return how documents are asked for a text: as it stands when stop words are part of it, as in "chez soi".

    French words are asked for without what marks plural and feminine, and no wider: a stem of "aidants" is in "aide".
    """
    found = list(tokens(text))
    said = tuple(bare(token.word) for token in found)
    if any(is_stop_word(token.word, language) for token in found):
        return Group(phrase=tuple(token.word for token in found), said=said)
    if language == "fr":
        return Group(tuple((word,) for word in said), said=said)
    return Group(tuple(stems(token.written, language) for token in found), said=said)


def keys_of(found: Sequence[Token], language: str) -> set[Key]:
    """Return how words are looked up: all of them, and without those that say nothing."""
    telling = [token for token in found if not is_stop_word(token.word, language)]
    keys = [tuple(bare(token.word) for token in words) for words in (found, telling)]
    # What loses words by this may mean something else: "à la rue" is no street.
    return {key for key in keys if key and (len(key) == len(found) or len(key) > 1)}


def table(groups: Iterable[Mapping[str, Sequence[str]]]) -> dict[Key, tuple[Group, ...]]:
    """Return for each member of some groups, by its keys, what else its groups hold.

    A group names its members by language, as in `{"fr": ["courses"], "en": ["groceries"]}`.
    """
    found: dict[Key, dict[Group, None]] = {}
    for group in groups:
        members = [(text, language) for language, written in group.items() for text in written]
        asked = {member: group_of(*member) for member in members}
        for text, language in members:
            others = [asked[other] for other in members if asked[other] != asked[text, language]]
            for key in keys_of(list(tokens(text)), language):
                found.setdefault(key, {}).update(dict.fromkeys(others))
    return {key: tuple(others) for key, others in found.items()}


@cache
def ours() -> Mapping[Key, tuple[Group, ...]]:
    """Return the table of our own data."""
    return table(tomllib.loads(FILE.read_text(encoding="utf-8"))["group"])
