"""fail2ban, nginx and nftables together: whoever is refused too often is not heard any more, and a school always is."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.entraidectl.edge import edges, networks
from tests.entraidectl.edge.fields import Field
from tests.journeys.node import ROOT, wait_for

pytestmark = pytest.mark.drill
MACHINES = {"edge": "10.99.0.11", "behind": "10.99.0.20", "school": "10.99.0.30", "robot": "10.99.0.40"}
KERNEL = '[floods]\nlevel = "on"\n'
BANS = '[bans]\nlevel = "on"\nexempt = ["10.99.0.30"]\nrefusals = 20\nseconds = 600\n'
SITE = edges.site_before(MACHINES["behind"])
REFUSED = "/fr/%2e%2e/[1-30]"


class Guarded(Field):
    """An edge with what stands behind it, a school and a robot."""

    def ask(self, name: str, path: str) -> list[str]:
        """Return what a machine is answered; nothing where it is not heard."""
        command = [
            "curl", "--silent", "--path-as-is", "--max-time", "3", "--cacert", str(self.folder / "tls/certificate.pem"),
            "--connect-to", f"{edges.PORTAL}:443:{MACHINES['edge']}:443", "--write-out", "%{http_code}\n",
            "--output", "/dev/null", f"https://{edges.PORTAL}{path}",
        ]  # fmt: skip
        asked = subprocess.run(
            self.machines[name].command(*command), capture_output=True, text=True, check=False, timeout=60
        )
        return [status for status in asked.stdout.split() if status != "000"]

    def banned(self) -> str:
        """Return the addresses that the kernel drops."""
        listed = self.edge.run("nft", "list", "set", "inet", "entraide_edge", "banned4")
        return listed.partition("elements")[2]

    def fail2ban(self, *words: str) -> int:
        socket = self.folder / "root/run/entraide-edge/fail2ban.sock"
        command = self.edge.command("fail2ban-client", "-s", str(socket), *words)
        return subprocess.run(command, capture_output=True, check=False, timeout=30).returncode


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Guarded]:
    reason = networks.why_not()
    path = "/usr/sbin:/usr/bin:/sbin:/bin"
    missing = [name for name in ("nginx", "nft", "fail2ban-server", "curl") if not shutil.which(name, path=path)]
    if reason or missing:
        pytest.skip(reason or f"{', '.join(missing)} missing: apt-get install nginx nftables fail2ban curl")
    edges.certify(tmp_path / "tls", names=(edges.PORTAL,))
    with networks.switch(MACHINES) as machines:
        field = Guarded(machines, tmp_path, SITE)
        field.apply(KERNEL + BANS)
        current = tmp_path / "root/etc/entraide/edge/current"
        behind = [sys.executable, "-m", "tests.entraidectl.edge.behind", MACHINES["behind"], "8000"]
        nginx = [edges.NGINX or "nginx", "-c", str(current / "nginx.conf"), "-g", "daemon off;"]
        started = [
            subprocess.Popen(machines["behind"].command(*behind), cwd=ROOT),
            subprocess.Popen(field.edge.command(*nginx), cwd=ROOT),
            subprocess.Popen(
                field.edge.command("fail2ban-server", "-xf", "-c", str(current / "fail2ban"), "start"),
                stdout=subprocess.DEVNULL,
            ),
        ]
        try:
            wait_for("the robot to be served", lambda: field.ask("robot", "/fr/me/") == ["200"])
            wait_for("fail2ban to answer", lambda: field.fail2ban("status", "entraide-portal") == 0)
            yield field
        finally:
            for process in started:
                process.terminate()
                process.wait(timeout=30)


def test_a_robot_is_shut_out_and_a_school_never_is(field: Guarded) -> None:
    # The school comes first, so that all of it was read once the robot is shut out.
    for name in ("school", "robot"):
        assert field.ask(name, REFUSED) == ["400"] * 30
    wait_for("the robot to be shut out", lambda: MACHINES["robot"] in field.banned())
    assert MACHINES["school"] not in field.banned()
    assert field.ask("robot", "/fr/me/") == []
    assert field.ask("school", "/fr/me/") == ["200"]
    # Other rules of packets know nobody who was shut out before, and are told.
    field.apply(KERNEL + "open = 77\n" + BANS)
    wait_for("the robot to be shut out again", lambda: MACHINES["robot"] in field.banned())
    assert field.ask("robot", "/fr/me/") == []
    field.apply(KERNEL)
    wait_for("fail2ban to end", lambda: field.fail2ban("ping") != 0)
    assert field.banned() == ""
    assert field.ask("robot", "/fr/me/") == ["200"]
