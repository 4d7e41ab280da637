"""The caches that stand beside ours in `bin/bench edge`: Varnish with HAProxy for its TLS, and HAProxy's own.

Each is set up for this job as its makers' manuals say. Both keep in memory, write no log of requests and take the
certificate, the ciphers and the versions of TLS that our edge takes.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.edge_asking import Door
from bench.node import processes_of
from entraidectl.edge.nginx.main import CIPHERS
from tests.entraidectl.edge import edges
from tests.journeys.node import wait_for

_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"
_VERSION = re.compile(r"(?:version |varnish-|nginx/)([\d.]+)")
# One thread for each processor that it may run on; `option` lines of logs are left out, as `access_log off` is ours.
_HAPROXY = """\
global
    maxconn 1024
    ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets prefer-client-ciphers
    ssl-default-bind-ciphers {ciphers}

defaults
    timeout connect 5s
    timeout client 30s
    timeout server 30s
"""
# As Varnish's own tutorial has it: bytes are handed over unread, HTTP/2 is Varnish's, and PROXY tells it who asks.
# Reading requests here as well (mode http) took a tenth more processor over HTTP/1.1, and a third more over HTTP/2.
_TLS_ALONE = """
listen tls
    mode tcp
    bind 127.0.0.1:{port} ssl crt {pem} alpn h2,http/1.1
    server varnish unix@{socket} send-proxy-v2
"""
_WITH_CACHE = """
cache kept
    total-max-size 64
    max-object-size 65536
    max-age 3600

listen portal
    mode http
    bind 127.0.0.1:{port} ssl crt {pem} alpn h2,http/1.1
    http-request cache-use kept
    http-response cache-store kept
    server web 127.0.0.1:{web}
"""
_VCL = 'vcl 4.1;\nbackend web {{ .host = "127.0.0.1"; .port = "{web}"; }}\n'


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a cache is made of: a folder for its files, the certificate with its key, and the server behind."""

    folder: Path
    certificate: bytes
    web: int

    @property
    def pem(self) -> Path:
        return self.folder / "certificate-and-key.pem"


@contextmanager
def varnish(wanted: Wanted) -> Iterator[Door]:
    """Run Varnish, and HAProxy before it that takes TLS off the bytes and hands them over on a UNIX socket."""
    _prepare(wanted)
    (port,) = edges.unused_ports(1)
    socket, vcl = wanted.folder / "varnish.sock", wanted.folder / "varnish.vcl"
    vcl.write_text(_VCL.format(web=wanted.web))
    cache = [
        "varnishd", "-F", "-n", str(wanted.folder / "varnish"), "-f", str(vcl), "-a", f"{socket},PROXY",
        "-s", "malloc,64m", "-p", "feature=+http2", "-j", "none",
    ]  # fmt: skip
    tls = _haproxy(wanted, _TLS_ALONE.format(port=port, pem=wanted.pem, socket=socket))
    with _running(cache) as behind:
        wait_for("Varnish to listen", socket.exists)
        with _running(tls) as before:
            yield Door(port, lambda: [*processes_of(behind), *processes_of(before)])


@contextmanager
def haproxy(wanted: Wanted) -> Iterator[Door]:
    """Run HAProxy with its cache of small objects."""
    _prepare(wanted)
    (port,) = edges.unused_ports(1)
    with _running(_haproxy(wanted, _WITH_CACHE.format(port=port, pem=wanted.pem, web=wanted.web))) as process:
        yield Door(port, lambda: processes_of(process))


def version_of(*command: str) -> str:
    """Return the version that a program says it is."""
    said = subprocess.run(command, env={"PATH": _PATH}, capture_output=True, text=True, check=True)
    found = _VERSION.search(said.stdout + said.stderr)
    return found[1] if found else "of an unknown version"


def _prepare(wanted: Wanted) -> None:
    wanted.folder.mkdir()
    wanted.pem.touch(mode=0o600)
    wanted.pem.write_bytes(wanted.certificate)


def _haproxy(wanted: Wanted, section: str) -> list[str]:
    conf = wanted.folder / "haproxy.cfg"
    conf.write_text(_HAPROXY.format(ciphers=":".join(CIPHERS)) + section)
    return ["haproxy", "-db", "-f", str(conf)]


@contextmanager
def _running(command: list[str]) -> Iterator[int]:
    """Run a program until the end; yield the number of its process."""
    environment = {**os.environ, "PATH": _PATH}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)
