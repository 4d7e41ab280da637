"""An edge of a test: its site.toml, its certificate, Debian's nginx as an ordinary process, and how one asks it."""

import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from getpass import getuser
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from entraidectl.cli import DEFAULT_MANIFEST, main
from entraidectl.edge.serving import Watch, running_pid
from tests.entraidectl.edge.backend import Backend
from tests.journeys.node import wait_for

PORTAL = "aide.edge.test"
WWW = "www.edge.test"
CERTIFICATES = "attestation.edge.test"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
MISSING = "nginx is missing: apt-get install nginx"

# For tests that ask more often than a person does.
WIDE_RATES = "\n".join(
    f"[rates.{name}]\nper_second = 100000\nburst = 100000" for name in ("pages", "forms", "signups", "api", "seals")
)


def site_before(behind: str) -> str:
    """Return a site file of an edge on every address of its machine, before one at the address `behind`."""
    return f"""\
version = 1
user = "{getuser()}"
[domains]
portal = "{PORTAL}"
[tls]
certificate = "tls/certificate.pem"
key = "tls/key.pem"
[listen]
on = ["0.0.0.0"]
[pools.web]
servers = ["{behind}:8000"]
[pools.intake]
servers = ["{behind}:8000"]
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass(slots=True)
class Edge:
    """The folder of one edge, and the commands on it."""

    folder: Path
    ports: dict[str, int]
    manifest: Path
    process: subprocess.Popen[bytes] | None = None
    sections: dict[str, str] = field(default_factory=dict)

    @property
    def site(self) -> Path:
        return self.folder / "site.toml"

    @property
    def root(self) -> Path:
        return self.folder / "root"

    @property
    def certificate(self) -> Path:
        return self.folder / "tls" / "certificate.pem"

    @property
    def pid(self) -> int:
        """Return the number of nginx's first process."""
        assert self.process
        return self.process.pid

    @property
    def watch(self) -> Watch:
        return Watch("127.0.0.1", self.ports["metrics"])

    def write(self, **changes: str) -> None:
        """Write site.toml, with the text of these sections instead."""
        self.sections |= changes
        self.site.write_text("\n".join(self.sections.values()))

    def run(self, command: str, *arguments: str) -> Result:
        """Run `entraidectl edge COMMAND`."""
        return CliRunner().invoke(main, self.words(command, *arguments))

    def words(self, command: str, *arguments: str) -> list[str]:
        """Return what follows `entraidectl` on the command line."""
        words = ["--manifest", str(self.manifest), "edge", command, "--site", str(self.site), "--root", str(self.root)]
        return [*words, *arguments]

    def apply(self) -> None:
        """Apply, and fail the test if that fails."""
        result = self.run("apply")
        assert result.exit_code == 0, result.stderr

    def steps(self, command: str = "apply") -> list[dict[str, Any]]:
        """Return what would be done."""
        result = self.run(command, "--dry-run", "--json")
        assert result.exit_code == 0, result.stderr
        steps: list[dict[str, Any]] = json.loads(result.stdout)["steps"]
        return steps

    def start(self, home: Path | None = None) -> None:
        """Start nginx with the configuration that was applied, or with one that was written into a folder."""
        assert NGINX, MISSING
        conf = (home or self.root / "etc/entraide/edge/current") / "nginx.conf"
        log = (self.folder / "nginx.out").open("wb")
        command = [NGINX, "-c", str(conf), "-g", "daemon off;"]
        self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        log.close()
        wait_for("nginx to answer", lambda: self.watch.running() and running_pid(self.root / "run/entraide-edge.pid"))

    def stop(self) -> None:
        """Stop it at once."""
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None

    def kill(self) -> None:
        """Kill it with its workers, so that nothing is tidied up."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)
        wait_for("nobody to answer", lambda: self.watch.running() is None)
        self.process = None

    def connect(self, *, name: str = PORTAL, tls: bool = True, timeout: float = 30) -> socket.socket:
        """Open a connection, with TLS to a server of this name."""
        plain = socket.create_connection(("127.0.0.1", self.ports["https" if tls else "http"]), timeout=timeout)
        if not tls:
            return plain
        context = ssl.create_default_context(cafile=str(self.certificate))
        return context.wrap_socket(plain, server_hostname=name)

    def ask(
        self,
        target: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] = {},
        name: str = PORTAL,
        host: str | None = None,
        tls: bool = True,
    ) -> Answer:
        """Ask once, on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", timeout=30)
        connection.sock = self.connect(name=name, tls=tls)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for header, value in {"Host": host or name, **headers}.items():
                connection.putheader(header, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def answer_to(self, raw: bytes) -> Answer:
        """Send bytes as they are, and return the answer, however long the connection stays."""
        with self.connect() as connection:
            connection.sendall(raw)
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            return Answer(answer.status, answer.headers, answer.read())

    def send(self, raw: bytes, *, tls: bool = True) -> bytes:
        """Send bytes as they are, and return all that comes until the end of the connection."""
        with self.connect(tls=tls) as connection:
            connection.sendall(raw)
            received = b""
            try:
                while data := connection.recv(65536):
                    received += data
            except (ConnectionResetError, ssl.SSLError):
                pass
            return received


def make(folder: Path, backend: Backend, *, manifest: Path = DEFAULT_MANIFEST, names: tuple[str, ...] = ()) -> Edge:
    """Write an edge's file and certificate; nothing is applied and nothing runs yet."""
    ports = dict(zip(("http", "https", "inside", "metrics", "purge"), unused_ports(5), strict=True))
    edge = Edge(folder, ports, manifest)
    static = folder / "static"
    static.mkdir(parents=True)
    certify(folder / "tls", names=names or (PORTAL, WWW, CERTIFICATES))
    edge.write(
        top=f'version = 1\nuser = "{getuser()}"',
        domains=f'[domains]\nportal = "{PORTAL}"\nalso = ["{WWW}"]',
        tls='[tls]\ncertificate = "tls/certificate.pem"\nkey = "tls/key.pem"',
        listen=f'[listen]\non = ["127.0.0.1"]\nhttp = {ports["http"]}\nhttps = {ports["https"]}\n'
        f"inside = {ports['inside']}",
        web=f'[pools.web]\nservers = ["127.0.0.1:{backend.port}"]\nseconds = 20',
        intake=f'[pools.intake]\nservers = ["127.0.0.1:{backend.port}"]\nseconds = 20',
        metrics=f"[metrics]\nport = {ports['metrics']}\nallowed = []",
        files=f'[files]\nstatic = "{static}"',
    )
    return edge


@contextmanager
def running(edge: Edge) -> Iterator[Edge]:
    """Apply an edge and run its nginx until the end."""
    edge.apply()
    edge.start()
    try:
        yield edge
    finally:
        edge.stop()


def unused_ports(count: int) -> list[int]:
    """Return ports that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports


def certify(folder: Path, *, names: tuple[str, ...], ends_in: timedelta = timedelta(days=60)) -> None:
    """Write a certificate that signs itself, and its key."""
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    ends_at = datetime.now(UTC) + ends_in
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends_at - timedelta(days=90))
        .not_valid_after(ends_at)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(encoding))
    (folder / "key.pem").write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
