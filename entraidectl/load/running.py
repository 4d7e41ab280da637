"""Runs a campaign: starts Locust's master and workers on this machine, says how far they are, gathers what they saw."""

import json
import os
import platform
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from entraidectl.load import orders
from entraidectl.load.arrivals import length, moments
from entraidectl.load.orders import Order
from entraidectl.load.results import Result
from entraidectl.load.tally import Tally
from entraidectl.load.verdict import judge

GENERATOR = Path(__file__).with_name("generator.py")
ROOT = Path(__file__).resolve().parent.parent.parent
# What visits may take beyond the last arrival, and what starting takes: after that everything is ended.
GRACE_SECONDS = 120.0
RECEIPTS_FORMAT = "entraide-receipts/1"


class CampaignFailed(Exception):
    """The generator ended without a result. The message is what it said last."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of an order in a folder of its own. `elsewhere` are workers that other machines bring."""

    order: Order
    folder: Path
    say: Callable[[str], None]
    elsewhere: int = 0
    host: str = "127.0.0.1"
    port: int = 0

    def carry_out(self) -> Result:
        """Run it to its end. Raises CampaignFailed; what was started is ended in any case."""
        self.folder.mkdir(parents=True)
        file = self.folder / "order.json"
        orders.write(self.order, file)
        due = sum(1 for _ in moments(self.order.phases, seed=self.order.seed))
        seconds = length(self.order.phases)
        port = self.port or _free_port(self.host)
        with (self.folder / "generator.log").open("w", encoding="utf-8") as log:
            workers = [worker_command(self.host, port)] * (self.order.workers - self.elsewhere)
            with _started([_master(self.order, self.host, port, seconds), *workers], file, log) as started:
                self._wait(started[0], seconds)
        return self._result(due=due, seconds=seconds)

    def _wait(self, master: "subprocess.Popen[bytes]", seconds: float) -> None:
        began = time.monotonic()
        while master.poll() is None:
            passed = time.monotonic() - began
            if passed > seconds + GRACE_SECONDS:
                raise CampaignFailed(f"not over {GRACE_SECONDS:.0f} s after the last visit was due; see {self.folder}")
            self.say(f"{min(passed, seconds):.0f} of {seconds:.0f} s")
            try:
                master.wait(timeout=1.0)
            except subprocess.TimeoutExpired:
                continue

    def _result(self, *, due: int, seconds: float) -> Result:
        try:
            seen: dict[str, Any] = json.loads((self.folder / "seen.json").read_text(encoding="utf-8"))
        except OSError as error:
            raise CampaignFailed(_last_words(self.folder / "generator.log")) from error
        tally = Tally.from_plain(seen["tally"])
        self._write_receipts(seen)
        (self.folder / "seen.json").unlink()
        return Result(
            scenario=self.order.scenario, target=self.order.target, scale=self.order.scale, seed=self.order.seed,
            workers=self.order.workers, started_at=seen["began_at"], seconds=seconds, due=due, machine=_machine(),
            outcome=judge(tally, self.order.what.bounds, due=due, seconds=seconds), tally=tally,
        )  # fmt: skip

    def _write_receipts(self, seen: dict[str, Any]) -> None:
        if not seen["receipts"]:
            return
        head = {
            "format": RECEIPTS_FORMAT, "target": f"{self.order.target}/v1/signups", "started_at": seen["began_at"],
            "connections": self.order.workers, "rate": None,
        }  # fmt: skip
        file = self.folder / "receipts.jsonl"
        draft = file.with_suffix(".part")
        with draft.open("w", encoding="utf-8") as opened:
            for line in [head, *seen["receipts"]]:
                opened.write(json.dumps(line, ensure_ascii=False) + "\n")
        draft.replace(file)


def worker_command(host: str, port: int) -> list[str]:
    """Return the command of one worker."""
    return [*_locust(), "--worker", "--master-host", host, "--master-port", str(port)]


def run_workers(file: Path, *, host: str, port: int, count: int) -> None:
    """Run workers for a master on another machine until it ends. Raises NotAnOrder."""
    orders.read(file)
    commands = [worker_command(host, port)] * count
    with (file.parent / "workers.log").open("w", encoding="utf-8") as log, _started(commands, file, log) as started:
        for process in started:
            process.wait()


def _master(order: Order, host: str, port: int, seconds: float) -> list[str]:
    """Return the command of the master, which ends by itself even when whoever started it is gone."""
    users = str(order.workers)
    return [
        *_locust(), "--headless", "--master", "--master-bind-host", host, "--master-bind-port", str(port),
        "--expect-workers", users, "--expect-workers-max-wait", "60", "--users", users, "--spawn-rate", users,
        "--host", order.target, "--only-summary", "--exit-code-on-error", "0",
        "--run-time", f"{seconds + GRACE_SECONDS:.0f}s",
    ]  # fmt: skip


def _locust() -> list[str]:
    return [sys.executable, "-m", "locust", "--locustfile", str(GENERATOR), "--loglevel", "WARNING"]


@contextmanager
def _started(commands: Sequence[list[str]], file: Path, log: Any) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Run processes of the generator; end them with the block, by force those that do not listen."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, orders.VARIABLE: str(file), "PYTHONPATH": path}
    with ExitStack() as ending:
        started = []
        for command in commands:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)  # noqa: S603 (ours)
            ending.callback(_end, process)
            started.append(process)
        yield started


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port(host: str) -> int:
    with socket.socket() as listener:
        listener.bind((host, 0))
        return int(listener.getsockname()[1])


def _last_words(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return f"the generator ended without a result: {lines[-1] if lines else 'it said nothing'} (see {log})"


def _machine() -> str:
    return ", ".join(
        (
            platform.machine(),
            f"{os.cpu_count()} processors",
            f"Python {platform.python_version()}",
            f"{platform.system()} {platform.release()}",
        )
    )
