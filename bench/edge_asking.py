"""How h2load asks a server for one path over TLS, and what that costs the server's processes."""

import re
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

from bench.node import processor_seconds
from entraidectl.edge.serving import workers_of
from tests.entraidectl.edge import edges
from tests.entraidectl.edge.edges import Edge

CLIENTS = 32
HTTP_1 = "--h1"
_STATUSES = re.compile(r"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx")
_SPEED = re.compile(r"finished in .*?, ([\d.]+) req/s")
_SPOKEN = re.compile(r"^(?:TLS Protocol|Cipher|Application protocol): (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Door:
    """A server that listens on a port of this machine, and the processes whose time is counted."""

    port: int
    processes: Callable[[], Iterable[int]]


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of h2load saw, what was spoken, and the processor time that the server took for a request."""

    per_second: float
    seconds: float
    failed: int
    spoken: str


def door_of(edge: Edge) -> Door:
    """Return where an edge is asked; its nginx's workers are what counts."""
    return Door(edge.ports["https"], lambda: workers_of(edge.pid))


def ask(door: Door, path: str, *options: str) -> Round:
    """Let h2load ask for a path on kept connections, as much as the options say; return what it saw."""
    before = _spent(door)
    command = [
        "h2load", "--threads=1", f"--clients={CLIENTS}", *options,
        f"--connect-to=127.0.0.1:{door.port}", f"https://{edges.PORTAL}{path}",
    ]  # fmt: skip
    asked = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    spent = _spent(door) - before
    counts = _STATUSES.search(asked.stdout)
    answers = [int(count) for count in counts.groups()] if counts else [0, 0, 0, 0]
    speed = _SPEED.search(asked.stdout)
    return Round(
        float(speed[1]) if speed else 0.0,
        spent / max(sum(answers), 1),
        sum(answers[1:]),
        " ".join(_SPOKEN.findall(asked.stdout)),
    )


def ask_in_turn(asked: dict[str, tuple[Door, str]], *options: str, rounds: int) -> dict[str, list[Round]]:
    """Return the rounds of each of these doors and paths: one of each after the other, another one first each time."""
    names = list(asked)
    seen: dict[str, list[Round]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in chain(names[first:], names[:first]):
            seen[name].append(ask(*asked[name], *options))
    return seen


def _spent(door: Door) -> float:
    return sum(processor_seconds(process) for process in door.processes())
