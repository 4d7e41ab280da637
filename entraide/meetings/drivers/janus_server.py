"""A Janus of Debian's package on this machine: its configuration, in a folder of its own, and its process."""

import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from entraide.meetings.drivers.base import NodeUnreachable
from entraide.meetings.drivers.janus import JanusDriver
from entraide.meetings.drivers.janus_admin import JanusAdmin
from entraide.meetings.drivers.janus_rooms import JanusKeys

PLUGINS = ("libjanus_videoroom.so",)
TRANSPORTS = ("libjanus_http.so", "libjanus_websockets.so")
EVENTS = ("libjanus_sampleevh.so",)
READY_WITHIN_SECONDS = 20.0
STOPPED_WITHIN_SECONDS = 10.0
HOST = "127.0.0.1"
LOG = "janus.log"


class JanusMissing(Exception):
    """Debian's package is not on this machine."""

    def __init__(self) -> None:
        super().__init__("Janus is not on this machine: apt-get install janus")


class JanusDied(Exception):
    """Janus ended, or was not ready in time. The message ends with what it last said."""


@dataclass(frozen=True, slots=True)
class JanusPlace:
    """Where a Janus runs: its folder, its ports, its secrets.

    Administration listens on this machine only, and so do the lines of gateways unless `ws_host` is another address of
    it. `events_port` is where its agent hears of packets, 0 for nowhere; `public_address` the one that browsers reach
    where it is not the machine's own.
    """

    folder: Path
    http_port: int
    ws_port: int
    admin_port: int
    rtp_ports: tuple[int, int] = (20_000, 20_999)
    ws_host: str = HOST
    events_port: int = 0
    public_address: str = ""
    keys: JanusKeys = field(default_factory=lambda: JanusKeys.of_node(secrets.token_urlsafe(32)))

    def driver(self, *, timeout: float = 3.0) -> JanusDriver:
        """Return the driver of this Janus."""
        admin = JanusAdmin(host=HOST, port=self.admin_port, secret=self.keys.admin_secret, timeout=timeout)
        return JanusDriver(admin=admin, url=f"ws://{self.ws_host}:{self.ws_port}", keys=self.keys)


def installed() -> bool:
    """Tell whether Debian's package is on this machine."""
    return bool(shutil.which("janus")) and _library("plugins", PLUGINS[0]) is not None


def write_configuration(place: JanusPlace) -> None:
    """Write what Janus reads at its start into its folder, and link there the few modules that it may load.

    Raises JanusMissing. A module that is not linked is not there: no plugin and no transport of the package that we
    do not use can be reached.
    """
    place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for kind, names in (("plugins", PLUGINS), ("transports", TRANSPORTS), ("events", EVENTS), ("loggers", ())):
        links = place.folder / kind
        links.mkdir(exist_ok=True)
        for name in names:
            library = _library(kind, name)
            if library is None:
                raise JanusMissing
            if not (links / name).is_symlink():
                (links / name).symlink_to(library)
    for name, text in _files(place).items():
        file = place.folder / name
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8")


@contextmanager
def running(place: JanusPlace) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a Janus from when it answers until the block ends. Raises JanusMissing, JanusDied."""
    process = start(place)
    try:
        yield process
    finally:
        stop(process)


def command(place: JanusPlace) -> list[str]:
    """Write the configuration of a Janus and return the command that runs it. Raises JanusMissing."""
    program = shutil.which("janus")
    if program is None:
        raise JanusMissing
    write_configuration(place)
    return [program, f"--config={place.folder / 'janus.jcfg'}", f"--configs-folder={place.folder}"]


def start(place: JanusPlace) -> "subprocess.Popen[bytes]":
    """Start a Janus and return when it answers. Raises JanusMissing, JanusDied."""
    words = command(place)
    with (place.folder / LOG).open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 (Debian's own program, with arguments of ours)
            words, cwd=place.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_it_answers(place, process)
    except BaseException:
        # Whatever went wrong, no process is left that nobody knows of.
        stop(process)
        raise
    return process


def _wait_until_it_answers(place: JanusPlace, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    driver = place.driver(timeout=1.0)
    while time.monotonic() < until and process.poll() is None:
        try:
            driver.probe()
        except NodeUnreachable:
            time.sleep(0.02)
        else:
            return
    log = place.folder / LOG
    raise JanusDied("\n".join(log.read_text(errors="replace").splitlines()[-5:]))


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Stop a Janus, whatever state it is in."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOPPED_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _library(kind: str, name: str) -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob(f"*/janus/{kind}/{name}"))), None)


def _files(place: JanusPlace) -> dict[str, str]:
    low, high = place.rtp_ports
    keys = place.keys
    mapping = f'\n    nat_1_1_mapping = "{place.public_address}"' if place.public_address else ""
    return {
        "janus.jcfg": f"""general: {{
    configs_folder = "{place.folder}"
    plugins_folder = "{place.folder / "plugins"}"
    transports_folder = "{place.folder / "transports"}"
    events_folder = "{place.folder / "events"}"
    loggers_folder = "{place.folder / "loggers"}"
    log_to_stdout = true
    debug_level = 3
    debug_colors = false
    admin_secret = "{keys.admin_secret}"
    token_auth = true
    token_auth_secret = "{keys.token_secret}"
    session_timeout = 60
    reclaim_session_timeout = 10
    hide_dependencies = true
}}
media: {{
    rtp_port_range = "{low}-{high}"
}}
nat: {{
    ice_lite = true{mapping}
}}
events: {{
    broadcast = {"true" if place.events_port else "false"}
    stats_period = 2
}}
""",
        "janus.eventhandler.sampleevh.jcfg": f"""general: {{
    enabled = {"true" if place.events_port else "false"}
    events = "media"
    grouping = true
    backend = "http://{HOST}:{place.events_port}"
}}
""",
        "janus.transport.http.jcfg": f"""general: {{
    json = "compact"
    base_path = "/janus"
    http = true
    port = {place.http_port}
    ip = "{HOST}"
    https = false
}}
admin: {{
    admin_base_path = "/admin"
    admin_http = true
    admin_port = {place.admin_port}
    admin_ip = "{HOST}"
    admin_https = false
}}
""",
        "janus.transport.websockets.jcfg": f"""general: {{
    json = "compact"
    ws = true
    ws_port = {place.ws_port}
    ws_ip = "{place.ws_host}"
    wss = false
}}
admin: {{
    admin_ws = false
}}
""",
        "janus.plugin.videoroom.jcfg": f"""general: {{
    admin_key = "{keys.admin_key}"
    lock_rtp_forward = true
    string_ids = true
}}
""",
    }
