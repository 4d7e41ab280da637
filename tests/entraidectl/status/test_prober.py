"""What the prober says of a site over TLS: asked at a public address by number, it asks for the portal's name."""

import os
import re
import ssl
import subprocess
import threading
import time
import urllib.parse
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.entraidectl.edge.edges import certify
from tests.entraidectl.status.supervised import answer_of, asked_for, program
from tests.entraidectl.test_status import unused_port
from tests.journeys.node import wait_for

NAME = "aide.example.org"


class Portal(BaseHTTPRequestHandler):
    """A portal that leads from its first page to the one of a language, and hides whether it is ready."""

    def do_GET(self) -> None:
        """Answer as the portal would somebody whom it does not know."""
        status = {"/": 302, "/fr/": 200, "/v1/keys": 200}.get(self.path, 404)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/fr/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Write nothing."""


class PortalServer(ThreadingHTTPServer):
    """Its server."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: whoever does not like the certificate goes away."""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address by number of a portal over TLS, and its certificate, which ends in ten days."""
    folder = tmp_path_factory.mktemp("portal")
    certify(folder, names=(NAME,), ends_in=timedelta(days=10))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    with PortalServer(("127.0.0.1", 0), Portal) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"https://127.0.0.1:{server.server_port}", folder / "certificate.pem"
        server.shutdown()


@pytest.fixture(scope="module")
def prober(made: Path, portal: tuple[str, Path]) -> Iterator[str]:
    """The address of a running prober that trusts that certificate."""
    port = unused_port()
    environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    process = subprocess.Popen(
        [
            program("prometheus-blackbox-exporter"),
            f"--config.file={made}/blackbox.yml",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        env={**environment, "SSL_CERT_FILE": str(portal[1])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for("the prober to listen", lambda: answer_of(f"{address}/-/healthy"))
        yield address
    finally:
        process.kill()
        process.wait(timeout=20)


def probed(prober: str, **asked: str) -> dict[str, float]:
    """Let the prober ask, and return what it measured."""
    text = answer_of(f"{prober}/probe?{urllib.parse.urlencode(asked)}")
    return {name: float(value) for name, value in re.findall(r"^(probe_\w+) (\S+)$", text, re.MULTILINE)}


def test_a_public_address_is_asked_for_the_name_of_the_portal(prober: str, portal: tuple[str, Path]) -> None:
    found = probed(prober, module="address", target=f"{portal[0]}/", hostname=NAME)
    assert found["probe_success"] == 1
    assert asked_for("probe_") <= set(found)
    assert 9 < (found["probe_ssl_earliest_cert_expiry"] - time.time()) / 86400 < 11


@pytest.mark.parametrize("host", [{}, {"hostname": "other.example.org"}], ids=["no name", "another"])
def test_a_certificate_of_another_name_is_no_answer(
    prober: str, portal: tuple[str, Path], host: dict[str, str]
) -> None:
    assert probed(prober, module="address", target=f"{portal[0]}/", **host)["probe_success"] == 0


@pytest.mark.parametrize(
    ("module", "path", "success"),
    [("page", "/", 1), ("ok", "/v1/keys", 1), ("ok", "/readyz", 0), ("ok", "/", 0), ("page", "/lost/", 0)],
)
def test_a_page_may_lead_to_another_and_has_to_be_there(
    prober: str, portal: tuple[str, Path], module: str, path: str, success: int
) -> None:
    found = probed(prober, module=module, target=f"{portal[0]}{path}", hostname=NAME)
    assert found["probe_success"] == success
    assert found["probe_duration_seconds"] > 0
