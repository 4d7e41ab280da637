"""A flood comes from one machine while people of another read pages and sign up: they are served.

Each wall is measured alone and together with the other: the kernel's bounds (nftables), and nginx's.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.drills import recoveries
from tests.entraidectl.edge import edges, networks
from tests.entraidectl.edge.fields import Field
from tests.journeys.node import ROOT, wait_for

pytestmark = pytest.mark.drill
MACHINES = {"edge": "10.99.0.11", "behind": "10.99.0.20", "people": "10.99.0.30", "flooder": "10.99.0.40"}
PEOPLE = "10.98.0.30"
# Addresses of nobody, which the flooder writes on packets; answers to them end with the flooder.
NOBODY = "10.97.0.0/24"
SECONDS = 3
LEAST_SHARE = 0.99
SITE = edges.site_before(MACHINES["behind"])
KERNEL = '[floods]\nlevel = "on"\n'
WALLS = {
    "no wall": edges.WIDE_RATES,
    "kernel alone": edges.WIDE_RATES + "\n" + KERNEL,
    "nginx alone": "",
    "both": KERNEL,
}
FLOODS = {
    "none": None,
    "5000 SYN/s from one address": ("syns", 5000, f"{MACHINES['flooder']}/32"),
    "5000 SYN/s from 256 addresses": ("syns", 5000, NOBODY),
    "2000 connections/s": ("connections", 2000, NOBODY),
    "3000 requests/s on 60 connections": ("requests", 3000, NOBODY),
}


class Flooded(Field):
    """An edge with what stands behind it, people and a flooder."""

    def fares(self, flood: tuple[str, int, str] | None) -> dict[str, Any]:
        """Flood while people come; return how they fared, and how much was sent against them."""
        flooding = None
        if flood:
            kind, per_second, sources = flood
            words = [kind, MACHINES["edge"], "443", str(SECONDS + 1), str(per_second), sources, edges.PORTAL]
            command = [sys.executable, "-m", "tests.entraidectl.edge.flooding", *words]
            flooding = subprocess.Popen(
                self.machines["flooder"].command(*command), cwd=ROOT, stdout=subprocess.PIPE, text=True
            )
        words = [edges.PORTAL, "443", str(self.folder / "tls" / "certificate.pem"), MACHINES["edge"], str(SECONDS)]
        told: dict[str, Any] = json.loads(
            self.machines["people"].run(sys.executable, "-m", "tests.entraidectl.edge.visiting", *words)
        )
        if flooding:
            told |= json.loads(flooding.communicate(timeout=60)[0])
        return told

    def counters(self) -> dict[str, int]:
        """Return how many packets each of the kernel's bounds dropped."""
        listed = json.loads(self.edge.run("nft", "--json", "list", "counters", "table", "inet", "entraide_edge"))
        return {each["counter"]["name"]: each["counter"]["packets"] for each in listed["nftables"] if "counter" in each}


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flooded]:
    reason = networks.why_not()
    missing = [name for name in ("nginx", "nft") if not shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")]
    if reason or missing:
        pytest.skip(reason or f"{' and '.join(missing)} missing: apt-get install nginx nftables")
    folder = tmp_path_factory.mktemp("field")
    edges.certify(folder / "tls", names=(edges.PORTAL,))
    with networks.switch(MACHINES) as machines:
        people, edge, flooder = machines["people"], machines["edge"], machines["flooder"]
        people.run("ip", "address", "add", f"{PEOPLE}/24", "dev", "eth0")
        people.run("ip", "route", "add", f"{edge.address}/32", "dev", "eth0", "src", PEOPLE)
        edge.run("ip", "route", "add", f"{PEOPLE}/32", "dev", "eth0")
        edge.run("ip", "route", "add", NOBODY, "via", flooder.address)
        for machine in (flooder, edge):
            machine.run("sysctl", "-q", "-w", "net.ipv4.ip_forward=0")
        field = Flooded(machines, folder, SITE)
        field.apply(edges.WIDE_RATES)
        conf = folder / "root/etc/entraide/edge/current/nginx.conf"
        behind = [sys.executable, "-m", "tests.entraidectl.edge.behind", MACHINES["behind"], "8000"]
        nginx = [edges.NGINX or "nginx", "-c", str(conf), "-g", "daemon off;"]
        started = [
            subprocess.Popen(machines["behind"].command(*behind), cwd=ROOT),
            subprocess.Popen(edge.command(*nginx), cwd=ROOT),
        ]
        try:
            wait_for("people to be served", lambda: _is_served(field))
            yield field
        finally:
            for process in started:
                process.terminate()
                process.wait(timeout=20)


def _is_served(field: Flooded) -> bool:
    url = "http://127.0.0.1:9145/generation"
    command = field.edge.command(sys.executable, "-c", f"import urllib.request as r; r.urlopen({url!r})")
    return subprocess.run(command, capture_output=True, check=False, timeout=20).returncode == 0


@pytest.mark.parametrize("walls", WALLS)
def test_people_are_served_while_a_flood_comes(field: Flooded, walls: str) -> None:
    field.apply(WALLS[walls])
    for flood, how in FLOODS.items():
        told = field.fares(how)
        share = told["served"] / told["came"]
        recoveries.note(
            f"flood: {flood}, {walls}",
            seconds=told["p99"],
            seen=f"{100 * share:.1f} of 100 served ({told['served']} of {told['came']}), {told.get('sent', 0)} sent",
        )
        if walls == "both":
            assert share >= LEAST_SHARE, flood


def test_without_cookies_and_bounds_a_flood_shuts_people_out(field: Flooded) -> None:
    # If it did not, the others would prove nothing.
    field.apply(WALLS["no wall"])
    field.edge.run("sysctl", "-q", "-w", "net.ipv4.tcp_syncookies=0")
    told = field.fares(FLOODS["5000 SYN/s from 256 addresses"])
    field.edge.run("sysctl", "-q", "-w", "net.ipv4.tcp_syncookies=1")
    recoveries.note(
        "flood: 5000 SYN/s from 256 addresses, no wall and no SYN cookies",
        seconds=told["p99"],
        seen=f"{told['served']} of {told['came']} served, {told['sent']} sent",
    )
    assert told["served"] < told["came"] * LEAST_SHARE


def test_what_the_kernel_drops_is_counted(field: Flooded) -> None:
    field.apply(WALLS["both"])
    before = field.counters()
    field.fares(FLOODS["5000 SYN/s from one address"])
    assert field.counters()["syns_dropped"] > before["syns_dropped"] + 1000


def test_rules_are_loaded_at_once_and_taken_back(field: Flooded) -> None:
    field.apply("")
    assert "entraide_edge" not in field.edge.run("nft", "list", "tables")
    field.apply(KERNEL)
    assert "limit rate over 200/second" in field.edge.run("nft", "list", "table", "inet", "entraide_edge")
    assert "Nothing to do." in field.ctl("apply")
    # Somebody removed them: they are mended.
    field.edge.run("nft", "flush", "ruleset")
    assert "load" in field.ctl("apply")
    field.apply(KERNEL + "open = 77\n")
    assert "ct count over 77" in field.edge.run("nft", "list", "table", "inet", "entraide_edge")
    field.ctl("rollback")
    assert "ct count over 4000" in field.edge.run("nft", "list", "table", "inet", "entraide_edge")


def test_the_kernels_proxy_is_taken_where_there_is_one(field: Flooded) -> None:
    field.apply(KERNEL + 'synproxy = "on"\n')
    assert "synproxy" in field.edge.run("nft", "list", "table", "inet", "entraide_edge")
    for flood in ("none", "5000 SYN/s from 256 addresses"):
        told = field.fares(FLOODS[flood])
        recoveries.note(
            f"flood: {flood}, both and synproxy",
            seconds=told["p99"],
            seen=f"{told['served']} of {told['came']} served",
        )
    field.apply(KERNEL)
