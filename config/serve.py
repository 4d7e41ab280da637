"""The newcomer's portal: database and processes from one command. `bin/serve` runs this in .venv."""

import argparse
import hashlib
import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, replace

from config import environment as names
from config import lan, media_node, seal_keys
from config.run import INDEXER, OPEN_FILES, WORKER, Obstacle, server
from entraide.foundation import claims, clock, open_files, postgres
from entraide.foundation.env import Environment, SettingError
from entraide.foundation.parent import die_with_parent
from entraide.foundation.supervisor import GaveUp, Program, Supervisor
from entraide.meetings.drivers import janus_server

READY_SECONDS = 90.0
LOCAL_NODE = "local"
WATCHED = ("entraide", "config", "locale", "requirements/run.lock")


@dataclass(frozen=True, slots=True)
class Site:
    """Where the portal listens and how people reach it."""

    host: str
    port: int
    addresses: tuple[str, ...]
    certificates: lan.Files | None = None
    seals_port: int = 0
    # The secret of the media server that runs beside the portal, and its id; empty without one.
    media_node: tuple[str, str] = ("", "")
    # Whether the certificates' pages were built; without them there are seals alone.
    has_pages: bool = False

    @property
    def certificates_address(self) -> str:
        """Where certificates are made."""
        return f"{self.addresses[0].rpartition(':')[0]}:{self.seals_port}"

    @property
    def probe(self) -> str:
        """The address at which this machine asks whether the portal is ready."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "127.0.0.1") else self.host  # noqa: S104 (compared, not bound)
        return f"{'https' if self.certificates else 'http'}://{f'[{host}]' if ':' in host else host}:{self.port}"


def site_of(environment: Environment, *, on_lan: bool) -> Site:
    """Return where to listen; with `on_lan`, on every address and with certificates for them."""
    port, seals_port = environment.value(names.PORT), _seals_port(environment)
    has_pages = (environment.value(names.VAR_DIR) / "certificates-site" / "headers.json").exists()
    if not on_lan:
        address = f"http://localhost:{port}"
        return Site(
            host=environment.value(names.HOST), port=port, addresses=(address,), seals_port=seals_port,
            has_pages=has_pages,
        )  # fmt: skip
    address, name = lan.local_address(), lan.local_name()
    files = lan.prepare(
        folder=environment.value(names.VAR_DIR) / "lan", names=(name, address, "127.0.0.1", "localhost"),
        now=clock.now(),
    )  # fmt: skip
    addresses = (f"https://{address}:{port}", f"https://{name}:{port}")
    return Site(
        host="0.0.0.0", port=port, addresses=addresses, certificates=files, seals_port=seals_port,  # noqa: S104 (--lan)
        has_pages=has_pages,
    )  # fmt: skip


def with_meetings(environment: Environment, site: Site) -> Site:
    """Make the media server of this machine known, so that meetings are not for two alone. Raises Obstacle."""
    if not janus_server.installed():
        raise Obstacle("Meetings of three or more need Janus: apt-get install janus")
    url = f"ws://127.0.0.1:{_media_ports(site)['ws']}"
    command = [sys.executable, "-m", "config.manage", "media_node", "add", LOCAL_NODE, "--url", url]
    added = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 (our own program)
    if added.returncode:
        raise Obstacle(f"The media server could not be made known: {added.stderr.strip()}")
    told = dict(line.split("=", 1) for line in added.stdout.splitlines() if "=" in line)
    return replace(site, media_node=(told["MEDIA_NODE_ID"], told["MEDIA_NODE_SECRET"]))


def _media_ports(site: Site) -> dict[str, int]:
    return {name: site.port + 10 + number for number, name in enumerate(media_node.PORTS)}


def _media_program(environment: Environment, site: Site, variables: dict[str, str]) -> Program:
    node, secret = site.media_node
    folder = environment.value(names.VAR_DIR) / "media-node"
    ports = [word for name, port in _media_ports(site).items() for word in (f"--{name}-port", str(port))]
    trusted = {"SSL_CERT_FILE": str(site.certificates.authority)} if site.certificates else {}
    return Program(
        name="media",
        command=[
            sys.executable, "-m", "config.media_node", "--platform", site.addresses[0], "--node", node,
            "--folder", str(folder), *ports,
        ],
        environment={**variables, **trusted, "MEDIA_NODE_SECRET": secret},
    )  # fmt: skip


def _seals_port(environment: Environment) -> int:
    """Return the port of the seals: their own setting, or two above the portal's. 0 leaves them off, and says why."""
    port = environment.value(names.PORT) + 2
    if environment.value(names.SEALS_PORT) != names.SEALS_PORT.default:
        port = environment.value(names.SEALS_PORT)
    try:
        if port <= 65535 and claims.port_is_free(host=environment.value(names.HOST), port=port):
            seal_keys.opened(environment)
            return port
        obstacle = f"port {port} is taken; SEALS_PORT chooses another"
    except (*seal_keys.UNUSABLE, OSError) as error:
        obstacle = str(error)
    say(f"· Certificates are not sealed here: {obstacle}.")
    return 0


