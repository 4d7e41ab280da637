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
from entraide.search.rules.synonyms import LONGEST_GROUP, Group, group_of, keys_of, ours, table
from entraide.search.rules.text import tokens


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


def groups_of(text: str, language: str = "fr") -> tuple[Group, ...]:
    """Return what the only unit of a text is also called."""
    (unit,) = read_question(text, language=language).units
    return unit.groups


def test_a_group_of_words_finds_what_it_is_also_called() -> None:
    assert group_of("maison de retraite", "fr") in groups_of("ehpad")


def test_the_longest_group_wins_over_the_words_in_it_and_they_are_one_unit() -> None:
    (unit,) = read_question("aides aux devoirs", language="fr").units
    assert [asked.word for asked in unit.words] == ["aides", "devoirs"]
    assert group_of("soutien scolaire", "fr") in unit.groups


def test_english_words_find_french_missions() -> None:
    assert group_of("aide aux devoirs", "fr") in groups_of("homework help", "en")


@pytest.mark.parametrize("text", ["conductrice", "conducteurs", "Conductrices"])
def test_plural_and_feminine_are_in_the_same_group(text: str) -> None:
    assert group_of("chauffeur", "fr") in groups_of(text)


def test_words_that_say_nothing_alone_may_say_something_together() -> None:
    assert not read_question("chez moi", language="fr").words
    assert group_of("à distance", "fr") in groups_of("chez moi")
    assert group_of("chez soi", "fr").phrase == ("chez", "soi")


def test_what_looks_alike_by_its_stem_is_no_synonym() -> None:
    assert groups_of("aidants")
    assert not groups_of("aide")


@pytest.mark.parametrize("text", ["je veux aider", "bénévole", "comment faire", "mission bénévolat"])
def test_what_people_say_whatever_they_look_for_asks_for_nothing(text: str) -> None:
    assert not read_question(text, language="fr")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_they_say_as_little_on_pages_in_the_other_language(language: str) -> None:
    assert [unit.is_weak for unit in read_question("l'aide masques", language=language).units] == [True, False]


def test_such_words_need_not_be_there_beside_others() -> None:
    units = read_question("je veux aider les sinistrés", language="fr").units
    assert [unit.is_weak for unit in units] == [True, True, False]


def test_one_letter_of_a_word_that_has_only_begun_says_nothing() -> None:
    assert [unit.is_weak for unit in read_question("masques t", language="fr").units] == [False, True]
    assert not read_question("t", language="fr")
    # Finished, or of a name of several words, it does.
    assert [unit.is_weak for unit in read_question("vitamine c ", language="fr").units] == [False, False]
    assert read_question("permis b", language="fr").units[-1].groups


@pytest.mark.parametrize("text", ["maraude week-end", "maraude le samedi", "maraude du soir", "maraude Friday night"])
def test_words_of_time_are_known_as_such(text: str) -> None:
    units = read_question(f"{text} ", language="fr").units
    assert [unit.says_when for unit in units] == [False] + [True] * (len(units) - 1)
    assert len(units) > 1


def test_every_member_of_a_group_finds_every_other() -> None:
    found = table([{"fr": ["courses", "livraison"], "en": ["groceries"]}])
    for written in ("courses", "livraison", "groceries"):
        for key in keys_of(list(tokens(written)), "fr"):
            assert len(found[key]) == 2


def test_every_line_of_the_data_can_be_looked_up() -> None:
    assert all(group.words or group.phrase for groups in ours().values() for group in groups)
    assert all(len(key) <= LONGEST_GROUP for key in ours())
