"""HTTPS on a local network: browsers accept the certificate once they trust the authority, and for nothing else."""

import http.server
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509

from config import lan

NOW = datetime.now(UTC)
NAMES = ("desk.local", "192.168.1.20", "127.0.0.1", "localhost")


@pytest.fixture
def files(tmp_path: Path) -> lan.Files:
    """An authority and a certificate."""
    return lan.prepare(folder=tmp_path / "lan", names=NAMES, now=NOW)


@pytest.fixture
def address(files: lan.Files) -> Iterator[str]:
    """A server that shows the certificate."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_whoever_trusts_the_authority_accepts_the_certificate(files: lan.Files, address: str) -> None:
    trusting = ssl.create_default_context(cafile=files.authority)
    assert httpx.head(address, verify=trusting).status_code == 200


def test_whoever_does_not_trust_it_refuses(address: str) -> None:
    with pytest.raises(httpx.ConnectError, match="self-signed"):
        httpx.head(address, verify=ssl.create_default_context())


def test_the_authority_can_vouch_for_local_names_alone(files: lan.Files) -> None:
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    assert limits.value.permitted_subtrees
    assert {str(each.value) for each in limits.value.permitted_subtrees} >= {"local", "localhost", "192.168.0.0/16"}


def test_the_authority_stays_and_the_certificate_follows_the_addresses(files: lan.Files) -> None:
    authority, certificate = files.authority.read_bytes(), files.certificate.read_bytes()
    lan.prepare(folder=files.folder, names=NAMES, now=NOW)
    assert files.certificate.read_bytes() == certificate
    lan.prepare(folder=files.folder, names=(*NAMES, "10.0.0.7"), now=NOW)
    assert files.certificate.read_bytes() != certificate
    assert files.authority.read_bytes() == authority


def test_the_certificate_is_renewed_before_it_ends(files: lan.Files) -> None:
    before = files.certificate.read_bytes()
    lan.prepare(folder=files.folder, names=NAMES, now=NOW + timedelta(days=lan.CERTIFICATE_DAYS - 10))
    assert files.certificate.read_bytes() != before


def test_keys_are_readable_by_their_owner_only(files: lan.Files) -> None:
    assert {file.stat().st_mode & 0o777 for file in files.folder.glob("*.key")} == {0o600}
    assert files.folder.stat().st_mode & 0o777 == 0o700
