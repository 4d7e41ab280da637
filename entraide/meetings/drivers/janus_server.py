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
from entraide.meetings.drivers.janus import JanusDriver, JanusKeys
from entraide.meetings.drivers.janus_admin import JanusAdmin

PLUGINS = ("libjanus_videoroom.so",)
TRANSPORTS = ("libjanus_http.so", "libjanus_websockets.so")
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


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class JanusPlace:
    """Where a Janus runs: its folder, its ports, its secrets. Signalling and admin listen on this machine only."""

    folder: Path
    http_port: int
    ws_port: int
    admin_port: int
    rtp_ports: tuple[int, int] = (20_000, 20_999)
    keys: JanusKeys = field(
        default_factory=lambda: JanusKeys(
            admin_secret=_secret(), admin_key=_secret(), token_secret=_secret(), room_key=_secret()
        )
    )

    def driver(self, *, timeout: float = 3.0) -> JanusDriver:
        """Return the driver of this Janus."""
        admin = JanusAdmin(host=HOST, port=self.admin_port, secret=self.keys.admin_secret, timeout=timeout)
        return JanusDriver(admin=admin, url=f"ws://{HOST}:{self.ws_port}", keys=self.keys)


def installed() -> bool:
    """Tell whether Debian's package is on this machine."""
    return bool(shutil.which("janus")) and _library("plugins", PLUGINS[0]) is not None


def write_configuration(place: JanusPlace) -> None:
    """Write what Janus reads at its start into its folder, and link there the few modules that it may load.

    Raises JanusMissing. A module that is not linked is not there: no plugin and no transport of the package that we
    do not use can be reached.
    """
    place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for kind, names in (("plugins", PLUGINS), ("transports", TRANSPORTS), ("events", ()), ("loggers", ())):
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


def start(place: JanusPlace) -> "subprocess.Popen[bytes]":
    """Start a Janus and return when it answers. Raises JanusMissing, JanusDied."""
    program = shutil.which("janus")
    if program is None:
        raise JanusMissing
    write_configuration(place)
    with (place.folder / LOG).open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 (Debian's own program, with arguments of ours)
            [program, f"--config={place.folder / 'janus.jcfg'}", f"--configs-folder={place.folder}"],
            cwd=place.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
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
    ice_lite = true
}}
events: {{
    broadcast = false
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
    ws_ip = "{HOST}"
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
