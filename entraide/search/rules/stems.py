"""The stems of words, so that plural, feminine and verbs meet: "bénévoles" and "bénévole" share one.

Stemmers know accents and visitors leave them out: without its accent "réfugiés" looks like a verb. A French word has
therefore up to three stems, of the word as it was written, of the word without accents, and without what marks plural
and feminine: "réfugiées", "refugies" and "réfugié" share "refugi".
"""

import tomllib
from functools import lru_cache
from pathlib import Path

import snowballstemmer

from entraide.search.rules.text import fold

SHORTEST_STEMMED = 4
_STEMMERS = {"fr": snowballstemmer.stemmer("french"), "en": snowballstemmer.stemmer("english")}


@lru_cache(maxsize=200_000)
def stems(written: str, language: str) -> tuple[str, ...]:
    """Return the stems of one lower-case word, without accents; the word itself when it is short or has a figure."""
    word = fold(written)
    stemmer = _STEMMERS.get(language)
    if stemmer is None or len(word) < SHORTEST_STEMMED or not word.isalpha():
        return (word,)
    found = [fold(stemmer.stemWord(written)), stemmer.stemWord(word)]
    if language == "fr":
        found.append(_bare(word))
    return tuple(dict.fromkeys(stem for stem in found if stem)) or (word,)


def _bare(word: str) -> str:
    """Return a folded French word without the ending of its plural and of its feminine."""
    return word.rstrip("sx").rstrip("e") or word


_READ = tomllib.loads((Path(__file__).parent.parent / "data" / "stop_words.toml").read_text(encoding="utf-8"))
STOP_WORDS = {language: frozenset(fold(word) for word in words.split()) for language, words in _READ.items()}


def is_stop_word(word: str, language: str) -> bool:
    """Tell whether a folded word says nothing about what is looked for."""
    return word in STOP_WORDS.get(language, frozenset())
