"""The supervisor: what ends is started again, what keeps ending is given up, and nothing outlives it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from entraide.foundation import supervisor
from entraide.foundation.supervisor import GaveUp, Program, Supervisor

ROOT = Path(__file__).resolve().parent.parent.parent
WAITS = "import time; time.sleep(600)"
SUPERVISES = f"""
import os, sys
from entraide.foundation.supervisor import Program, Supervisor
programs = [Program(name="waits", command=[sys.executable, "-c", {WAITS!r}], environment=dict(os.environ))]
them = Supervisor(programs, say=print, tend=lambda: None)
them.listen()
them.tick()
print(them._children[0].process.pid, flush=True)
them.run()
them.stop()
"""


def python(code: str, name: str = "program") -> Program:
    return Program(name=name, command=[sys.executable, "-c", code], environment=dict(os.environ))


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_a_program_that_ends_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "PAUSES_SECONDS", (0.0,))
    said: list[str] = []
    mark = tmp_path / "starts"
    them = Supervisor(
        [python(f"open({str(mark)!r}, 'a').write('x'); raise SystemExit(3)", "brief")],
        say=said.append,
        tend=lambda: None,
    )

    def again() -> bool:
        them.tick()
        return mark.exists() and len(mark.read_text()) >= 3

    until(again)
    them.stop()
    assert said[0] == "· brief ended (exit code 3); starting it again"


def test_a_program_that_ends_again_and_again_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "PAUSES_SECONDS", (0.0,))
    them = Supervisor([python("raise SystemExit(1)", "broken")], say=lambda line: None, tend=lambda: None)

    def given_up() -> bool:
        try:
            them.tick()
        except GaveUp as error:
            return "broken" in str(error)
        return False

    until(given_up)
    them.stop()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_child_outlives_the_supervisor(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", SUPERVISES], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        child = int(process.stdout.readline())
        assert alive(child)
        process.send_signal(number)
        until(lambda: not alive(child))
        assert process.wait(60) == (-number if number == signal.SIGKILL else 0)


def test_a_program_that_does_not_stop_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.5)
    ready = tmp_path / "ready"
    stubborn = f"import signal; signal.signal(15, signal.SIG_IGN); open({str(ready)!r}, 'w'); {WAITS}"
    them = Supervisor([python(stubborn)], say=lambda line: None, tend=lambda: None)
    them.tick()
    until(ready.exists)
    began = time.monotonic()
    them.stop()
    assert time.monotonic() - began < 5
