"""A deployment as its units start it: every process by its command, in production, on a database made from nothing."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from django.conf import settings
from psycopg.sql import SQL, Identifier

from config import run
from entraidectl import manifest
from entraidectl.deploy import systemd
from tests.journeys.node import ROOT, wait_for
from tests.server import address_of

SIGN_UP = {
    "email": "somebody@example.org",
    "first_name": "Some",
    "last_name": "Body",
    "birth_date": "1990-05-17",
    "postcode": "67000",
    "consent": True,
}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def database_url() -> Iterator[str]:
    """An empty database beside that of the tests."""
    known = settings.DATABASES["default"]
    name = f"run_{uuid4().hex[:12]}"
    with psycopg.connect(address_of({**known, "NAME": "postgres"}), autocommit=True) as admin:
        admin.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            yield address_of({**known, "NAME": name})
        finally:
            admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture
def variables(database_url: str, tmp_path: Path) -> dict[str, str]:
    """What a file of /etc holds on the machine of a deployment."""
    # The assets that the tests have built already are this deployment's too.
    (tmp_path / "assets").symlink_to(settings.VAR_DIR / "assets")
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "MODE": "production",
        "SECRET_KEY": uuid4().hex * 2,
        "DATABASE_URL": database_url,
        "VAR_DIR": str(tmp_path),
        "PUBLIC_URL": "https://aide.example.org",
        "PORT": str(free_port()),
        "INTAKE_PORT": str(free_port()),
        "SEALS_PORT": str(free_port()),
        "METRICS_PORT": str(free_port()),
        # Nobody answers there: mail waits, and what is tested here does not wait for mail.
        "MAIL_URL": "smtp://127.0.0.1:9",
        "MAIL_FROM": "aide@example.org",
    }


def manage(*arguments: str, variables: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "config.manage", *arguments]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False, timeout=120)


@contextmanager
def process(name: str, variables: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run one process of the deployment, which must end well when it is asked to; what it says goes to a file."""
    with log_of(name, variables).open("wb") as log:
        command = [sys.executable, "-m", "config.manage", "run", name]
        started = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=log, stderr=log)
    try:
        yield started
        started.send_signal(signal.SIGTERM)
        assert started.wait(timeout=40) == 0, name
    finally:
        started.kill()
        started.wait()


def log_of(name: str, variables: dict[str, str]) -> Path:
    return Path(variables["VAR_DIR"]) / f"{name}.log"


def answer_of(address: str) -> httpx.Response | None:
    try:
        response = httpx.get(address, timeout=5, headers={"Host": "aide.example.org", "X-Forwarded-Proto": "https"})
    except httpx.TransportError:
        return None
    return response if response.status_code == 200 else None


def test_a_deployment_starts_takes_a_sign_up_and_ends(variables: dict[str, str]) -> None:
    prepared = manage("prepare", variables=variables)
    assert prepared.returncode == 0, prepared.stderr
    assert "demonstration" not in prepared.stderr

    web, intake, metrics = (f"http://127.0.0.1:{variables[name]}" for name in ("PORT", "INTAKE_PORT", "METRICS_PORT"))
    with ExitStack() as running:
        for name in run.PROCESSES:
            running.enter_context(process(name, variables))
        wait_for("the pages", lambda: answer_of(f"{web}/readyz"))
        wait_for("the sign-ups", lambda: answer_of(f"{intake}/readyz"))
        wait_for("the measurements", lambda: answer_of(f"{metrics}/metrics"))

        taken = httpx.post(f"{intake}/v1/signups", json=SIGN_UP, timeout=60)
        assert taken.status_code == 202, taken.text
        receipt = taken.json()["receipt"]

        def settled() -> bool:
            answer = answer_of(f"{intake}/v1/signups/{receipt}")
            return answer is not None and answer.json()["state"] == "done"

        wait_for("the worker to make a person of the sign-up", settled)
        assert answer_of(f"{web}/fr/") is not None
        for shut in ("dev/mail/", "dev/style/", "dev/authority.crt", "metrics"):
            assert httpx.get(f"{web}/{shut}", headers={"Host": "aide.example.org"}, timeout=60).status_code == 404, shut
        assert httpx.get(f"{intake}/metrics", timeout=60).status_code == 404
        asked = {"Host": "elsewhere.example", "X-Request-ID": "0123456789abcdef0123456789abcdef"}
        refused = httpx.get(f"{web}/fr/", headers=asked, timeout=60)
        assert refused.status_code == 400

    lines = [json.loads(line) for name in run.PROCESSES for line in log_of(name, variables).read_text().splitlines()]
    assert all(line.keys() >= {"at", "level", "logger", "message"} for line in lines)
    assert {line["message"] for line in lines} >= {
        f"metrics are on port {int(variables['METRICS_PORT']) + number}" for number in range(len(run.PROCESSES))
    }
    assert [line.get("request_id") for line in lines if "elsewhere.example" in line["message"]] == [
        refused.headers["X-Request-ID"]
    ]


