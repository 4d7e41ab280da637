"""Campaigns for real: Locust's processes, a node of ours that answers, a report, and receipts that prove themselves."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from entraide.volunteering.actions.drain_signups import drain_signups
from entraide.volunteering.api import reconcile
from entraidectl.load import results
from entraidectl.load.report import SIGNS
from entraidectl.load.results import Result
from entraidectl.load.verdict import Verdict
from tests.journeys.node import ROOT
from tests.server import folder_of_pages, portal_server

CROWD = {"TRUSTED_PROXIES": "127.0.0.1"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a node with the static files of the pages in it."""
    return folder_of_pages(tmp_path_factory.mktemp("site"))


@pytest.fixture
def site(database_url: str, files: Path) -> Iterator[str]:
    """The address of a site that takes the generator for the proxy of many people."""
    with portal_server(database_url=database_url, VAR_DIR=str(files), **CROWD) as address:
        yield address


def campaign(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "entraidectl", "load", "run", *arguments, "--folder", str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)


def result_in(folder: Path) -> Result:
    (file,) = folder.glob(f"*/{results.FILE}")
    return results.read(file)


@pytest.mark.parametrize(
    ("scenario", "scale", "steps"),
    [
        ("evening-speech", "0.02", {"page", "sign-up"}),
        ("search-storm", "0.03", {"keystroke", "commune"}),
        ("retry-storm", "0.005", {"try", "sign-up"}),
        ("slow-phones", "0.2", {"slow sign-up", "sign-up"}),
    ],
)
def test_each_scenario_runs_against_a_site(
    site: str, tmp_path: Path, scenario: str, scale: str, steps: set[str]
) -> None:
    folder = tmp_path / "campaigns"

    done = campaign(folder, scenario, "--target", site, "--scale", scale, "--shrink", "30", "--workers", "2")

    result = result_in(folder)
    assert done.returncode in (0, 1, 3), done.stderr
    assert steps <= set(result.tally.steps)
    assert result.tally.lags.total() == result.due > 0
    faults = {step: dict(result.tally.whole(step).faults) for step in result.tally.steps}
    assert not any(faults.values()), faults
    (report,) = folder.glob("*/report.html")
    assert SIGNS[result.outcome.verdict][2] in report.read_text(encoding="utf-8")


def test_every_acknowledged_sign_up_of_a_campaign_is_one_person(site: str, tmp_path: Path, now: datetime) -> None:
    folder = tmp_path / "campaigns"
    campaign(folder, "slow-phones", "--target", site, "--scale", "0.3", "--shrink", "30")
    (receipts,) = folder.glob("*/receipts.jsonl")

    while drain_signups(now=now):
        pass

    with receipts.open("rb") as opened:
        found = reconcile(opened)
    lines = [json.loads(line) for line in receipts.read_text(encoding="utf-8").splitlines()[1:]]
    assert found.proven == sum(line["status"] == 202 for line in lines) > 0


def test_a_site_that_is_down_is_told_before_anything_begins(tmp_path: Path, unused_tcp_port: int) -> None:
    done = campaign(tmp_path / "campaigns", "evening-speech", "--target", f"http://127.0.0.1:{unused_tcp_port}")

    assert done.returncode == 1
    assert "does not show its missions" in done.stderr
    assert not (tmp_path / "campaigns").exists()


def test_a_strange_site_is_refused(tmp_path: Path) -> None:
    done = campaign(tmp_path / "campaigns", "evening-speech", "--target", "http://192.0.2.1")

    assert done.returncode == 1
    assert "not this machine" in done.stderr


def test_a_generator_that_cannot_follow_gives_no_verdict(site: str, tmp_path: Path) -> None:
    folder = tmp_path / "campaigns"

    done = campaign(folder, "retry-storm", "--target", site, "--scale", "4", "--shrink", "90")

    assert done.returncode == 3, done.stdout + done.stderr
    assert result_in(folder).outcome.verdict is Verdict.NONE


class Links(HTMLParser):
    """Gathers what a page would load, and the tags that stay open."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "data", "srcset")]
        self.loads += [tag] if tag in ("script", "iframe", "link", "object") else []


def test_a_report_stands_alone_and_compares_with_the_one_before(site: str, tmp_path: Path) -> None:
    folder = tmp_path / "campaigns"
    for _ in range(2):
        campaign(folder, "search-storm", "--target", site, "--scale", "0.02", "--shrink", "60")

    first, second = sorted(folder.glob("*/report.html"))
    page = second.read_text(encoding="utf-8")
    links = Links()
    links.feed(page)
    assert links.loads == []
    assert not re.search(r"url\(|@import", page)
    assert "This is the first of its kind here." in first.read_text(encoding="utf-8")
    assert "Before" in page
    compared = subprocess.run(
        [sys.executable, "-m", "entraidectl", "load", "compare", str(first.parent), str(second.parent)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "keystroke" in compared.stdout
