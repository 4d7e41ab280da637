"""A node of its own for a benchmark: an embedded database under var/bench-node, and a server process to measure."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path

from config import run

ROOT = Path(__file__).resolve().parent.parent
VAR_DIR = ROOT / "var" / "bench-node"
READY_WITHIN_SECONDS = 60.0
INDEXED_WITHIN_SECONDS = 300.0


class NotReady(Exception):
    """The server ended, or did not become ready in time."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its port, its processes and how long it took to become ready."""

    port: int
    pid: int
    ready_seconds: float

    def resident_mb(self) -> float:
        """Return the memory of its largest process, in MB (1,000,000 bytes)."""
        return max(map(_resident_bytes, processes_of(self.pid))) / 1e6

    def processor_seconds(self) -> float:
        """Return the processor time that its processes have used so far."""
        return sum(map(processor_seconds, processes_of(self.pid)))


def settle_environment() -> None:
    """Point this process and its children at the benchmark's node, whatever the shell says."""
    os.environ.update(
        {
            "MODE": "development",
            "VAR_DIR": str(VAR_DIR),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LOG_LEVEL": "error",
        }
    )
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    assets = VAR_DIR / "assets"
    if not assets.is_symlink():
        assets.symlink_to(ROOT / "var" / "assets")
    for name in ("DATABASE_URL", "DATABASE_URL_FILE"):
        os.environ.pop(name, None)


@contextmanager
def server(
    *,
    target: str,
    interface: str,
    threads: int = 0,
    processors: Collection[int] = (),
    takes_websockets: bool = False,
    **variables: str,
) -> Iterator[Server]:
    """Run a server of ours with `target`, on some processors only, and yield it once /readyz answers; stop it then.

    `threads` are those of a WSGI server; `variables` are added to its environment.
    """
    port = _free_port()
    command = run.server(
        target, interface=interface, host="127.0.0.1", port=port, takes_websockets=takes_websockets
    )  # fmt: skip
    if threads:
        command += ["--blocking-threads", str(threads)]
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, start_new_session=True, env={**os.environ, **variables},
        preexec_fn=partial(os.sched_setaffinity, 0, processors) if processors else None,
    )  # fmt: skip
    try:
        _wait_until_ready(port, process)
        yield Server(port=port, pid=process.pid, ready_seconds=time.perf_counter() - started)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)


@contextmanager
def indexer(*, folder: Path) -> Iterator[None]:
    """Run the indexer of the node, from when its index is whole."""
    process = subprocess.Popen(run.INDEXER, cwd=ROOT, env={**os.environ, "SEARCH_DIR": str(folder)})
    try:
        until = time.perf_counter() + INDEXED_WITHIN_SECONDS
        while not (folder / "current").exists():
            if process.poll() is not None or time.perf_counter() > until:
                raise NotReady("the indexer ended, or built no index in time")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)


def _wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.perf_counter() + READY_WITHIN_SECONDS
    while time.perf_counter() < until:
        if process.poll() is not None:
            raise NotReady(f"the server ended with status {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except urllib.error.HTTPError as answer:
            # What speaks over WebSockets alone says so when it is there.
            if answer.code == HTTPStatus.UPGRADE_REQUIRED:
                return
            raise NotReady(f"/readyz answered {answer.code}: {answer.read().decode()}") from answer
        except OSError:
            time.sleep(0.01)
    raise NotReady(f"not ready within {READY_WITHIN_SECONDS:g} s")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def processes_of(pid: int) -> list[int]:
    """Return a process, its children and theirs."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(child) for child in children.read_text().split()] if children.exists() else []
    return [pid, *(each for child in found for each in processes_of(child))]


def _resident_bytes(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0)


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used so far."""
    # After the name in brackets, which may hold anything: the 12th and 13th fields are user and system time.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
