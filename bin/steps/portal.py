"""The steps that make a bare clone able to run: a place to write, packages, assets, translations."""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from bin.steps import assets, packages, stamps
from bin.steps.packages import PYTHON, ROOT
from bin.steps.terminal import Refusal, doing, say
from config import environment as names
from entraide.foundation import claims


def ensure(*, lock: str) -> None:
    """Have everything that the portal needs to run, doing only what is missing. Two callers take turns."""
    with _alone():
        packages.ensure(lock=lock)
        assets.ensure()
        _ensure_messages()


def check_port() -> None:
    """Refuse a port that cannot be had before the long work of a first start."""
    environment = names.from_process()
    host, port = environment.value(names.HOST), environment.value(names.PORT)
    try:
        free = claims.port_is_free(host=host, port=port)
    except PermissionError:
        raise Refusal(f"Only root may listen on port {port}: choose another with PORT=8000 bin/serve") from None
    except OSError as error:
        raise Refusal(
            f"HOST: cannot listen on {host} port {port}: {(error.strerror or str(error)).lower()}."
        ) from error
    if not free:
        raise Refusal(f"Port {port} is taken by another program: choose another with PORT={port + 1} bin/serve")


def run(*arguments: str, **variables: str) -> int:
    """Run the Python of .venv with these arguments, in this folder wherever we were called; return its exit code."""
    command = [str(PYTHON), *arguments]
    return subprocess.run(command, cwd=ROOT, env=variables_of(**variables), check=False).returncode  # noqa: S603 (ours)


def become(*arguments: str, **variables: str) -> int:
    """Go on as the Python of .venv."""
    os.execve(PYTHON, [str(PYTHON), *arguments], variables_of(**variables))  # noqa: S606 (our own interpreter)


def variables_of(**variables: str) -> dict[str, str]:
    """Return this process's variables; without a database of its own a node is one for development."""
    found = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    if not found.get("DATABASE_URL") and not found.get("DATABASE_URL_FILE"):
        found.setdefault("MODE", "development")
    return found


@contextmanager
def _alone() -> Iterator[None]:
    var_dir = names.from_process().value(names.VAR_DIR)
    var_dir.mkdir(parents=True, exist_ok=True)
    with (var_dir / "setup.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("· Waiting for another set-up of this folder …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _ensure_messages() -> None:
    stamp = names.from_process().value(names.VAR_DIR) / "messages.stamp"
    sources = sorted((ROOT / "locale").rglob("*.po"))
    value = stamps.digest(files=sources)
    if stamps.matches(stamp=stamp, value=value) and all(source.with_suffix(".mo").exists() for source in sources):
        return
    with doing("Compiling the translations"):
        if run(str(ROOT / "ops" / "build" / "messages.py")):
            raise Refusal("The translations could not be compiled; the reason is above.")
    stamps.write(stamp=stamp, value=value)
