"""A whole node as `bin/serve` runs it, for drills: its processes can be found, hurt and killed one by one."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import psycopg

from config import environment as names
from entraide.crises.rules import Level
from entraide.foundation.postgres import Cluster
from entraide.foundation.postgres.cluster import works_in

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120.0


def until(what: str, condition: Callable[[], bool], *, patience: float = PATIENCE_SECONDS) -> None:
    """Wait for something to become true; fail when it does not within so many seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"it did not happen in time: {what}"
        time.sleep(0.05)


class Node:
    """One folder with a portal that can be started, hurt and started again."""

    def __init__(self, var_dir: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.var_dir = var_dir
        self.cluster = Cluster.of(var_dir=var_dir)
        self._supervisor: subprocess.Popen[bytes] | None = None
        self._variables: dict[str, str] = {}

    @classmethod
    def copied(cls, template: Path, var_dir: Path) -> "Node":
        """Return a node in a copy of the folder of one that was prepared and stopped, which starts sooner."""
        subprocess.run(["cp", "-a", "--reflink=auto", f"{template}/.", str(var_dir)], check=True)
        return cls(var_dir)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command of this node and return its output."""
        command = [sys.executable, "-m", "config.manage", *arguments]
        return subprocess.run(
            command, env=self.environment(), cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
        )

    def start(self, **variables: str) -> None:
        """Start the portal, with these variables on top of its own, and wait until it is ready."""
        self._variables = variables
        environment = self.environment()
        with (self.var_dir / "node.log").open("ab") as log:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-m", "config.serve"], env=environment, cwd=ROOT, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        until("the portal is ready", self.is_ready)

    def environment(self, **variables: str) -> dict[str, str]:
        """Return the variables of this node's processes, with these on top."""
        environment = {
            **os.environ,
            "MODE": "development",
            "VAR_DIR": str(self.var_dir),
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
            "SIGNUPS_PER_NETWORK": "1000000",
            # Under load a proof of work is asked for; here it is to cost next to nothing.
            "PROOF_COST": "1",
        }
        environment.pop("DATABASE_URL", None)
        return {**environment, **self._variables, **variables}

    def is_ready(self) -> bool:
        """Tell whether the portal says that it can serve."""
        assert self._supervisor
        assert self._supervisor.poll() is None, (self.var_dir / "node.log").read_text()[-3000:]
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        """Stop the portal as Ctrl-C does and see that nothing stays."""
        assert self._supervisor
        self._supervisor.send_signal(signal.SIGINT)
        assert self._supervisor.wait(60) == 0
        assert self.left_over() == []

    def pid_of(self, part: str) -> int:
        """Return the process of a part: supervisor, server, web, worker, indexer, guard or database."""
        assert self._supervisor
        supervisor = self._supervisor.pid
        if part == "supervisor":
            return supervisor
        if part == "database":
            return self.cluster.server_pid() or 0
        if part == "web":
            return _child_running(self.pid_of("server"), "config.asgi")
        words = {
            "server": "config.asgi", "worker": "config.worker", "indexer": "config.indexer", "guard": "postgres.guard",
        }  # fmt: skip
        return _child_running(supervisor, words[part])

    def kill(self, part: str) -> None:
        """Kill a part with -9 and wait until that process has gone."""
        pid = self.pid_of(part)
        assert pid, f"there is no {part} to kill"
        os.kill(pid, signal.SIGKILL)
        if part == "supervisor":
            assert self._supervisor
            self._supervisor.wait()
        until(f"{part} has gone", lambda: not _command(pid))

    def kill_and_see_replaced(self, part: str) -> None:
        """Kill a part with -9 and wait until the node has started another one by itself."""
        killed = self.pid_of(part)
        self.kill(part)
        until(f"there is a {part} again", lambda: self.pid_of(part) not in (0, killed))

    def kill_everything(self) -> None:
        """Kill every process of the node with -9, at once."""
        parts = map(self.pid_of, ("supervisor", "server", "web", "worker", "indexer", "guard"))
        for pid in [*filter(None, parts), *self.left_over()]:
            # A child may have ended with its parent, which was killed a moment before.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert self._supervisor
        self._supervisor.wait()

    def processes_of_the_database(self) -> list[int]:
        """Return PostgreSQL's first process and all those that it started."""
        entries = Path("/proc").glob("[0-9]*")
        return [pid for entry in entries if works_in(pid=(pid := int(entry.name)), folder=self.cluster.folder)]

    def resident_mb(self, part: str) -> float:
        """Return the memory that a part has in RAM now, in MB (1,000,000 bytes)."""
        status = Path(f"/proc/{self.pid_of(part)}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6

    def left_over(self) -> list[int]:
        """Return the processes that belong to this node."""
        pids = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
        mine = f"VAR_DIR={self.var_dir}".encode()
        return [pid for pid in pids if mine in _variables(pid) or works_in(pid=pid, folder=self.cluster.folder)]


def prepare(folder: Path) -> None:
    """Make a folder that of a portal which was prepared and stopped, with nobody asked for a proof of work."""
    (folder / "assets").symlink_to(names.from_process().value(names.VAR_DIR) / "assets")
    node = Node(folder)
    node.start()
    # At mobilisation everybody is asked for a proof of work, which is slower than what the drills have to fill.
    with psycopg.connect(node.cluster.url) as connection:
        connection.execute("UPDATE crises_crisis SET level = %s", [Level.WATCH.value])
        connection.execute("UPDATE waiting_line SET asks_proof = false")
    node.stop()


def _child_running(parent: int, word: str) -> int:
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    except OSError:
        return 0
    return next((int(child) for child in children if word in _command(int(child))), 0)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _variables(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []
