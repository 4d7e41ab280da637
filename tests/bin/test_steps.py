"""The pieces that the scripts share: stamps, pytest's options, how an obstacle is said."""

import errno
import subprocess
from pathlib import Path

import pytest

from bin.steps import assets, portal, stamps, terminal
from bin.steps.assets import browser_driver
from bin.steps.terminal import Refusal
from bin.steps.tests import runs


def test_a_stamp_matches_until_a_file_or_a_word_changes(tmp_path: Path) -> None:
    source, stamp = tmp_path / "source", tmp_path / "made" / "stamp"
    source.write_text("one")
    value = stamps.digest(files=[source], words=["3.11"])
    assert not stamps.matches(stamp=stamp, value=value)
    stamps.write(stamp=stamp, value=value)
    assert stamps.matches(stamp=stamp, value=value)
    assert not stamps.matches(stamp=stamp, value=stamps.digest(files=[source], words=["3.12"]))
    source.write_text("two")
    assert not stamps.matches(stamp=stamp, value=stamps.digest(files=[source], words=["3.11"]))


def test_drills_are_left_out_and_the_browser_has_a_run_of_its_own_unless_markers_are_chosen() -> None:
    assert runs(["-x"]) == [
        ["-m", "not drill and not browser", "-n", "2", "--dist", "loadfile", "-x"],
        ["-m", "browser and not drill", "-x"],
    ]
    assert runs(["-n0", "tests/x"]) == [
        ["-m", "not drill and not browser", "-n0", "tests/x"],
        ["-m", "browser and not drill", "-n0", "tests/x"],
    ]
    assert runs(["-m", "browser"]) == [["-m", "browser"]]


def test_drills_are_whatever_bears_the_marker_in_any_folder_and_those_of_the_browser_run_apart() -> None:
    assert runs(["--drills", "-x", "tests/drills"]) == [
        ["-m", "drill and not browser", "-p", "no:xdist", "-x", "tests/drills"],
        ["-m", "drill and browser", "-p", "no:xdist", "-x", "tests/drills"],
    ]


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EACCES, "may not write")]
)
def test_an_obstacle_of_the_file_system_is_said_with_a_way_out(
    number: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="74"):
        terminal.refuse(OSError(number, "raw reason", "/somewhere"))
    said = capsys.readouterr().err
    assert words in said
    assert "/somewhere" in said
    assert "raw reason" not in said


def test_the_browser_is_driven_by_the_node_that_builds_the_assets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLAYWRIGHT_NODEJS_PATH", raising=False)
    (driver,) = browser_driver().values()
    assert Path(driver) == assets.find_node()[0]
    said = subprocess.run([driver, "--version"], capture_output=True, text=True, check=True).stdout
    assert said.startswith("v")
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", "/opt/node")
    assert browser_driver() == {"PLAYWRIGHT_NODEJS_PATH": "/opt/node"}


def test_a_refusal_ends_with_its_own_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="69"):
        terminal.refuse(Refusal("no Python", code=69))
    assert capsys.readouterr().err == "no Python\n"


def test_a_port_for_root_alone_is_said_with_another(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> bool:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("entraide.foundation.claims.port_is_free", refuse)
    monkeypatch.setenv("PORT", "80")
    with pytest.raises(Refusal, match="Only root may listen on port 80: choose another with PORT=8000"):
        portal.check_port()
