"""The replicated log over encrypted lines, with certificates on both ends: three real servers, real certificates."""

import asyncio
import ipaddress
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from entraide.foundation.jetstream import Away, Log, Servers, Streams
from tests.nats_cluster import PASSWORD, ROOT, USER, cluster, ready

DAY = timedelta(days=1)
STREAMS = Streams("encrypted")


class Authority:
    """Signs certificates for this machine; its own and theirs are PEM files in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of the tests")])
        self.file = self._write("authority", self._signed(self._name, self._key.public_key(), is_authority=True))

    def certify(self, name: str) -> tuple[Path, Path]:
        """Return the files of a certificate for this machine, and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._write(name, self._signed(subject, key.public_key(), is_authority=False))
        secret = self._folder / f"{name}.key"
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, secret

    def _signed(self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, is_authority: bool) -> x509.Certificate:
        here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - DAY)
            .not_valid_after(now + DAY)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(here, critical=False)
            # Python 3.13 is strict about these.
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .add_extension(_usage(is_authority=is_authority), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    def _write(self, name: str, certificate: x509.Certificate) -> Path:
        file = self._folder / f"{name}.pem"
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return file


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority, key_cert_sign=is_authority, crl_sign=is_authority, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Three servers that want certificates, and what a client of theirs is given."""
    folder = tmp_path_factory.mktemp("nats-tls")
    authority = Authority(folder / "certificates")
    certificate, key = authority.certify("server")
    files = {"NATS_CERTIFICATE": str(certificate), "NATS_KEY": str(key), "NATS_AUTHORITY": str(authority.file)}
    with cluster(folder, configuration=ROOT / "ops/nats/node-tls.conf", **files) as running:
        shown, secret = authority.certify("client")
        addresses = tuple(address.replace("nats:", "tls:") for address in running.addresses)
        yield Servers(addresses, authority=authority.file, certificate=shown, key=secret)


async def refused(servers: Servers) -> None:
    """See that nothing is taken."""
    log = Log(servers, STREAMS)
    with pytest.raises(Away):
        await log.append(b"x")
    await log.close()


async def test_a_log_over_encrypted_lines_keeps_and_gives_back(servers: Servers) -> None:
    log = await ready(servers, STREAMS)
    await log.append(b"kept")
    messages = await log.read(log.parts[0], most=2, seconds=5)
    await log.settle(messages)
    assert [message.payload for message in messages] == [b"kept"]
    await log.close()


async def test_servers_of_another_authority_are_not_trusted(servers: Servers, tmp_path: Path) -> None:
    await refused(replace(servers, authority=Authority(tmp_path / "other").file))


async def test_whoever_shows_no_certificate_or_a_strange_one_is_refused(servers: Servers, tmp_path: Path) -> None:
    await refused(replace(servers, certificate=None, key=None))
    certificate, key = Authority(tmp_path / "other").certify("client")
    await refused(replace(servers, certificate=certificate, key=key))


async def test_a_server_without_encryption_is_not_told_the_password(servers: Servers) -> None:
    heard: list[bytes] = []

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak first, as a server does that wants no encryption, and listen."""
        writer.write(b'INFO {"server_id":"x","version":"2.11.0","max_payload":1048576,"tls_required":false}\r\n')
        heard.append(await reader.read(1000))
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as stranger:
        port = stranger.sockets[0].getsockname()[1]
        await refused(replace(servers, addresses=(f"tls://{USER}:{PASSWORD}@127.0.0.1:{port}",)))
    assert heard
    # The first byte of an encrypted line, and nothing of what must not be said in clear.
    assert {said[:1] for said in heard} == {b"\x16"}
    assert not any(PASSWORD.encode() in said for said in heard)
