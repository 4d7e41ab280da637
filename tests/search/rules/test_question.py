"""What a typed text asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.search.rules.question import (
    LONGEST_TEXT,
    MOST_PHRASES,
    MOST_WORDS,
    read_question,
    typos_allowed,
    words_that_must_match,
)
from entraide.search.rules.synonyms import group_of, keys_of, table


def test_the_last_word_is_open_until_something_follows_it() -> None:
    assert [asked.is_open for asked in read_question("coudre des masq", language="fr").words] == [False, True]
    assert [asked.is_open for asked in read_question("coudre des masq ", language="fr").words] == [False, False]


def test_words_in_quotes_stand_together() -> None:
    question = read_question('chiens "à la maison" «de retraite»', language="fr")
    assert question.phrases == (("a", "la", "maison"), ("de", "retraite"))
    assert [asked.word for asked in question.words] == ["chiens"]


def test_an_open_quote_is_no_phrase() -> None:
    question = read_question('repas "chauds', language="fr")
    assert not question.phrases
    assert [asked.word for asked in question.words] == ["repas", "chauds"]


@pytest.mark.parametrize("text", ["", "   ", "de la", '""', "\x00\x01", "?*'", "«»"])
def test_what_says_nothing_asks_for_nothing(text: str) -> None:
    assert not read_question(text, language="fr")


@pytest.mark.parametrize(
    ("word", "typos"), [("sdf", 0), ("67000", 0), ("chat", 1), ("masques", 1), ("couturie", 2), ("livraisons", 2)]
)
def test_longer_words_may_have_more_typos_short_ones_and_numbers_none(word: str, typos: int) -> None:
    assert typos_allowed(word) == typos


@pytest.mark.parametrize(("count", "needed"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (8, 6), (12, 9)])
def test_most_of_many_words_are_enough(count: int, needed: int) -> None:
    assert words_that_must_match(count) == needed


@given(st.text(max_size=2_000), st.sampled_from(["fr", "en", "xx"]))
def test_any_text_is_read_and_cut(text: str, language: str) -> None:
    question = read_question(text, language=language)
    assert len(question.words) <= MOST_WORDS
    assert len(question.phrases) <= MOST_PHRASES
    assert sum(len(asked.word) for asked in question.words) <= 4 * LONGEST_TEXT


def test_a_group_of_words_finds_what_it_is_also_called() -> None:
    (synonym,) = read_question("ehpad", language="fr").synonyms
    assert group_of("maison de retraite", "fr") in synonym.groups


def test_the_longest_group_wins_over_the_words_in_it() -> None:
    question = read_question("aides aux devoirs", language="fr")
    (synonym,) = question.synonyms
    assert (synonym.first, synonym.last) == (0, 1)
    assert group_of("soutien scolaire", "fr") in synonym.groups


def test_english_words_find_french_missions() -> None:
    (synonym,) = read_question("homework help", language="en").synonyms
    assert group_of("aide aux devoirs", "fr") in synonym.groups


def test_every_member_of_a_group_finds_every_other() -> None:
    found = table([{"fr": ["courses", "livraison"], "en": ["groceries"]}])
    for written, language in (("courses", "fr"), ("livraison", "fr"), ("groceries", "en")):
        for key in keys_of(group_of(written, language)):
            assert len(found[key]) == 2
