"""What is made of `[supervision]` is written once; what cannot be is told with its line and the remedy."""

import json
from pathlib import Path

import pytest

from tests.entraidectl.status.supervised import MAIL, SITE, WEBHOOK, write


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    first = write(tmp_path, SITE + MAIL)
    assert first.exit_code == 0, first.output
    assert "create" in first.stdout
    assert write(tmp_path, SITE + MAIL).stdout == "Nothing to do.\n"


def test_a_rehearsal_writes_nothing_and_can_be_read_by_programs(tmp_path: Path) -> None:
    told = json.loads(write(tmp_path, SITE + MAIL, "--dry-run", "--json").stdout)
    assert told["dry_run"]
    assert {Path(step["target"]).name for step in told["steps"]} >= {"prometheus.yml", "rules.yml", "alertmanager.yml"}
    assert not (tmp_path / "out").exists()


def test_a_change_of_the_site_changes_the_files_that_it_concerns(tmp_path: Path) -> None:
    write(tmp_path, SITE + MAIL)
    steps = json.loads(write(tmp_path, SITE + MAIL + WEBHOOK, "--json").stdout)["steps"]
    assert [(step["action"], Path(step["target"]).name) for step in steps] == [("change", "alertmanager.yml")]


def test_a_dashboard_that_is_not_made_any_more_goes_and_one_of_somebody_else_stays(tmp_path: Path) -> None:
    write(tmp_path, SITE + MAIL)
    dashboards = tmp_path / "out/grafana/dashboards"
    for name in ("entraide-former.json", "theirs.json"):
        (dashboards / name).write_text("{}")
    write(tmp_path, SITE + MAIL)
    assert not (dashboards / "entraide-former.json").exists()
    assert (dashboards / "theirs.json").exists()


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/grafana").touch()
    result = write(tmp_path, SITE + MAIL)
    assert result.exit_code == 1
    assert f"{tmp_path}/out/grafana" in result.stderr
    assert "Name another folder with --out" in result.stderr


def test_a_site_without_supervision_is_told_what_to_write(tmp_path: Path) -> None:
    result = write(tmp_path, SITE.split("[supervision]")[0])
    assert result.exit_code == 1
    assert "supervision: is missing: ops/edge/site.example.toml has one to begin with" in result.stderr


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (SITE, "22: supervision: tells nobody: say who is written to in [supervision.mail] or [supervision.webhook]"),
        (
            SITE + MAIL + 'user = "me"\n',
            "26: supervision.mail.password: is missing: a login has a user and a file with the password",
        ),
        (
            f"{SITE}every_seconds = 20\n{MAIL}",
            "22: supervision.gather_seconds: is not above every_seconds (20): faults would be told before a greater "
            "one",
        ),
        (
            SITE.replace("9180", "9100") + MAIL,
            "24: supervision.machines: 10.0.0.1:9100 is named in processes already: each has a port of its own",
        ),
        (
            SITE.replace("9180", "91800") + MAIL,
            "24: supervision.machines: '10.0.0.1:91800': a port is a whole number from 1 to 65535",
        ),
        (
            SITE + WEBHOOK.replace("http:", "ftp:"),
            "27: supervision.webhook.url: 'ftp://127.0.0.1:9/alerts' does not fit: write an address of the web: "
            '"https://aide.example.org"',
        ),
    ],
)
def test_what_cannot_be_is_told_with_its_line_and_the_remedy(tmp_path: Path, text: str, mistake: str) -> None:
    result = write(tmp_path, text)
    assert result.exit_code == 1
    assert f"site.toml:{mistake}" in result.stderr
    assert not (tmp_path / "out").exists()
