"""Keeps a few processes running together: starts them, starts again what ends, stops them all. Standard library only.

Children are in sessions of their own, so that Ctrl-C reaches the supervisor alone and it decides the order of the stop.
They get SIGTERM from the kernel when the supervisor is killed.
"""

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from entraide.foundation.parent import die_with_parent

TICK_SECONDS = 0.2
PAUSES_SECONDS = (0.5, 1.0, 2.0, 5.0)
ENDS_TOLERATED = 6
ENDS_WINDOW_SECONDS = 60.0
STOP_SECONDS = 40.0


class GaveUp(Exception):
    """A process ends again and again. The message names it."""


@dataclass(frozen=True, slots=True)
class Program:
    """A process to keep running: its name for people, its command, its environment."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    inherited: tuple[int, ...] = ()


@dataclass(slots=True)
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    start_at: float = 0.0
    ends: deque[float] = field(default_factory=deque)

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603 (the project's own programs)
            self.program.command, env=dict(self.program.environment), stdin=subprocess.DEVNULL,
            start_new_session=True, pass_fds=self.program.inherited, preexec_fn=die_with_parent,
        )  # fmt: skip


class Supervisor:
    """Runs programs until told to stop. `say` prints a line; `tend` is called at each tick, before the children."""

    def __init__(self, programs: Sequence[Program], *, say: Callable[[str], None], tend: Callable[[], None]) -> None:
        self._children = [_Child(program) for program in programs]
        self._say = say
        self._tend = tend
        self._stopping = False

    def listen(self) -> None:
        """Stop on Ctrl-C, SIGTERM or the end of the terminal."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    @property
    def stopping(self) -> bool:
        """Whether a stop was asked for."""
        return self._stopping

    def tick(self) -> None:
        """Start what should run and does not. Raises GaveUp for a program that cannot be kept running."""
        self._tend()
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                self._note_end(child, child.process.returncode)
            if child.process is None and time.monotonic() >= child.start_at:
                child.start()

    def run(self) -> None:
        """Tick until asked to stop."""
        while not self._stopping:
            self.tick()
            time.sleep(TICK_SECONDS)

    def stop(self) -> None:
        """Stop every program, all at once, and wait until they have ended; kill what takes too long."""
        running = [child.process for child in self._children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _note_end(self, child: _Child, code: int) -> None:
        now = time.monotonic()
        child.process = None
        child.ends.append(now)
        while child.ends and child.ends[0] < now - ENDS_WINDOW_SECONDS:
            child.ends.popleft()
        if len(child.ends) > ENDS_TOLERATED:
            raise GaveUp(f"{child.program.name} ends again and again; its last lines are above.")
        child.start_at = now + PAUSES_SECONDS[min(len(child.ends), len(PAUSES_SECONDS)) - 1]
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        self._say(f"· {child.program.name} ended ({how}); starting it again")

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
