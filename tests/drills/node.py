"""A whole node as `bin/serve` runs it, for drills: its processes can be found and killed one by one."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import httpx

from entraide.foundation.postgres import Cluster
from entraide.foundation.postgres.cluster import works_in

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120.0


def until(what: str, condition: Callable[[], bool]) -> None:
    """Wait for something to become true; fail when it does not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
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

    def start(self) -> None:
        """Start the portal and wait until it is ready."""
        environment = {
            **os.environ,
            "MODE": "development",
            "VAR_DIR": str(self.var_dir),
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
            "SIGNUPS_PER_NETWORK": "1000000",
        }
        environment.pop("DATABASE_URL", None)
        with (self.var_dir / "node.log").open("ab") as log:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-m", "config.serve"], env=environment, cwd=ROOT, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        until("the portal is ready", self.is_ready)

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
        """Return the process of a part: supervisor, server, web, worker, guard or database."""
        assert self._supervisor
        supervisor = self._supervisor.pid
        if part == "supervisor":
            return supervisor
        if part == "database":
            return self.cluster.server_pid() or 0
        if part == "web":
            return _child_running(self.pid_of("server"), "config.asgi")
        words = {"server": "config.asgi", "worker": "config.worker", "guard": "postgres.guard"}
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

    def kill_everything(self) -> None:
        """Kill every process of the node with -9, at once."""
        parts = map(self.pid_of, ("supervisor", "server", "web", "worker", "guard"))
        for pid in [*filter(None, parts), *self.left_over()]:
            # A child may have ended with its parent, which was killed a moment before.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert self._supervisor
        self._supervisor.wait()

    def left_over(self) -> list[int]:
        """Return the processes that belong to this node."""
        pids = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
        mine = f"VAR_DIR={self.var_dir}".encode()
        return [pid for pid in pids if mine in _variables(pid) or works_in(pid=pid, folder=self.cluster.folder)]


class SignUps:
    """People who sign up without pause, each with a key of their own, and keep the receipts that they are given."""

    def __init__(self, node: Node, *, people: int) -> None:
        self._node = node
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._sign_up) for _ in range(people)]
        self.receipts: list[str] = []

    def __enter__(self) -> "SignUps":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def until_more(self, count: int) -> None:
        """Wait until this many more sign-ups were acknowledged."""
        wanted = len(self.receipts) + count
        until(f"{count} more sign-ups are acknowledged", lambda: len(self.receipts) >= wanted)

    def _sign_up(self) -> None:
        while not self._ended.is_set():
            person = {
                "email": f"{uuid4().hex}@example.org", "first_name": "Ada", "last_name": "Byron",
                "birth_date": "1990-12-10", "postcode": "67000", "consent": True, "locale": "fr",
            }  # fmt: skip
            receipt = self._insist(person, key=uuid4().hex)
            if receipt:
                self.receipts.append(receipt)

    def _insist(self, person: dict[str, object], *, key: str) -> str:
        """Send a sign-up with the same key until it is acknowledged, as a browser's retry does."""
        while not self._ended.is_set():
            try:
                answer = httpx.post(
                    f"{self._node.url}/v1/signups", json=person, headers={"Idempotency-Key": key}, timeout=15
                )
            except httpx.TransportError:
                time.sleep(0.1)
                continue
            if answer.status_code == 202:
                return str(answer.json()["receipt"])
            assert answer.status_code == 503, answer.text
            time.sleep(0.1)
        return ""


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
