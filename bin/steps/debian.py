"""Programs of Debian that tests drive: installed where we may, else it is said what to install."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bin.steps.terminal import Refusal, doing, say


@dataclass(frozen=True, slots=True)
class Program:
    """Something that Debian has; `is_there` tells whether this machine has it, `packages` bring it."""

    name: str
    needed_by: str
    packages: tuple[str, ...]
    is_there: Callable[[], bool]


CHROMIUM = Program(
    "Chromium", "The browser tests", ("chromium", "fonts-dejavu-core"), lambda: bool(shutil.which("chromium"))
)
# The library moves the clock of one process alone, and never this machine's.
LIBFAKETIME = Program(
    "libfaketime", "The drills", ("libfaketime",), lambda: any(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
)
# A token in software, with which tests of certificates try keys that never leave their token.
SOFTHSM = Program("SoftHSM", "The tests of keys in a token", ("softhsm2",), lambda: bool(shutil.which("softhsm2-util")))

# The media server of meetings, which their tests drive for real.
JANUS = Program("Janus", "Meetings of three or more", ("janus",), lambda: bool(shutil.which("janus")))

# What relays meetings of two whose browsers do not reach each other.
COTURN = Program("coturn", "The tests of relays", ("coturn",), lambda: bool(shutil.which("turnserver")))

# What stands before the platform, with its firewall and that one's rules.
NGINX = Program(
    "nginx",
    "The tests of the edge",
    (
        "nginx", "libnginx-mod-http-brotli-filter", "libnginx-mod-http-brotli-static", "libnginx-mod-http-modsecurity",
        "modsecurity-crs", "libnginx-mod-http-cache-purge",
    ),
    lambda: (
        bool(shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin"))
        and Path("/usr/lib/nginx/modules/ngx_http_modsecurity_module.so").exists()
        and Path("/usr/lib/nginx/modules/ngx_http_cache_purge_module.so").exists()
        and Path("/usr/share/modsecurity-crs/rules").is_dir()
    ),
)  # fmt: skip

# What moves addresses and connections between two edges, and the namespaces in which the drills do that.
KEEPALIVED = Program(
    "keepalived",
    "The drills of addresses",
    ("keepalived", "iproute2", "nftables"),
    lambda: all(shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin") for name in ("keepalived", "ip", "nft")),
)

# What shuts out networks that the edge refused too often.
FAIL2BAN = Program(
    "fail2ban", "The tests of bans", ("fail2ban",), lambda: bool(shutil.which("fail2ban-regex", path="/usr/bin:/bin"))
)

# What copies the database away, with the server that it copies.
PGBACKREST = Program(
    "pgBackRest",
    "The tests of backups",
    ("pgbackrest", "postgresql-15"),
    lambda: bool(shutil.which("pgbackrest")) and Path("/usr/lib/postgresql/15/bin/postgres").exists(),
)

# Who asks the platform how it does, and tells whoever is on call.
PROMETHEUS = Program(
    "Prometheus",
    "The tests of supervision",
    ("prometheus", "prometheus-alertmanager", "prometheus-blackbox-exporter", "prometheus-node-exporter"),
    lambda: all(
        shutil.which(name, path="/usr/bin:/usr/local/bin:/bin")
        for name in (
            "prometheus", "promtool", "prometheus-alertmanager", "amtool", "prometheus-blackbox-exporter",
            "prometheus-node-exporter",
        )
    ),
)  # fmt: skip

# Asks over HTTP/1.1 and HTTP/2, for the name of a site that no server of names knows.
H2LOAD = Program("h2load", "The benchmark of the edge", ("nghttp2-client",), lambda: bool(shutil.which("h2load")))

# The caches that stand beside the edge in its benchmark.
VARNISH = Program(
    "Varnish", "The benchmark of the edge", ("varnish",), lambda: bool(shutil.which("varnishd", path="/usr/sbin"))
)
HAPROXY = Program(
    "HAProxy", "The benchmark of the edge", ("haproxy",), lambda: bool(shutil.which("haproxy", path="/usr/sbin"))
)


def ensure_or_say(program: Program, *, without: str = "they are skipped") -> None:
    """Have a program where we may install it; elsewhere say what becomes of the tests which need it."""
    try:
        ensure(program)
    except Refusal as refusal:
        say(f"· {refusal}: {without}")


def ensure(program: Program) -> None:
    """Have a program on this machine. Raises Refusal with what to do when it cannot be had."""
    if program.is_there():
        return
    install = f"apt-get install {' '.join(program.packages)}"
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or not apt:
        raise Refusal(f"{program.needed_by} need {program.name}, which only root may install: sudo {install}")
    with doing(f"Installing Debian's {program.name}"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", *program.packages]):
            done = subprocess.run(  # noqa: S603
                [apt, "--quiet", *command], env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode:
                reason = (done.stderr.strip() or "it gave no reason").splitlines()[-1]
                raise Refusal(f"{program.name} could not be installed ({reason}): {install}")