@pytest.mark.parametrize(("name", "port"), [("web", "PORT"), ("intake", "INTAKE_PORT")])
def test_a_server_that_is_killed_leaves_nobody_on_its_port(variables: dict[str, str], name: str, port: str) -> None:
    address = f"http://127.0.0.1:{variables[port]}/healthz"
    with subprocess.Popen([sys.executable, "-m", "config.manage", "run", name], cwd=ROOT, env=variables) as server:
        wait_for("the server to answer", lambda: answer_of(address))
        server.kill()
        server.wait()
    wait_for("the port to be free", lambda: answer_of(address) is None)


def test_every_unit_starts_a_process_that_there_is(tmp_path: Path) -> None:
    read = manifest.load(ROOT / "ops" / "manifest.json")
    known = {process.name for process in read.processes}
    assert known == set(run.PROCESSES)
    for each in read.processes:
        text = systemd.unit(each, root=ROOT, user="entraide", environment=tmp_path / "environment")
        assert re.search(rf"^ExecStart={re.escape(str(ROOT))}/bin/manage run {each.name}$", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"DATABASE_URL": ""}, "DATABASE_URL: a process of a deployment needs"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY: the value given (a secret, not shown) is not a random text of 32"),
        ({"PORT": "no"}, "PORT"),
        ({"METRICS_HOST": "nowhere"}, "METRICS_HOST: 'nowhere' is not an IP address"),
        ({"MAIL_URL": ""}, "MAIL_URL is not set"),
        ({"MAIL_FROM": "nobody"}, "MAIL_FROM: 'nobody' is not Name <address>"),
        ({"PUBLIC_URL": "https://"}, "PUBLIC_URL: 'https://' is not an absolute"),
        ({"OIDC_PROVIDERS": '[{"name": "One"}]'}, "OIDC_PROVIDERS: a provider has no provider_id"),
        ({"HOST": "192.0.2.1"}, "PORT: cannot listen on 192.0.2.1"),
    ],
)
def test_what_is_in_the_way_of_a_process_is_told_in_one_line(
    tmp_path: Path, changes: dict[str, str], told: str
) -> None:
    usual = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "SECRET_KEY": "x" * 50,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
        "MAIL_URL": "smtp://127.0.0.1:9",
        "VAR_DIR": str(tmp_path),
        "PORT": str(free_port()),
    }
    refused = manage("run", "web", variables=usual | changes)
    assert refused.returncode == 1
    assert told in refused.stderr
    assert refused.stderr.count("\n") == 1, refused.stderr


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        variables = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "SECRET_KEY": "x" * 50,
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
            "VAR_DIR": str(tmp_path),
            "INTAKE_PORT": str(port),
        }
        refused = manage("run", "intake", variables=variables)
    assert refused.returncode == 1
    assert refused.stderr == f"INTAKE_PORT: port {port} of 127.0.0.1 is taken by another program\n"
