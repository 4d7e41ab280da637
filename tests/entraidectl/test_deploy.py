"""The plan is made without touching anything, a rehearsal does nothing, and a second run finds nothing to do."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from entraidectl.cli import main

MANIFEST = {
    "version": 2,
    "processes": [{"name": "web", "command": "bin/web", "serves": "pages"}],
    "routes": [{"pattern": "", "process": "web", "methods": ["GET"], "s_maxage": 30, "body_limit": 0}],
    "free_text_fields": [{"field": "motivation", "longest": 2000}],
    "communes": [{"code": "67482", "name": "Strasbourg", "postcode": "67000", "population": 291313}],
}


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(MANIFEST))
    return [
        "--manifest",
        str(manifest),
        "deploy",
        "systemd",
        "--folder",
        str(tmp_path / "units"),
        "--root",
        str(tmp_path),
    ]


def test_a_rehearsal_prints_the_plan_and_writes_nothing(arguments: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [*arguments, "--dry-run", "--json"])
    assert result.exit_code == 0
    assert [step["action"] for step in json.loads(result.stdout)["steps"]] == ["create"]
    assert not (tmp_path / "units").exists()


def test_a_second_run_finds_nothing_to_do(arguments: list[str], tmp_path: Path) -> None:
    assert "create" in CliRunner().invoke(main, arguments).stdout
    unit = (tmp_path / "units" / "entraide-web.service").read_text()
    assert f"ExecStart={tmp_path}/bin/web" in unit
    assert CliRunner().invoke(main, arguments).stdout == "Nothing to do.\n"


def test_a_unit_of_a_process_that_is_gone_is_removed(arguments: list[str], tmp_path: Path) -> None:
    CliRunner().invoke(main, arguments)
    gone = tmp_path / "units" / "entraide-gone.service"
    gone.write_text("old")
    assert f"remove {gone}" in CliRunner().invoke(main, arguments).stdout
    assert not gone.exists()


@pytest.mark.parametrize("content", ["", "[]", '{"version": 1}', '{"version": 2}', '{"version": 2, "processes": [{}]}'])
def test_a_bad_manifest_is_one_clear_line(arguments: list[str], content: str) -> None:
    Path(arguments[1]).write_text(content)
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1


def test_backups_have_a_timer_for_each_job_and_a_second_run_writes_none(tmp_path: Path) -> None:
    words = ["deploy", "backups", "--folder", str(tmp_path), "--root", str(tmp_path), "--site", "/etc/site.toml"]
    assert "create" in CliRunner().invoke(main, words).stdout
    names = {path.stem for path in tmp_path.glob("*.timer")}
    assert names == {path.stem for path in tmp_path.glob("*.service")}
    unit = (tmp_path / "entraidectl-verify.service").read_text()
    assert f"ExecStart={tmp_path}/bin/entraidectl verify --site /etc/site.toml" in unit
    assert CliRunner().invoke(main, words).stdout == "Nothing to do.\n"
