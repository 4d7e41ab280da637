"""The stems of words, so that plural, feminine and verbs meet: "bénévoles" and "bénévole" share one.

Stemmers know accents and visitors leave them out: without its accent "réfugiés" looks like a verb. A French word has
therefore up to three stems, of the word as it was written, of the word without accents, and without what marks plural
and feminine: "réfugiées", "refugies" and "réfugié" share "refugi".
"""

import threading
import tomllib
from functools import lru_cache
from pathlib import Path

import snowballstemmer

from entraide.search.rules.text import fold

SHORTEST_STEMMED = 4
# Whoever types in English looks for missions that are mostly written in French, and names of places stay French.
LANGUAGES = ("fr", "en")
# Endings that make nouns and verbs of one another, the longest first.
_ENDINGS = ("atrice", "issage", "ation", "ateur", "ement", "euse", "rice", "eur", "age", "ier", "ant", "er")
_FEMININE = (("trice", "teur"), ("euse", "eur"), ("ienne", "ien"))
SHORTEST_ROOT = 5


class _Stemmers(threading.local):
    """The stemmers of one thread: each keeps the word that it works on, so that no two threads may share one."""

    def __init__(self) -> None:
        self.by_language = {"fr": snowballstemmer.stemmer("french"), "en": snowballstemmer.stemmer("english")}


_own = _Stemmers()


@lru_cache(maxsize=200_000)
def stems(written: str, language: str) -> tuple[str, ...]:
    """Return the stems of one lower-case word, without accents; the word itself when it is short or has a figure."""
    word = fold(written)
    stemmer = _own.by_language.get(language)
    if stemmer is None or len(word) < SHORTEST_STEMMED or not word.isalpha():
        return (word,)
    plain = stemmer.stemWord(word)
    # The stemmer takes most of the time of a word that was never met, and most words have no accent.
    found = [fold(plain if word == written else stemmer.stemWord(written)), plain]
    if language == "fr":
        found += [bare(word), _root(word)]
    return tuple(dict.fromkeys(stem for stem in found if stem)) or (word,)


def bare(word: str) -> str:
    """Return a folded word without the ending of its plural and of its French feminine."""
    plain = word.rstrip("sx")
    for feminine, masculine in _FEMININE:
        if plain.endswith(feminine):
            return plain.removesuffix(feminine) + masculine
    return plain.rstrip("e") or word


def _root(word: str) -> str:
    """Return what a folded French word is made from: "jardinage", "jardinier" and "jardiner" share "jardin"."""
    bare = word.rstrip("sx")
    for ending in _ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) >= SHORTEST_ROOT:
            return bare.removesuffix(ending)
    return ""


_READ = tomllib.loads((Path(__file__).parent.parent / "data" / "stop_words.toml").read_text(encoding="utf-8"))
STOP_WORDS = {language: frozenset(fold(word) for word in words.split()) for language, words in _READ.items()}


# Of all languages together: on a page in English one looks for missions in French, too.
WEAK_WORDS = frozenset().union(*(STOP_WORDS[f"asking_{language}"] for language in LANGUAGES))


def is_weak_word(word: str) -> bool:
    """Tell whether a folded word is said whatever one looks for."""
    return word in WEAK_WORDS


MOMENT_WORDS = frozenset().union(*(STOP_WORDS[f"moments_{language}"] for language in LANGUAGES))


def is_moment_word(word: str) -> bool:
    """Tell whether a folded word says when something is done, and not what."""
    return word in MOMENT_WORDS


def is_stop_word(word: str, language: str) -> bool:
    """Tell whether a folded word says nothing about what is looked for."""
    return word in STOP_WORDS.get(language, frozenset())
