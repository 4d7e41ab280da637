"""HTTPS on a local network: an authority of this folder's own, and a certificate for this machine's addresses.

Phones give passkeys, camera and offline pages to secure pages only. The authority can vouch for private addresses and
local names alone, so that trusting it on a phone opens no other door.
"""

import ipaddress
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
CERTIFICATE_DAYS = 390
RENEWED_BEFORE_DAYS = 30
PRIVATE_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8")


class NoLocalAddress(Exception):
    """This machine has no private address on which a phone could reach it."""


@dataclass(frozen=True, slots=True)
class Files:
    """Where the certificates and their keys are."""

    folder: Path

    @property
    def authority(self) -> Path:
        """What a phone has to trust."""
        return self.folder / "authority.pem"

    @property
    def certificate(self) -> Path:
        """What the server shows."""
        return self.folder / "server.pem"

    @property
    def key(self) -> Path:
        """The server's key."""
        return self.folder / "server.key"


def local_address() -> str:
    """Return this machine's address on the local network. No packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.168.255.255", 9))
            address = str(probe.getsockname()[0])
        except OSError:
            address = "127.0.0.1"
    if not any(ipaddress.ip_address(address) in ipaddress.ip_network(each) for each in PRIVATE_NETWORKS[:4]):
        raise NoLocalAddress("This machine has no address on a private network: --lan needs one.")
    return address


def local_name() -> str:
    """Return the name under which this machine announces itself on a local network."""
    return f"{socket.gethostname().split('.')[0].lower()}.local"


def prepare(*, folder: Path, names: Sequence[str], now: datetime) -> Files:
    """Have an authority and a certificate for these names and addresses; make what is missing or about to end."""
    files = Files(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not files.authority.exists():
        _make_authority(files, now)
    if not _still_good(files, names, now):
        _make_certificate(files, names, now)
    return files


def _make_authority(files: Files, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Entraide, local authority of {socket.gethostname()}")])
    permitted: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_network(each)) for each in PRIVATE_NETWORKS]
    permitted += [x509.DNSName("local"), x509.DNSName("localhost")]
    certificate = (
        _builder(name, name, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write_key(files.folder / "authority.key", key)
    files.authority.write_bytes(certificate.public_bytes(Encoding.PEM))


def _make_certificate(files: Files, names: Sequence[str], now: datetime) -> None:
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    signing_key = load_pem_private_key((files.folder / "authority.key").read_bytes(), None)
    if not isinstance(signing_key, ec.EllipticCurvePrivateKey):
        raise TypeError("authority.key is not one of ours")
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    certificate = (
        _builder(subject, authority.subject, key.public_key(), now, CERTIFICATE_DAYS)
        .add_extension(x509.SubjectAlternativeName([_general_name(each) for each in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
        .sign(signing_key, hashes.SHA256())
    )
    _write_key(files.key, key)
    # Granian reads one file: the certificate, then the authority that signed it.
    files.certificate.write_bytes(certificate.public_bytes(Encoding.PEM) + files.authority.read_bytes())


def _still_good(files: Files, names: Sequence[str], now: datetime) -> bool:
    if not files.certificate.exists() or not files.key.exists():
        return False
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    covered = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(covered) == {_general_name(each) for each in names} and (
        certificate.not_valid_after_utc > now + timedelta(days=RENEWED_BEFORE_DAYS)
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=issuer,
        public_key=public_key,
        serial_number=x509.random_serial_number(),
        not_valid_before=(now - timedelta(days=1)).astimezone(UTC),
        not_valid_after=(now + timedelta(days=days)).astimezone(UTC),
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write_key(file: Path, key: ec.EllipticCurvePrivateKey) -> None:
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
