"""Words that mean the same, as data: each member of a group finds the others."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from entraide.search.rules.stems import is_stop_word, stems
from entraide.search.rules.text import tokens

FILE = Path(__file__).parent.parent / "data" / "synonyms.toml"
LONGEST_GROUP = 4
Key = tuple[str, ...]
# A group of words, each by its stems.
Group = tuple[tuple[str, ...], ...]


def group_of(text: str, language: str) -> Group:
    """Return the words of a text by their stems, without stop words."""
    found = [token for token in tokens(text) if not is_stop_word(token.word, language)]
    return tuple(stems(token.written, language) for token in found)


def keys_of(group: Group) -> set[Key]:
    """Return how a group of words may be looked up: by the first stem of each word and by the last."""
    return {tuple(word[0] for word in group), tuple(word[-1] for word in group)}


def table(groups: Iterable[Mapping[str, Sequence[str]]]) -> dict[Key, tuple[Group, ...]]:
    """Return for each member of some groups, by its keys, what else its groups hold.

    A group names its members by language, as in `{"fr": ["courses"], "en": ["groceries"]}`.
    """
    found: dict[Key, dict[Group, None]] = {}
    for group in groups:
        members = [group_of(member, language) for language, written in group.items() for member in written]
        for member in members:
            for key in keys_of(member):
                found.setdefault(key, {}).update(dict.fromkeys(other for other in members if other != member))
    return {key: tuple(others) for key, others in found.items()}


@cache
def ours() -> Mapping[Key, tuple[Group, ...]]:
    """Return the table of our own data."""
    return table(tomllib.loads(FILE.read_text(encoding="utf-8"))["group"])