def programs(site: Site, variables: dict[str, str]) -> list[Program]:
    """Return what runs: pages and sign-ups on one port, worker, indexer, and certificates on a port of their own."""
    web = server("config.asgi:application", interface="asgi", host=site.host, port=site.port, takes_websockets=True)
    encryption = []
    if site.certificates:
        encryption = [
            "--ssl-certificate", str(site.certificates.certificate), "--ssl-keyfile", str(site.certificates.key)
        ]  # fmt: skip
    web += encryption
    found = [
        Program(name="web", command=web, environment=variables),
        Program(name="worker", command=WORKER, environment=variables),
        Program(name="indexer", command=INDEXER, environment=variables),
    ]
    if site.seals_port:
        if site.has_pages:
            target, interface = "config.certificates_site:application", "asgi"
        else:
            target, interface = "config.seals:served", "rsgi"
        seals = server(target, interface=interface, host=site.host, port=site.seals_port)
        found.append(Program(name="seals", command=[*seals, *encryption], environment=variables))
    return found


def prepare(environment: Environment, lease: postgres.Lease | None) -> None:
    """Bring tables, territories, demonstration and static files up to date, unless nothing changed since."""
    stamp = environment.value(names.VAR_DIR) / "prepared.stamp"
    # What another machine holds, as the log of sign-ups, is looked at with every start.
    known = lease and not environment.value(names.INTAKE_LOG)
    value = _fingerprint(environment, lease) if lease and known else ""
    if value and stamp.exists() and stamp.read_text(encoding="ascii") == value:
        return
    stamp.unlink(missing_ok=True)
    # In a session of its own, so that Ctrl-C reaches this process alone.
    prepared = subprocess.run(
        [sys.executable, "-m", "config.prepare"], check=False, start_new_session=True, preexec_fn=die_with_parent
    )
    if prepared.returncode:
        raise Obstacle("Entraide did not start; the reason is above.")
    if value:
        stamp.write_text(value, encoding="ascii")


def _fingerprint(environment: Environment, lease: postgres.Lease) -> str:
    """Return a digest of the database's identity and of the size and time of every file that preparing reads."""
    found = hashlib.sha256(lease.cluster.identity().encode())
    for start in (*(names.ROOT / name for name in WATCHED), environment.value(names.VAR_DIR) / "assets"):
        for file in sorted([start, *start.rglob("*")]):
            if file.is_file() and file.suffix != ".pyc":
                facts = file.stat()
                # By its place below the start, so that a node whose folder was moved need not be prepared again.
                found.update(
                    f"{start.name}/{file.relative_to(start)}\0{facts.st_size}\0{facts.st_mtime_ns}\0".encode(
                        errors="surrogateescape"
                    )
                )
    return found.hexdigest()


def serve(environment: Environment, *, on_lan: bool, has_meetings: bool) -> None:
    """Run the portal until asked to stop."""
    site = site_of(environment, on_lan=on_lan)
    check_port(site)
    # Until the supervisor listens, a request to stop ends this process as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.environ.setdefault("PUBLIC_URL", site.addresses[0])
    if site.seals_port and site.has_pages:
        os.environ.setdefault("CERTIFICATES_URL", site.certificates_address)
    open_files.raise_limit(wanted=OPEN_FILES)
    lease = None if environment.value(names.DATABASE_URL) else _lease(environment)
    try:
        prepare(environment, lease)
        running = programs(site, dict(os.environ))
        if has_meetings:
            site = with_meetings(environment, site)
            running.append(_media_program(environment, site, dict(os.environ)))
        say("· Starting the portal …")
        supervisor = Supervisor(running, say=say, tend=lease.ensure if lease else _nothing_to_tend)
        supervisor.listen()
        try:
            _wait_until_ready(supervisor, site)
            if not supervisor.stopping:
                say(welcome(environment, site))
            supervisor.run()
            say("\n· Stopping: what is under way is finished first …")
        finally:
            supervisor.stop()
    finally:
        if lease:
            lease.release()
    say("  Entraide has stopped.")


