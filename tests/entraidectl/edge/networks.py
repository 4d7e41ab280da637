"""Network namespaces of a test: machines on one switch, which the test makes and takes away."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """A namespace with one interface, eth0."""

    name: str
    address: str

    def command(self, *words: str) -> list[str]:
        """Return a command that runs there."""
        return ["ip", "netns", "exec", self.name, *words]

    def run(self, *words: str) -> str:
        """Run a command there to its end, and return what it says."""
        return subprocess.run(self.command(*words), capture_output=True, text=True, check=True, timeout=60).stdout

    def set_link(self, *, up: bool) -> None:
        """Plug its cable in, or out."""
        self.run("ip", "link", "set", "eth0", "up" if up else "down")

    def bears(self, address: str) -> bool:
        """Tell whether it has an address."""
        return f" {address}/" in self.run("ip", "-o", "address", "show", "dev", "eth0")


def why_not() -> str:
    """Return why no namespaces can be made here; empty when they can."""
    if os.geteuid() != 0:
        return "only root may make network namespaces"
    if not shutil.which("ip"):
        return "ip is missing: apt-get install iproute2"
    tried = subprocess.run(["ip", "netns", "add", _name("try")], capture_output=True, text=True, check=False)
    if tried.returncode:
        return f"network namespaces cannot be made: {tried.stderr.strip()}"
    subprocess.run(["ip", "netns", "delete", _name("try")], check=True)
    return ""


@contextmanager
def switch(addresses: dict[str, str]) -> Iterator[dict[str, Machine]]:
    """Make a machine for each name and address on one switch; take all of them away at the end."""
    hub = _name("hub")
    machines = {name: Machine(_name(name), address) for name, address in addresses.items()}
    try:
        _ip("netns", "add", hub)
        _ip("-n", hub, "link", "add", "switch", "type", "bridge")
        _ip("-n", hub, "link", "set", "switch", "up")
        for number, machine in enumerate(machines.values()):
            _ip("netns", "add", machine.name)
            _ip(
                "-n", hub, "link", "add", f"port{number}", "type", "veth", "peer", "name", "eth0", "netns", machine.name
            )
            _ip("-n", hub, "link", "set", f"port{number}", "master", "switch", "up")
            _ip("-n", machine.name, "address", "add", f"{machine.address}/24", "dev", "eth0")
            _ip("-n", machine.name, "link", "set", "lo", "up")
            _ip("-n", machine.name, "link", "set", "eth0", "up")
        yield machines
    finally:
        for name in (*(machine.name for machine in machines.values()), hub):
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)


def _name(word: str) -> str:
    return f"ent{os.getpid()}-{word}"


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=60)
