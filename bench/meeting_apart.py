"""The parts of `bin/bench meetings` that run in processes of their own, and what each needs.

Browsers and Janus send pictures to each other by an address that is not loopback's: where there are some, it is that of
a machine in a namespace of the network, made for this part and taken away after it, which nothing leaves.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.report import ROOT, Figure, Side
from entraide.meetings.drivers import janus_server
from tests.browsing import CHROMIUM
from tests.entraidectl.edge import networks
from tests.entraidectl.edge.networks import Machine

ADDRESS = "10.99.0.1"
STOPPED_WITHIN_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Part:
    """By which module something is measured, what it cannot do without, and whether it needs a network of its own."""

    module: str
    needs: tuple[Callable[[], str], ...] = ()

    @property
    def is_apart(self) -> bool:
        """Whether it runs in a namespace."""
        return networks.why_not in self.needs


def no_chromium() -> str:
    """Say what is missing for pages; empty when nothing is."""
    return "" if Path(CHROMIUM).exists() else "Chromium is missing: apt-get install chromium"


def no_janus() -> str:
    """Say what is missing for a media server; empty when nothing is."""
    return "" if janus_server.installed() else "Janus is missing: apt-get install janus"


BROWSERS = (no_chromium, no_janus, networks.why_not)
PARTS = {
    "gateway": Part("bench.meeting_gateway"),
    "joins in browsers": Part("bench.meeting_joins", BROWSERS),
    "media servers that die": Part("bench.meeting_recoveries", BROWSERS),
    "media passed on": Part("bench.meeting_media", (no_janus, networks.why_not)),
}


def missing(part: str) -> str:
    """Say what a part lacks on this machine; empty when it can be measured."""
    return next((told for lacks in PARTS[part].needs if (told := lacks())), "")


def figures_of(part: str, *, quick: bool) -> Iterator[Figure]:
    """Measure a part, in a network of its own where it needs one, which is taken away at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="meetings-bench-") as folder,
        _machine() if PARTS[part].is_apart else nullcontext() as machine,
    ):
        # Standard output is also that of the servers that it runs.
        file = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "bench.meeting_inside", part, str(file), *(["--quick"] if quick else [])]
        _run(part, machine.command(*command) if machine else command)
        yield from read(file)


def _run(part: str, command: list[str]) -> None:
    """Run a command to its end; whoever stops us stops it first, so that it takes away what it has started."""
    # Of Ctrl-C it hears by us alone: twice would be once too often.
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        status = process.wait()
    except BaseException:
        process.terminate()
        process.wait(timeout=STOPPED_WITHIN_SECONDS)
        raise
    if status:
        raise SystemExit(f"{part}: could not be measured; the reason is above")


def write(figures: Iterable[Figure], file: Path) -> None:
    """Write figures to a file."""
    file.write_text(json.dumps([asdict(figure) for figure in figures]), encoding="utf-8")


def read(file: Path) -> Iterator[Figure]:
    """Yield the figures of a file."""
    for told in json.loads(file.read_bytes()):
        yield Figure(**{**told, "side": Side(told["side"])})


@contextmanager
def _machine() -> Iterator[Machine]:
    with networks.switch({"meet": ADDRESS}) as machines:
        yield machines["meet"]
