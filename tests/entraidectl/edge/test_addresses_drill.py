"""Two edges, each with an address, in namespaces of their own, while a client asks both every 20 ms.

Whatever happens to one edge, its address comes to the other, and the other's own address never misses a request.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.drills import recoveries
from tests.entraidectl.edge import edges, networks
from tests.entraidectl.edge.networks import Machine
from tests.journeys.node import ROOT, wait_for

pytestmark = pytest.mark.drill
ADDRESSES = {"one": "10.99.0.101", "two": "10.99.0.102"}
MACHINES = {"one": "10.99.0.11", "two": "10.99.0.12", "behind": "10.99.0.20", "client": "10.99.0.30"}
NODES = "\n".join(
    f'[[nodes]]\nname = "{name}"\naddress = "{MACHINES[name]}"\n[[addresses]]\naddress = "{address}"\nnode = "{name}"'
    for name, address in ADDRESSES.items()
)
SITE = f"{edges.site_before(MACHINES['behind'])}{edges.WIDE_RATES}\n{NODES}\n"


@dataclass(slots=True)
class EdgeNode:
    """One edge: nginx, keepalived and the watcher, in its namespace."""

    machine: Machine
    name: str
    folder: Path
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        return self.folder / self.name

    def options(self) -> list[str]:
        return ["--site", str(self.folder / "site.toml"), "--root", str(self.root)]

    def ctl(self, *words: str) -> str:
        return self.machine.run(sys.executable, "-m", "entraidectl", "edge", *words)

    def apply(self) -> None:
        self.ctl("apply", *self.options(), "--node", self.name)

    def start(self, *programs: str) -> None:
        current, state = self.root / "etc/entraide/edge/current", self.root / "run/entraide-edge"
        commands = {
            "nginx": [edges.NGINX or "nginx", "-c", f"{current}/nginx.conf", "-g", "daemon off;"],
            "keepalived": [
                "keepalived", "--dont-fork", "--log-console", "--vrrp", "-f", f"{current}/keepalived.conf",
                "-p", f"{state}/keepalived.pid", "-r", f"{state}/vrrp.pid",
            ],
            "watcher": [sys.executable, "-m", "entraidectl", "edge", "watch", *self.options(), "--node", self.name],
        }  # fmt: skip
        for program in programs or tuple(commands):
            log = (self.folder / f"{self.name}-{program}.log").open("ab")
            command = self.machine.command(*commands[program])
            self.processes[program] = subprocess.Popen(
                command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
            log.close()

    def signal(self, number: signal.Signals, *programs: str) -> None:
        """Send a signal to programs and all of theirs."""
        for program in programs or tuple(self.processes):
            os.killpg(self.processes[program].pid, number)
            if number == signal.SIGKILL:
                self.processes.pop(program).wait(timeout=20)

    def bears(self, address: str) -> bool:
        return self.machine.bears(address)


@dataclass(slots=True)
class Client:
    """The client that asks both addresses."""

    process: "subprocess.Popen[str]"

    def counted(self, *, reset: bool = False) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("reset\n" if reset else "tell\n")
        self.process.stdin.flush()
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told

    def until_asked(self, times: int) -> None:
        """Wait until each address was asked this often since the count began."""
        wait_for("the client to ask", lambda: all(each["asked"] >= times for each in self.counted().values()))


@dataclass(slots=True)
class Pair:
    """Two edges and the client."""

    one: EdgeNode
    two: EdgeNode
    client: Client

    def at_home(self) -> bool:
        return self.one.bears(ADDRESSES["one"]) and self.two.bears(ADDRESSES["two"])

    def drill(self, fault: str, do: Callable[[], object], seen: Callable[[], bool]) -> dict[str, Any]:
        """Do something to the first edge, wait until it is seen, let the client go on, and return what it counted."""
        self.client.counted(reset=True)
        do()
        wait_for(f"the addresses to move ({fault})", seen)
        self.client.until_asked(self.client.counted()[ADDRESSES["one"]]["asked"] + 200)
        counted = self.client.counted()
        ill, other = counted[ADDRESSES["one"]], counted[ADDRESSES["two"]]
        recoveries.note(
            f"edge: {fault}",
            seconds=ill["longest_gap"],
            seen=f"{ill['failed']} of {ill['asked']} requests failed; of the other address {other['failed']}",
        )
        assert other["failed"] == 0
        assert ill["asked"] - ill["failed"] >= 100
        return counted

    def both_on_two(self) -> bool:
        return all(self.two.bears(address) for address in ADDRESSES.values())


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    reason = networks.why_not()
    missing = [
        name for name in ("keepalived", "nginx", "nft") if not shutil.which(name, path="/usr/sbin:/usr/bin:/sbin")
    ]
    if reason or missing:
        pytest.skip(reason or f"{' and '.join(missing)} missing: apt-get install {' '.join(missing)}")
    folder = tmp_path_factory.mktemp("pair")
    edges.certify(folder / "tls", names=(edges.PORTAL,))
    (folder / "site.toml").write_text(SITE)
    started: list[subprocess.Popen[Any]] = []
    with networks.switch(MACHINES) as machines:
        behind = [sys.executable, "-m", "tests.entraidectl.edge.behind", MACHINES["behind"], "8000"]
        started.append(subprocess.Popen(machines["behind"].command(*behind), cwd=ROOT))
        one, two = (EdgeNode(machines[name], name, folder) for name in ("one", "two"))
        try:
            for edge in (one, two):
                edge.apply()
                edge.start()
            wait_for(
                "each edge to bear its address", lambda: one.bears(ADDRESSES["one"]) and two.bears(ADDRESSES["two"])
            )
            words = [edges.PORTAL, "443", str(folder / "tls" / "certificate.pem"), *ADDRESSES.values()]
            asking = machines["client"].command(sys.executable, "-m", "tests.entraidectl.edge.asking", *words)
            client = subprocess.Popen(asking, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            started.append(client)
            yield Pair(one, two, Client(client))
        finally:
            for edge in (one, two):
                edge.signal(signal.SIGKILL)
            for process in started:
                process.kill()
                process.communicate()


@pytest.fixture(autouse=True)
def calm(pair: Pair) -> None:
    """Begin each drill with each address at home, and a client that is answered."""
    wait_for("the addresses to be at home", pair.at_home)
    pair.client.counted(reset=True)
    pair.client.until_asked(50)


def test_an_edge_that_dies_is_replaced(pair: Pair) -> None:
    def die() -> None:
        pair.one.machine.set_link(up=False)
        pair.one.signal(signal.SIGKILL)

    pair.drill("node killed", die, lambda: pair.two.bears(ADDRESSES["one"]))
    # A machine that starts again has no addresses but its own.
    subprocess.run(["ip", "-n", pair.one.machine.name, "address", "flush", "dev", "eth0"], check=True)
    pair.one.machine.run("ip", "address", "add", f"{MACHINES['one']}/24", "dev", "eth0")
    pair.one.machine.set_link(up=True)
    pair.one.start()
    wait_for("the address to come home", pair.at_home)


def test_a_cut_link_is_seen_and_its_healing_too(pair: Pair) -> None:
    pair.drill("link cut", lambda: pair.one.machine.set_link(up=False), lambda: pair.two.bears(ADDRESSES["one"]))
    pair.drill("link healed", lambda: pair.one.machine.set_link(up=True), pair.at_home)


def test_nginx_alone_dies(pair: Pair) -> None:
    pair.drill("nginx killed", lambda: pair.one.signal(signal.SIGKILL, "nginx"), pair.both_on_two)
    pair.drill("nginx started again", lambda: pair.one.start("nginx"), pair.at_home)


def test_nginx_hangs(pair: Pair) -> None:
    pair.drill("nginx hangs", lambda: pair.one.signal(signal.SIGSTOP, "nginx"), pair.both_on_two)
    pair.drill("nginx goes on", lambda: pair.one.signal(signal.SIGCONT, "nginx"), pair.at_home)


def test_who_leaves_as_planned_loses_no_request(pair: Pair) -> None:
    options = ("--site", str(pair.one.folder / "site.toml"), "--root", str(pair.one.root))
    told: list[str] = []
    for what, words, seen in (
        ("planned leave", ("leave", *options), pair.both_on_two),
        ("planned return", ("stay", *options[2:]), pair.at_home),
    ):
        counted = pair.drill(what, lambda words=words: told.append(pair.one.ctl(*words)), seen)  # type: ignore[misc]
        assert counted[ADDRESSES["one"]]["failed"] == 0
    assert told[0] == "Nobody is connected to this edge any more: it may be stopped.\n"
