"""Programs of Debian that tests drive: installed where we may, else it is said what to install."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bin.steps.terminal import Refusal, doing, say


@dataclass(frozen=True, slots=True)
class Program:
    """Something that Debian has; `is_there` tells whether this machine has it, `packages` bring it."""

    name: str
    needed_by: str
    packages: tuple[str, ...]
    is_there: Callable[[], bool]


CHROMIUM = Program(
    "Chromium", "The browser tests", ("chromium", "fonts-dejavu-core"), lambda: bool(shutil.which("chromium"))
)
# The library moves the clock of one process alone, and never this machine's.
LIBFAKETIME = Program(
    "libfaketime", "The drills", ("libfaketime",), lambda: any(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
)
# A token in software, with which tests of certificates try keys that never leave their token.
SOFTHSM = Program("SoftHSM", "The tests of keys in a token", ("softhsm2",), lambda: bool(shutil.which("softhsm2-util")))

# The media server that tests of meetings drive for real.
JANUS = Program("Janus", "The tests of media servers", ("janus",), lambda: bool(shutil.which("janus")))


def ensure_or_say(program: Program) -> None:
    """Have a program where we may install it; elsewhere say that the tests which need it are skipped."""
    try:
        ensure(program)
    except Refusal as refusal:
        say(f"· {refusal}: they are skipped")


def ensure(program: Program) -> None:
    """Have a program on this machine. Raises Refusal with what to do when it cannot be had."""
    if program.is_there():
        return
    install = f"apt-get install {' '.join(program.packages)}"
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or not apt:
        raise Refusal(f"{program.needed_by} need {program.name}, which only root may install: sudo {install}")
    with doing(f"Installing Debian's {program.name}"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", *program.packages]):
            done = subprocess.run(  # noqa: S603
                [apt, "--quiet", *command], env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode:
                reason = (done.stderr.strip() or "it gave no reason").splitlines()[-1]
                raise Refusal(f"{program.name} could not be installed ({reason}): {install}")
