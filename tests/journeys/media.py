"""Media nodes of a journey: Debian's Janus and its agent, as `bin/entraide-node` runs them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.media_node import PORTS
from tests.journeys.node import ROOT, wait_for
from tests.meetings.media_servers import free_ports


@dataclass(frozen=True, slots=True)
class MediaNode:
    """A node that runs: its name, the process that holds its Janus, where that listens, and the node's secret."""

    environment: dict[str, str]
    id: str
    name: str
    process: "subprocess.Popen[bytes]"
    url: str
    secret: str

    @property
    def janus(self) -> int:
        """The process id of its Janus, 0 while there is none."""
        pid = self.process.pid
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return int(found[0]) if found else 0

    def signal_janus(self, number: signal.Signals) -> None:
        """Send its Janus a signal."""
        os.kill(self.janus, number)

    def health(self) -> str:
        """What the platform believes of it."""
        listed = manage(self.environment, "list").splitlines()
        return next(line.split()[3] for line in listed if line.split()[0] == self.name)


def manage(environment: dict[str, str], *arguments: str) -> str:
    """Run `bin/manage media_node …` of a portal with these variables, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "config.manage", "media_node", *arguments], env=environment, cwd=ROOT, timeout=60,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def media_node(platform: str, environment: dict[str, str], name: str, folder: Path) -> Iterator[MediaNode]:
    """Run a media node of a portal, from when rooms may go there until the block ends; then it gets no more rooms."""
    ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    url = f"ws://127.0.0.1:{ports['ws']}"
    told = manage(environment, "add", name, "--url", url)
    identity = dict(line.split("=", 1) for line in told.splitlines())
    command = [
        sys.executable, "-m", "config.media_node", "--platform", platform, "--node", identity["MEDIA_NODE_ID"],
        "--folder", str(folder), *(word for each, port in ports.items() for word in (f"--{each}-port", str(port))),
    ]  # fmt: skip
    variables = {**environment, "MEDIA_NODE_SECRET": identity["MEDIA_NODE_SECRET"]}
    with (folder.parent / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=log, stderr=log)
    running = MediaNode(environment, identity["MEDIA_NODE_ID"], name, process, url, identity["MEDIA_NODE_SECRET"])
    try:
        wait_for(f"{name} to be fresh", lambda: running.health() == "fresh")
        yield running
    finally:
        running.signal_janus(signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        manage(environment, "drain", name, "--minutes", "0")
