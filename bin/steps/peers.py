"""The folder .venv-cose: independent COSE libraries, which pin older packages than ours, for one test to ask."""

import subprocess
import sys

from bin.steps import stamps
from bin.steps.packages import ROOT
from bin.steps.terminal import Refusal, doing

VENV = ROOT / ".venv-cose"
LOCK = ROOT / "requirements" / "cose.lock"


def ensure() -> None:
    """Have .venv-cose hold the packages of requirements/cose.lock, checked against their hashes."""
    stamp = VENV / "entraide.stamp"
    value = stamps.digest(files=[LOCK], words=[sys.version])
    if stamps.matches(stamp=stamp, value=value):
        return
    with doing("Installing the COSE libraries of requirements/cose.lock into .venv-cose"):
        _run(sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV))
        _run(
            sys.executable, "-m", "pip", "--python", str(VENV / "bin" / "python"), "install", "--quiet", "--no-input",
            "--disable-pip-version-check", "--progress-bar=off", "--require-hashes", "--requirement", str(LOCK),
        )  # fmt: skip
    stamps.write(stamp=stamp, value=value)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own interpreter)
    if done.returncode:
        raise Refusal(f".venv-cose could not be made: {(done.stderr.strip() or 'no reason given').splitlines()[-1]}")
