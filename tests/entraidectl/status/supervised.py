"""A site of tests that says how it is supervised, the files made of it, and Debian's programs that judge those."""

import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from entraidectl.cli import main
from entraidectl.edge.site.supervision import Supervision
from entraidectl.status.alerts.panels import DASHBOARDS
from entraidectl.status.alerts.rules import all_alerts

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = "prometheus prometheus-alertmanager prometheus-blackbox-exporter prometheus-node-exporter"
RUNBOOK = ROOT / "docs" / "operate" / "supervision.md"
# What is asked of Prometheus, by the alert or the plot that asks.
QUESTIONS = {
    **{alert.name: alert.when for alert in all_alerts(Supervision())},
    **{
        f"{dashboard.name}: {panel.title}": " ; ".join(panel.lines.values())
        for dashboard in DASHBOARDS
        for panel in dashboard.panels
    },
}
SITE = """\
version = 1
[domains]
portal = "aide.example.org"
certificates = "attestation.example.org"
[tls]
certificate = "a.pem"
key = "b.pem"
[pools.web]
servers = ["10.0.0.1:8000"]
[pools.intake]
servers = ["10.0.0.1:8001"]
[pools.seals]
servers = ["10.0.0.1:8002"]
[files]
certificates = "site"
[[nodes]]
name = "edge-1"
address = "10.0.0.8"
[[addresses]]
address = "203.0.113.10"
node = "edge-1"
[supervision]
processes = ["10.0.0.1:9100", "10.0.0.1:9101"]
machines = ["10.0.0.1:9180"]
edges = ["10.0.0.8:9145"]
"""
MAIL = """\
[supervision.mail]
to = ["on-call@example.org", "second@example.org"]
sender = "supervision@example.org"
server = "mail.example.net:587"
"""
WEBHOOK = """\
[supervision.webhook]
url = "http://127.0.0.1:9/alerts"
"""


def program(name: str) -> str:
    """Return where a program is; skip the test that needs it where it is missing."""
    found = shutil.which(name, path="/usr/bin:/usr/local/bin:/bin")
    if not found:
        pytest.skip(f"{name} is missing: apt-get install {PACKAGES}")
    return found


def accepts(*command: str) -> str:
    """Run a checking program and return what it says; fail with that where it complains."""
    done = subprocess.run([program(command[0]), *command[1:]], capture_output=True, text=True, check=False, timeout=60)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def write(folder: Path, text: str, *options: str) -> Result:
    """Write a site file and make the files of it in the folder's `out`."""
    file = folder / "site.toml"
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(
        main, ["status", "supervision", "--site", str(file), "--out", str(folder / "out"), *options]
    )


def asked_for(beginning: str) -> set[str]:
    """Return the names of measurements that alerts and dashboards ask for and that begin so."""
    return {name for asked in QUESTIONS.values() for name in re.findall(rf"\b{beginning}\w+", asked)}


def answer_of(address: str) -> str:
    """Return what is answered; nothing while nobody listens."""
    with suppress(httpx.TransportError):
        return httpx.get(address, timeout=20, trust_env=False).text
    return ""
