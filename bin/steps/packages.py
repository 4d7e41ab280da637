"""The folder .venv and the locked packages in it, checked against their hashes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bin.steps import stamps
from bin.steps.terminal import Refusal, doing

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def ensure(*, lock: str) -> None:
    """Have .venv hold the packages of requirements/<lock>.lock. Does nothing when it already does."""
    lock_file = ROOT / "requirements" / f"{lock}.lock"
    stamp = VENV / f"entraide-{lock}.stamp"
    value = stamps.digest(files=[lock_file], words=[sys.version])
    if stamps.matches(stamp=stamp, value=value) and _version(PYTHON) == sys.version:
        return
    if _version(PYTHON) != sys.version:
        _make_venv()
    with doing(f"Installing the packages of requirements/{lock}.lock"):
        _install(lock_file)
    stamps.write(stamp=stamp, value=value)


def _version(python: Path) -> str:
    try:
        answer = subprocess.run(  # noqa: S603 (our own interpreter)
            [python, "-c", "import sys; print(sys.version)"], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return answer.stdout.rstrip("\n")


def _make_venv() -> None:
    """Make .venv without pip, which Debian keeps in a package of its own: the system's pip installs into it."""
    if VENV.is_symlink():
        VENV.unlink()
    shutil.rmtree(VENV, ignore_errors=True)
    with doing(f"Making .venv with Python {sys.version.split()[0]}"):
        made = subprocess.run(  # noqa: S603 (our own interpreter)
            [sys.executable, "-m", "venv", "--without-pip", str(VENV)], capture_output=True, text=True, check=False
        )
    if made.returncode:
        raise Refusal(f"Python could not make .venv: {_last_line(made.stdout + made.stderr)}")


def _install(lock_file: Path) -> None:
    command = [
        *_pip(), "install", "--quiet", "--no-input", "--disable-pip-version-check", "--progress-bar=off",
        "--require-hashes", "--requirement", str(lock_file),
    ]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Refusal(f"The packages could not be installed: {_last_line(done.stderr)}")


def _pip() -> list[str]:
    """Return a pip that installs into .venv: this Python's own, or else one put into .venv by ensurepip."""
    if _succeeds(sys.executable, "-m", "pip", "--python", str(PYTHON), "--version"):
        return [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    if _succeeds(str(PYTHON), "-m", "pip", "--version") or _succeeds(str(PYTHON), "-m", "ensurepip"):
        return [str(PYTHON), "-m", "pip"]
    raise Refusal("Entraide needs pip 22.3 or newer to install its packages (Debian: apt-get install python3-pip).")


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 (our own command)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["it gave no reason"])[-1]