def check_port(site: Site) -> None:
    """Raise Obstacle when the port cannot be had."""
    try:
        free = claims.port_is_free(host=site.host, port=site.port)
    except OSError as error:
        raise Obstacle(f"Entraide cannot listen on {site.host} port {site.port}: {error.strerror}.") from error
    if not free:
        raise Obstacle(
            f"Port {site.port} is taken by another program: choose another with PORT={site.port + 1} bin/serve"
        )


def welcome(environment: Environment, site: Site) -> str:
    """Return what to say when the portal is ready."""
    lines = ["", f"Entraide is ready: {site.addresses[0]}"]
    lines += [f"                or: {address}" for address in site.addresses[1:]]
    accounts = environment.value(names.VAR_DIR) / "demo-accounts.txt"
    if accounts.exists():
        lines += ["", f"Sign in as one of these; the code arrives at {site.addresses[0]}/dev/mail/"]
        lines += [f"  {line}" for line in accounts.read_text(encoding="utf-8").splitlines()]
    if site.seals_port and site.has_pages:
        there = site.certificates_address
        lines += ["", f"Certificates are made at {there} and checked at {there}/verify/"]
    if site.media_node[0]:
        lines += ["", f"Meetings of any size are opened at {site.addresses[0]}/en/meet/"]
    if site.certificates:
        lines += [
            "", "On a phone of the same network, trust this folder's authority once, then open the address:",
            f"  {site.addresses[0]}/dev/authority.crt",
            # Browsers bind a passkey to a name, never to a number.
            f"Passkeys need a name: {site.addresses[-1]} works once avahi-daemon or your router makes it known.",
            "Whoever reaches this address can read the local mailbox: use it on a network you trust.",
        ]  # fmt: skip
    return "\n".join([*lines, "", "Ctrl-C stops it.", ""])


def say(line: str) -> None:
    """Print a line for the person at the terminal."""
    with suppress(OSError):  # The terminal may have gone; the portal goes on.
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def _lease(environment: Environment) -> postgres.Lease:
    began = time.monotonic()
    say("· Starting the database …")
    lease = postgres.hold(environment.value(names.VAR_DIR))
    say(f"  done in {time.monotonic() - began:.1f} s")
    return lease


def _wait_until_ready(supervisor: Supervisor, site: Site) -> None:
    # The certificate is ours and its names are not those of the loopback; nothing secret is asked here.
    context = ssl._create_unverified_context() if site.certificates else None  # noqa: S323
    deadline = time.monotonic() + READY_SECONDS
    while not supervisor.stopping:
        supervisor.tick()
        try:
            with urllib.request.urlopen(f"{site.probe}/readyz", timeout=5, context=context):  # noqa: S310 (our own)
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise Obstacle("The portal did not become ready; the reason is above.") from None
        time.sleep(0.1)


def _nothing_to_tend() -> None:
    """With a database of the operator's own there is nothing to keep running."""


def main(arguments: list[str]) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="bin/serve", description="Run the portal on this machine.")
    parser.add_argument("--lan", action="store_true", help="serve phones on the local network, over HTTPS")
    parser.add_argument(
        "--with", dest="parts", action="append", choices=["meetings"], default=[],
        help="run a media server too, for meetings of three or more",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    environment = names.from_process()
    try:
        claims.lock(environment.value(names.VAR_DIR) / "serve.lock", told=f"process {os.getpid()}")
        serve(environment, on_lan=options.lan, has_meetings="meetings" in options.parts)
    except claims.Taken as error:
        say(f"Entraide already runs in this folder ({error}): stop it first.")
    except (Obstacle, GaveUp, SettingError, lan.NoLocalAddress, postgres.PostgresError) as error:
        say(str(error))
    except KeyboardInterrupt:
        say("  Entraide has stopped.")
        return 130
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
