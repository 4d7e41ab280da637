"""A site is killed, or hangs, and whoever is on call is told; it comes back, and they are told that too.

Prometheus, the prober and Alertmanager run for real on what was made of site.toml, on this machine's own address alone.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.drills import recoveries
from tests.entraidectl.edge import backend as backends
from tests.entraidectl.edge.backend import Backend
from tests.entraidectl.status.supervised import SITE, program, write
from tests.entraidectl.test_status import unused_port
from tests.journeys.node import wait_for

pytestmark = pytest.mark.drill
EVERY_SECONDS, LASTING_SECONDS, GATHER_SECONDS = 1, 3, 2
FIRING = 'count(ALERTS{alertstate="firing"})'
SITE_ALERT = "EntraideSiteDown"
PAGES = ("readyz", "v1/signups/challenge", "metrics")


@dataclass(slots=True)
class SmallSite:
    """A site that answers what is asked of a portal, as a process that can be killed."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        for page in PAGES:
            (self.folder / page).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / page).touch()
        command = [sys.executable, "-m", "http.server", str(self.port), "--bind", "127.0.0.1"]
        self.process = subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def signal(self, number: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(number)

    def stop(self) -> None:
        if self.process:
            end(self.process)


@dataclass(slots=True)
class Supervised:
    """A site, those who watch it, and where they tell of it."""

    site: SmallSite
    on_call: Backend
    prometheus: int

    def value(self, asked: str) -> float | None:
        """Ask Prometheus; None while it knows nothing, or is not there yet."""
        address = f"http://127.0.0.1:{self.prometheus}/api/v1/query"
        with suppress(httpx.TransportError):
            told = httpx.get(address, params={"query": asked}, trust_env=False)
            found = told.json()["data"]["result"] if told.status_code == 200 else []
            return float(found[0]["value"][1]) if found else None
        return None

    def told(self, status: str) -> list[dict[str, Any]]:
        """Return the alerts that those on call were told of, firing or resolved."""
        messages = [json.loads(asked.body) for asked in list(self.on_call.asked)]
        return [alert for message in messages for alert in message["alerts"] if alert["status"] == status]

    def told_since(self, name: str) -> set[str]:
        """Return the names of the alerts that those on call were told of from the first message with one of them on."""
        messages = [names_of(json.loads(asked.body)["alerts"]) for asked in list(self.on_call.asked)]
        first = next(place for place, names in enumerate(messages) if name in names)
        return set().union(*messages[first:])

    def seconds_until_told(self, status: str) -> float:
        """Return how long it takes from now until those on call are told that the site is gone, or is back."""
        began = time.monotonic()
        wait_for(f"a message that the site's alert is {status}", lambda: SITE_ALERT in names_of(self.told(status)))
        return time.monotonic() - began


def names_of(alerts: list[dict[str, Any]]) -> set[str]:
    """Return the names of alerts."""
    return {alert["labels"]["alertname"] for alert in alerts}


@contextmanager
def running(folder: Path, name: str, *arguments: str) -> Iterator[None]:
    """Run one of the programs while the test lasts, away from proxies that this machine may name."""
    environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [program(name), *arguments], cwd=folder, stdout=log, stderr=log, env=environment, start_new_session=True
        )
    try:
        yield
    finally:
        end(process)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process of ours, stopped or not."""
    process.kill()
    process.wait(timeout=20)


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    """A site that is well, watched every second."""
    site = SmallSite(tmp_path / "site", unused_port())
    ports = {name: unused_port() for name in ("prometheus", "alertmanager", "blackbox")}
    with ExitStack() as stack:
        on_call = stack.enter_context(backends.running())
        made = write(tmp_path, site_text(site, on_call, ports))
        assert made.exit_code == 0, made.output
        out, listen = tmp_path / "out", {name: f"--web.listen-address=127.0.0.1:{port}" for name, port in ports.items()}
        stack.callback(site.stop)
        site.start()
        stack.enter_context(
            running(
                tmp_path, "prometheus", f"--config.file={out}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/tsdb",
                listen["prometheus"],
            )
        )  # fmt: skip
        stack.enter_context(
            running(
                tmp_path, "prometheus-alertmanager", f"--config.file={out}/alertmanager.yml",
                f"--storage.path={tmp_path}/told", "--cluster.listen-address=", listen["alertmanager"],
            )
        )  # fmt: skip
        stack.enter_context(
            running(tmp_path, "prometheus-blackbox-exporter", f"--config.file={out}/blackbox.yml", listen["blackbox"])
        )
        watched = Supervised(site, on_call, ports["prometheus"])
        wait_for("all to be watched and well", lambda: watched.value("sum(probe_success) == 3 and sum(up) == 6"))
        yield watched


def site_text(site: SmallSite, on_call: Backend, ports: dict[str, int]) -> str:
    """Return a site file by which the site is watched, and told of at the webhook."""
    who = "".join(f'{name} = "127.0.0.1:{port}"\n' for name, port in ports.items())
    without_seals = SITE.split("[supervision]")[0].replace('certificates = "attestation.example.org"\n', "")
    return f"""\
{without_seals}
[supervision]
processes = ["127.0.0.1:{site.port}"]
portal = "http://127.0.0.1:{site.port}"
every_seconds = {EVERY_SECONDS}
lasting_seconds = {LASTING_SECONDS}
gather_seconds = {GATHER_SECONDS}
{who}
[supervision.webhook]
url = "http://127.0.0.1:{on_call.port}/alerts"
"""


@pytest.mark.parametrize(
    ("fault", "number"),
    [("was killed", signal.SIGKILL), ("hung with its port open", signal.SIGSTOP)],
    ids=["killed", "hangs"],
)
def test_those_on_call_are_told_that_the_site_is_gone_and_that_it_is_back(
    supervised: Supervised, fault: str, number: signal.Signals
) -> None:
    site = supervised.site
    assert supervised.told("firing") == []

    site.signal(number)
    seconds = supervised.seconds_until_told("firing")
    recoveries.note(
        f"supervision: the site {fault}",
        seconds=seconds,
        seen=f"until the message came; asked every {EVERY_SECONDS} s, away for {LASTING_SECONDS} s",
    )
    wait_for("the lesser alerts to fire too", lambda: supervised.value(FIRING) == 4)
    # Once they know that the site is gone, those on call are not told that its parts do not answer either.
    assert supervised.told_since(SITE_ALERT) <= {SITE_ALERT, "EntraideProcessGone"}

    if number is signal.SIGSTOP:
        site.signal(signal.SIGCONT)
    else:
        site.stop()
        site.start()
    seconds = supervised.seconds_until_told("resolved")
    recoveries.note(f"supervision: the site is back ({fault})", seconds=seconds, seen="until the message came")
    wait_for("the end of the lesser alerts", lambda: supervised.value(f"({FIRING}) or vector(0)") == 0)

    told = {alert["labels"]["alertname"]: alert for alert in supervised.told("firing")}
    assert told[SITE_ALERT]["annotations"]["summary"].startswith("The portal does not answer")
    assert told[SITE_ALERT]["annotations"]["runbook"] == "docs/operate/supervision.md#entraidesitedown"
