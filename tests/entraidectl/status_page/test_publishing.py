"""From a command to pages: rehearsed, published whole or not at all, by one operator at a time."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from entraidectl.cli import main
from entraidectl.status.page import publishing, reading
from entraidectl.status.page.data import Stage, State
from entraidectl.status.page.publishing import Failures, Overtaken, PublishToFolder, SaveData
from tests.entraidectl.status_page.situations import SLOW_SIGNUP, after, site_file

OPEN = ("open", "Inscriptions lentes", "--en", "Sign-ups are slow", "--components", "signup", "--state", "slow")


def run(file: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["status", *words, "--site", str(file)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A site file whose page is published to one/page and two/page."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    return site_file(tmp_path)


def shown(folder: Path) -> Any:
    """Return what programs read there."""
    return json.loads((folder / "page" / "status.json").read_text())


def test_an_incident_is_told_everywhere_by_one_command_and_is_over_by_another(file: Path) -> None:
    result = run(file, *OPEN)
    assert result.exit_code == 0, result.stderr
    for name in ("one", "two"):
        assert shown(file.parent / name)["components"]["signup"] == "slow"
        assert "Inscriptions lentes" in (file.parent / name / "page" / "index.html").read_text()
    result = run(file, "update", "Cause trouvée.", "--en", "Cause found.", "--stage", "found", "--state", "partly")
    assert result.exit_code == 0, result.stderr
    assert shown(file.parent / "one")["incidents"][0]["stage"] == "found"
    result = run(file, "close")
    assert result.exit_code == 0, result.stderr
    assert (shown(file.parent / "two")["state"], shown(file.parent / "two")["revision"]) == ("works", 3)
    assert "Sign-ups are slow" in (file.parent / "two/page/en/index.html").read_text()


def test_planned_work_needs_no_cause_to_be_looked_for(file: Path) -> None:
    words = ("--en", "Planned work", "--components", "meetings", "--state", "maintenance")
    assert run(file, "open", "Travaux prévus", *words).exit_code == 0
    (incident,) = reading.read(file.parent / "status").incidents
    assert (incident.stage, incident.messages[0].text.en) == (Stage.WATCHING, "Maintenance is under way.")


def test_a_rehearsal_says_the_steps_and_does_none(file: Path) -> None:
    result = run(file, *OPEN, "--dry-run")
    assert result.exit_code == 0
    assert re.search(r"^would open \d{4}-\d\d-\d\d-inscriptions-lentes in ", result.stdout)
    assert f"would publish to {file.parent}/two/page" in result.stdout
    assert {path.name for path in file.parent.iterdir()} == {"site.toml", "one", "two"}
    steps = json.loads(run(file, *OPEN, "--dry-run", "--json").stdout)["steps"]
    assert [step["action"] for step in steps][1:] == ["publish to", "publish to"]
    assert steps[0]["revision"] == "1"


def test_a_change_may_be_published_later_and_none_is_published_for_nothing(file: Path) -> None:
    assert run(file, "set", "meetings", "down", "--no-publish").exit_code == 0
    assert not (file.parent / "one/page").exists()
    assert run(file, "set", "meetings", "down").stdout == "Nothing to do.\n"
    assert run(file, "publish").exit_code == 0
    assert shown(file.parent / "one")["components"]["meetings"] == "down"


def test_what_is_so_is_listed_for_people_and_for_programs(file: Path) -> None:
    run(file, *OPEN)
    lines = run(file, "list").stdout.splitlines()
    assert lines[:3] == ["signup    slow", "missions  works", "meetings  works"]
    assert lines[3].endswith("Inscriptions lentes")
    found = json.loads(run(file, "list", "--json").stdout)
    assert (found["revision"], found["incidents"][0]["title"]["en"]) == (1, "Sign-ups are slow")
    run(file, "close")
    assert "No incident is open." in run(file, "list").stdout
    assert "Inscriptions lentes" in run(file, "list", "--all").stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("open", "Panne", "--en", "Outage", "--components", "sigup", "--state", "down"), "did you mean signup?"),
        ((*OPEN, "--message", "Plus"), "say it in English (--message-en) too"),
        (("close",), "no incident is open"),
        (("close", "--en", "Over"), "say it in French too"),
    ],
)
def test_nonsense_is_refused_and_nothing_is_written(file: Path, words: tuple[str, ...], told: str) -> None:
    result = run(file, *words)
    assert (result.exit_code, told in result.stderr) == (1, True), result.stderr
    assert not (file.parent / "status/status.json").exists()
    assert not (file.parent / "one/page").exists()


def test_a_site_file_without_a_status_page_is_told_what_to_write(tmp_path: Path) -> None:
    file = site_file(tmp_path)
    file.write_text(file.read_text().partition("[status]")[0])
    result = run(file, "list")
    assert (result.exit_code, "has no [status]" in result.stderr) == (1, True)


def test_a_broken_file_stops_everything_and_what_is_published_stays(file: Path) -> None:
    run(file, *OPEN)
    truth = file.parent / "status/status.json"
    truth.write_text(truth.read_text().replace('"slow"', '"slw"'))
    for words in (("close",), ("publish",), ("list",)):
        result = run(file, *words)
        assert result.exit_code == 1
        assert f"{truth}:" in result.stderr
        assert "put the last good copy in its place (status.json.before" in result.stderr
    assert shown(file.parent / "one")["components"]["signup"] == "slow"


def test_the_copy_before_is_a_good_one(file: Path) -> None:
    run(file, *OPEN)
    run(file, "close")
    before = (file.parent / "status/status.json.before").read_text()
    assert reading.from_text(before, file=Path("before")).open_incidents


def test_a_target_that_fails_is_told_and_all_others_have_the_change(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("a file where a folder should be")
    (tmp_path / "two").mkdir()
    taken = f"{sys.executable} -c 'import sys; sys.exit(\"host is away\")' {{pages}}"
    copied = f"cp -r {{pages}} {tmp_path}/elsewhere"
    file = site_file(tmp_path, commands=f'"""{taken}""", "nothing-of-this-name {{pages}}", "{copied}"')
    result = run(file, *OPEN)
    assert result.exit_code == 1
    told = result.stderr.splitlines()
    assert told[0].startswith(f"Error: not published to {tmp_path}/one/page: not a directory")
    assert told[1].endswith("it ended with 1: host is away")
    assert "nothing-of-this-name" in told[2]
    assert told[3] == "The other targets have it. Once this is mended: entraidectl status publish"
    assert shown(tmp_path / "two")["revision"] == 1
    assert json.loads((tmp_path / "elsewhere/status.json").read_text())["revision"] == 1
    # What went there may be read by everybody, as a web server must.
    assert (tmp_path / "elsewhere").stat().st_mode & 0o777 == 0o755


def test_a_command_that_never_ends_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "COMMAND_SECONDS", 0.3)
    command = "sh -c 'tail -f $0/index.html & wait' {pages}"
    result = run(site_file(tmp_path, commands=f'"{command}"'), "publish")
    assert (result.exit_code, "no answer within 0.3 s" in result.stderr) == (1, True), result.stderr


def test_a_folder_of_somebody_else_is_left_alone_and_an_empty_one_is_taken(file: Path) -> None:
    (file.parent / "one/page").mkdir()
    (file.parent / "two/page").mkdir()
    (file.parent / "two/page/precious.txt").write_text("mine")
    result = run(file, "publish")
    assert result.exit_code == 1
    assert "something else lies there: name a folder that is not there yet" in result.stderr
    assert (file.parent / "two/page/precious.txt").read_text() == "mine"
    assert shown(file.parent / "one")["state"] == "works"


def test_pages_of_before_are_kept_for_who_reads_them_and_older_ones_go(file: Path) -> None:
    for state in ("slow", "down", "partly", "works"):
        run(file, "set", "signup", state)
    assert len([path for path in (file.parent / "one").iterdir() if path.is_dir() and not path.is_symlink()]) == 2


class KilledHalfway(dict[str, str]):
    """Files of which the third is never written, because who writes is killed. First they are read for their name."""

    reads = 0

    def items(self) -> Any:
        self.reads += 1
        for count, item in enumerate(super().items()):
            if self.reads == 2 and count == 2:
                os.kill(os.getpid(), signal.SIGKILL)
            yield item


def test_who_is_killed_in_the_middle_leaves_pages_whole(file: Path) -> None:
    run(file, *OPEN)
    target = file.parent / "one/page"
    before = {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}
    words = (
        "import sys; from pathlib import Path; from entraidectl.status.page.publishing import *;"
        "from tests.entraidectl.status_page.test_publishing import KilledHalfway;"
        "PublishToFolder(Path(sys.argv[1]), KilledHalfway({str(n): 'half' for n in range(9)}), Failures()).run()"
    )
    killed = subprocess.run([sys.executable, "-c", words, str(target)], capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert list((file.parent / "one").glob("*.part"))
    assert {path: path.read_bytes() for path in target.rglob("*") if path.is_file()} == before
    run(file, "close")
    assert shown(file.parent / "one")["state"] == "works"
    assert not list((file.parent / "one").glob("*.part"))


def test_many_operators_at_once_lose_nothing(file: Path) -> None:
    names = [f"Panne {number}" for number in range(5)]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "entraidectl", "status", "open", name, "--en", name, "--components", "meetings",
             "--state", "down", "--site", str(file)],
            stdout=subprocess.DEVNULL,
        )
        for name in names
    ]  # fmt: skip
    assert [each.wait(120) for each in running] == [0] * len(names)
    data = reading.read(file.parent / "status")
    assert sorted(each.title.fr for each in data.incidents) == names
    assert data.revision == len(names)
    # Pages of the last change are those that are seen, whoever came last.
    assert shown(file.parent / "two")["revision"] == len(names)


def test_a_change_from_another_machine_is_never_written_over(tmp_path: Path) -> None:
    theirs = after(SLOW_SIGNUP)
    SaveData(tmp_path, theirs, "open").run()
    ours = after(SLOW_SIGNUP)
    with pytest.raises(Overtaken, match="was changed meanwhile"):
        SaveData(tmp_path, ours, "open").run()
    assert reading.read(tmp_path) == theirs


def test_nowhere_to_publish_to_is_told(tmp_path: Path) -> None:
    file = site_file(tmp_path)
    file.write_text(file.read_text().replace('folders = ["one/page", "two/page"]', ""))
    result = run(file, "set", "signup", "down")
    assert (result.exit_code, "Nobody can see it yet" in result.stderr) == (0, True)
    assert reading.read(tmp_path / "status").state_of("signup") is State.DOWN


def test_a_disk_that_takes_no_more_leaves_the_pages_of_before(file: Path) -> None:
    run(file, *OPEN)
    failures = Failures()
    # No file system takes a name as long as this, as a full one takes none at all.
    PublishToFolder(file.parent / "one/page", {"a" * 300: "text"}, failures).run()
    assert "file name too long" in failures.told[0]
    assert shown(file.parent / "one")["revision"] == 1
