"""The file that is the truth: what is written is read again, what is broken is told with its line."""

from pathlib import Path

import pytest

from entraidectl.status.page.data import Data
from entraidectl.status.page.reading import DataBroken, as_text, from_text, read
from tests.entraidectl.status_page.situations import SLOW_SIGNUP, after, long_history

FILE = Path("status.json")
TEXT = as_text(after(SLOW_SIGNUP))


def test_what_is_written_is_read_again() -> None:
    data = long_history(incidents=9)
    assert from_text(as_text(data), file=FILE) == data


def test_before_the_first_word_everything_works(tmp_path: Path) -> None:
    assert read(tmp_path) == Data()


def line_of(part: str) -> int:
    return TEXT[: TEXT.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("was", "instead", "at", "words"),
    [
        ('"state": "slow"', '"state": "slw"', '"state": "slow"', "Invalid enum value 'slw'"),
        ('"stage": "investigating"', '"stage": 3', '"stage"', "got `int`"),
        ('"revision": 1', '"revision": 1,', '"changes"', "is no JSON"),
        ('"fr": "Inscriptions lentes"', '"de": "Langsam"', '"title"', "unknown field `de`"),
        ('"2026-11-27T14:30:00Z"\n', '"2026-11-27T15:30:00+01:00"\n', '"at"', "times are in UTC"),
        ("Nous cherchons", "\\u0007", '"fr": "Nous', "holds a character that no page can show"),
        ('"signup"', '"<signup>"', '"component":', "matching regex"),
        ('"version": 1', '"version": 0', '"version"', ">= 1"),
    ],
)
def test_a_broken_file_is_told_with_line_and_remedy(was: str, instead: str, at: str, words: str) -> None:
    assert was in TEXT
    with pytest.raises(DataBroken) as raised:
        from_text(TEXT.replace(was, instead, 1), file=FILE)
    told = str(raised.value)
    assert words in told
    assert "put the last good copy in its place (status.json.before" in told
    place = int(told.split(":")[1])
    # JSON itself is told where its reader stumbled.
    assert place in (line_of(at), line_of(at) - 1), told


def test_a_file_of_a_later_version_is_left_alone() -> None:
    with pytest.raises(DataBroken, match="is of version 2, and this entraidectl knows 1: use a newer one"):
        from_text('{"version": 2, "all": "else"}', file=FILE)


@pytest.mark.parametrize("text", ["", "[]", "null", '"text"', '{"incidents": [{}]}', "{" * 2000])
def test_what_is_no_such_file_at_all_is_told(text: str) -> None:
    with pytest.raises(DataBroken, match="mend it"):
        from_text(text, file=FILE)


def test_an_incident_of_two_names_and_messages_out_of_order_are_told() -> None:
    twice = after(SLOW_SIGNUP, SLOW_SIGNUP)
    text = as_text(twice).replace("lentes-2", "lentes")
    with pytest.raises(DataBroken, match="is the name of two incidents"):
        from_text(text, file=FILE)


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "status.json").write_bytes(b"\xe9")
    with pytest.raises(DataBroken, match="it is not UTF-8"):
        read(tmp_path)
