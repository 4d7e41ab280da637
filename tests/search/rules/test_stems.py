"""Stems are the same whatever makes them: the compiled stemmer that runs here, or the one that every machine has."""

import re
from pathlib import Path

import pytest
import snowballstemmer
import Stemmer
from snowballstemmer.english_stemmer import EnglishStemmer
from snowballstemmer.french_stemmer import FrenchStemmer

FRENCH = Path(__file__).resolve().parents[3] / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def words_of_the_interface() -> list[str]:
    found = sorted(set(re.findall(r"[a-zà-ÿœæ]{3,}", FRENCH.read_text(encoding="utf-8").lower())))
    assert len(found) > 2_000
    return found


def test_the_compiled_stemmer_is_the_one_that_runs() -> None:
    assert snowballstemmer.stemmer is Stemmer.Stemmer


@pytest.mark.parametrize(("language", "plain"), [("french", FrenchStemmer), ("english", EnglishStemmer)])
def test_both_make_the_same_stems(language: str, plain: type) -> None:
    compiled, slow = Stemmer.Stemmer(language), plain()

    assert [compiled.stemWord(word) for word in words_of_the_interface()] == [
        slow.stemWord(word) for word in words_of_the_interface()
    ]
