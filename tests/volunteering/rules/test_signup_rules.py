"""What a sign-up must hold: that a short way to an answer leads to the answer of the long one."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.volunteering.rules import signup

TODAY = date(2026, 3, 14)


@given(st.from_regex(signup._PLAIN_EMAIL, fullmatch=True))
def test_an_address_that_is_plain_is_read_as_any_other(address: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signup, "_PLAIN_EMAIL", re.compile(r"(?!)"))
        read_thoroughly = signup.read_email(address)

    assert signup.read_email(address) == read_thoroughly == address


@given(st.dates(min_value=date(1910, 1, 1), max_value=date(2005, 1, 1)))
def test_a_birth_date_is_the_same_in_all_its_forms(day: date) -> None:
    forms = [
        day.isoformat(),
        f"{day.year}-{day.month}-{day.day}",
        f"{day:%d/%m/%Y}",
        f"{day.day} {day.month} {day.year}",
    ]

    assert {signup.read_birth_date(text, today=TODAY) for text in forms} == {day}


@pytest.mark.parametrize("text", ["1990-02-30", "1990-W01-1", "19900517", "1990-5-17-", "+990-05-17", "１９９０-05-17"])
def test_what_is_no_date_of_a_calendar_is_refused(text: str) -> None:
    with pytest.raises(signup.Problem):
        signup.read_birth_date(text, today=TODAY)


@pytest.mark.parametrize("chosen", [["fr", "FR ", "en"], ["en", "fr"] * 400, ["en" + " " * 400, "fr"]])
def test_languages_are_the_same_however_long_they_are_written(chosen: list[str]) -> None:
    assert signup.read_languages(chosen) == ("en", "fr")


def test_what_was_refused_once_is_refused_again() -> None:
    for _ in range(2):
        with pytest.raises(signup.Problem):
            signup.read_languages(["français"])
        with pytest.raises(signup.Problem):
            signup.read_choices(["gold"], among=signup.DOMAINS)


def test_no_more_than_short_answers_are_remembered() -> None:
    before = signup._languages.cache_info().currsize
    signup.read_languages(["fr" + " " * 60_000])

    assert signup._languages.cache_info().currsize == before
