"""What somebody sees who types a script's name where something is in the way: one line, and no traceback."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = sorted(file.name for file in (ROOT / "bin").iterdir() if file.is_file() and os.access(file, os.X_OK))


def typed(*command: str, folder: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script of the repository as a person at a terminal in a folder does."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHON": sys.executable, **variables}
    return subprocess.run(
        [str(ROOT / "bin" / command[0]), *command[1:]], env=environment, cwd=folder, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


def assert_one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode not in (0, -9)
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    for word in words:
        assert word in lines[0]


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_says_at_its_top_what_it_is_for(script: str) -> None:
    first, second, *_ = (ROOT / "bin" / script).read_text().splitlines()
    assert first == "#!/bin/sh"
    assert second.startswith("# ")


def test_a_taken_port_is_named_with_a_way_out() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        port = listener.getsockname()[1]
        done = typed("serve", PORT=str(port))
    assert_one_line(done, f"Port {port} is taken", f"PORT={port + 1} bin/serve")


def test_an_address_that_is_another_machines_is_named() -> None:
    assert_one_line(typed("serve", HOST="192.0.2.77", PORT="8999"), "HOST", "192.0.2.77", "cannot assign")


def test_a_port_that_is_none_is_named() -> None:
    assert_one_line(typed("serve", PORT="http"), "PORT", "'http'", "whole number")


def test_a_python_that_is_too_old_is_refused(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "dirname"):
        (tools / name).symlink_to(shutil.which(name) or "")
    old = tools / "python3"
    old.write_text("#!/bin/sh\n[ \"$1\" = --version ] && echo 'Python 3.9.2' && exit 0\nexit 1\n")
    old.chmod(0o755)
    script = tmp_path / "bin" / "serve"
    shutil.copytree(ROOT / "bin", script.parent, ignore=shutil.ignore_patterns("__pycache__"))
    # The script's list of places to look must hold none that works here.
    finder = script.parent / "steps" / "python.sh"
    finder.write_text(finder.read_text().replace("/usr/bin/python3", str(old)))
    done = subprocess.run([script], env={"PATH": str(tools)}, capture_output=True, text=True, check=False)
    assert done.returncode == 69
    assert_one_line(done, "Python 3.11 or newer", "Python 3.9.2")


def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    assert_one_line(typed("serve", VAR_DIR=str(blocked / "var"), PORT="8999"), str(blocked), "cannot go on")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "prepared").mkdir()
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from bin.steps.terminal import refuse\n"
        "try:\n    file = open('/dev/full', 'w'); file.write('x'); file.flush()\n"
        "except OSError as error:\n    refuse(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 74
    assert "the disk is full" in done.stderr.splitlines()[0]


def test_a_name_that_build_does_not_know_is_answered_with_those_it_knows() -> None:
    done = typed("build", "everything")
    assert done.returncode == 2
    assert "assets" in done.stderr
    assert "locks" in done.stderr


def test_the_sources_are_checked_wherever_one_is(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.py").write_text("x  =  1\n")
    done = typed("check", "layout", folder=tmp_path)
    assert (done.returncode, "elsewhere.py" in done.stdout) == (0, False), done.stderr
    assert "Everything holds." in done.stderr
