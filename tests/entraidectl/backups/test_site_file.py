"""[backups] of site.toml, and versions of PostgreSQL: what does not fit is told before anything is done."""

from pathlib import Path

import pytest

from entraidectl.backups.counting import segment_at, segment_of
from entraidectl.backups.place import Unfit, demand
from entraidectl.edge.site.mistakes import SiteMistaken
from entraidectl.edge.site.reading import from_text
from tests.entraidectl.backups.machine import SITE, lacks

WITH_BACKUPS = SITE.partition("[backups]")[0] + "[backups]\n"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("", "backups.folder: is missing"),
        ('folder = "copies"', "backups.folder: 'copies' is below no folder"),
        ('folder = "/copies"\nfiles = ["/etc/x"]', "backups.files: hold secrets and people's data"),
        ('folder = "/copies"\nenvironment = "/etc/x"', "backups.environment: hold secrets and people's data"),
        ('folder = "/copies"\nsecond = "/copies/two"', "backups.second: /copies/two is within folder"),
        ('folder = "/var/lib/postgresql/15/main/x"', "is within data"),
        ('folder = "/copies"\nkeep_full = 0', "backups.keep_full: 0 does not fit: write a whole number from 1 to 366"),
        ('folder = "/copies"\nfull_day = 3', "backups.full_day: is not known here: did you mean full_days?"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_remedy(keys: str, words: str) -> None:
    with pytest.raises(SiteMistaken) as raised:
        from_text(WITH_BACKUPS + keys, file=Path("site.toml"))
    assert words in str(raised.value)
    assert str(raised.value).startswith("site.toml:1")


@pytest.mark.skipif(bool(lacks()), reason=lacks() or "it runs")
def test_a_postgresql_that_the_tool_does_not_know_is_refused() -> None:
    with pytest.raises(Unfit, match=r"knows no PostgreSQL 99 .* bin/dump"):
        demand(99)


def test_wal_that_ends_with_a_segment_ends_in_that_one() -> None:
    size = 16 * 2**20
    name = "000000020000000100000003"
    assert segment_of(name, size) == 256 + 3
    assert segment_at((256 + 4) * size, size) == 256 + 3
    assert segment_at((256 + 3) * size, size) == 256 + 2
