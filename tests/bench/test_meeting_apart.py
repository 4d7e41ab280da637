"""A part of the bench of meetings says what it lacks, and its figures come whole out of its process."""

from functools import partial
from pathlib import Path

import pytest

from bench import meeting_apart
from bench.meeting_apart import Part, missing, read, write
from bench.report import Figure, Side


@pytest.mark.parametrize(
    ("lacks", "told"),
    [(["", ""], ""), (["", "Janus is missing"], "Janus is missing"), (["no Chromium", "no Janus"], "no Chromium")],
)
def test_a_part_says_what_it_lacks(lacks: list[str], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    part = Part("bench.of_nothing", tuple(partial(str, each) for each in lacks))
    monkeypatch.setitem(meeting_apart.PARTS, "nothing", part)
    assert missing("nothing") == told


def test_figures_come_back_as_they_were(tmp_path: Path) -> None:
    figures = [Figure("joins", 3.5, "ms", Side.AT_MOST, 4), Figure("packets", 7, "/s", Side.AT_LEAST)]
    write(figures, tmp_path / "figures.json")
    assert list(read(tmp_path / "figures.json")) == figures
    assert [figure.line() for figure in read(tmp_path / "figures.json")] == [figure.line() for figure in figures]
