"""A report says plainly whether each bound holds, and the command's exit status follows."""

import json
from pathlib import Path

import pytest

from bench import report
from bench.load import percentile
from bench.report import Figure, Side

FAST = Figure("pages", 320, "requests/s", Side.AT_LEAST, 300)
SLOW = Figure("pages", 280, "requests/s", Side.AT_LEAST, 300)


@pytest.mark.parametrize(
    ("figure", "holds"),
    [
        (FAST, True),
        (SLOW, False),
        (Figure("memory", 220, "MB", Side.AT_MOST, 220), True),
        (Figure("size", 3, "MB"), None),
    ],
)
def test_a_figure_knows_its_side_of_the_bound(figure: Figure, holds: bool | None) -> None:
    assert figure.holds is holds


@pytest.mark.parametrize(("figures", "status"), [([FAST], 0), ([FAST, SLOW], 1)])
def test_the_exit_status_says_whether_all_bounds_hold(
    figures: list[Figure], status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "FOLDER", tmp_path)
    assert report.finish(benchmark="trial", figures=figures, quick=True) == status
    kept = json.loads((tmp_path / "trial.json").read_text())
    assert [figure["holds"] for figure in kept["figures"]] == [figure.holds for figure in figures]
    assert kept["machine"]["processors"] > 0


def test_percentiles_of_few_and_of_no_values() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([1.0], 0.99) == 1.0
    assert percentile([], 0.5) == 0.0
