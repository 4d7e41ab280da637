"""The certificates' site as it runs: built for the roots of a folder of keys, served with its seals; an attacker."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from bin.steps import certificates_site
from bin.steps.certificates_site import Trust
from tests.certificates_site import peer as peers
from tests.certificates_site.peer import Peer
from tests.certificates_site.visits import phone_of
from tests.journeys.node import ROOT, wait_for


@dataclass(frozen=True, slots=True)
class Running:
    """The site's address and where its requests are written down; it can be cut off and brought back."""

    url: str
    record: Path
    var_dir: Path
    port: int
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def requests(self) -> list[str]:
        """Return what was asked so far: method, path with query, length of the body."""
        return self.record.read_text(encoding="utf-8").splitlines() if self.record.exists() else []

    def start(self) -> None:
        """Serve, and wait until it answers."""
        command = [
            sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(self.port),
            "--workers", "1", "--no-ws", "--log-level", "error", "tests.certificates_site.recorded:application",
        ]  # fmt: skip
        environment = {
            **os.environ, "MODE": "development", "VAR_DIR": str(self.var_dir), "RECORD": str(self.record),
            "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        self._processes.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        wait_for("the site to answer", self._answers)

    def stop(self) -> None:
        """Cut it off."""
        for process in self._processes:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
        self._processes.clear()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The running site."""
    var_dir = tmp_path_factory.mktemp("var")
    environment = {**os.environ, "MODE": "development", "VAR_DIR": str(var_dir), "PYTHONPATH": str(ROOT)}
    signed = tmp_path_factory.mktemp("signed")
    roots = subprocess.run(
        [sys.executable, "-m", "config.seal_roots", str(signed)],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    documents = {file.name: file for file in signed.glob("*.cose")}
    certificates_site.build(var_dir=var_dir, trust=Trust(roots, documents))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    running = Running(f"http://localhost:{port}", var_dir / "requests.txt", var_dir, port)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def phone(browser: Browser, site: Running) -> Iterator[Page]:
    """A phone that has never been here."""
    context = phone_of(browser, site.url)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """The site's side of the format, as a process to ask."""
    with peers.running(tmp_path_factory.mktemp("peer")) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Attacker:
    """A server of somebody else's, and what it heard."""

    url: str
    heard: list[str]


@pytest.fixture(scope="module")
def attacker() -> Iterator[Attacker]:
    """A server that writes down everything that reaches it."""
    heard: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(f"{self.command} {self.path}")
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_HEAD = do_OPTIONS = do_GET

        def log_message(self, format: str, *arguments: object) -> None:
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Attacker(f"http://127.0.0.1:{server.server_address[1]}", heard)
    server.shutdown()
    thread.join()
    server.server_close()
