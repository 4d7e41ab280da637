"""coturn, as docs/operate/meetings.md sets it up: picture goes over it with our credentials, and with no others."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page

from entraide.meetings.rules.relays import LASTS, ice_servers
from tests.meetings.media_servers import free_ports

TURNSERVER = shutil.which("turnserver", path="/usr/bin:/usr/local/bin")
SECRET = "shared with the relay, and long enough"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not TURNSERVER, reason="coturn is not on this machine: apt-get install coturn"),
]
# Sends a picture that moves from one end to the other over relays alone, and tells by what way it came.
CALL = """async (iceServers) => {
    const ends = [0, 1].map(() => new RTCPeerConnection({ iceServers, iceTransportPolicy: "relay" }));
    const problems = [];
    ends.forEach((end, at) => {
        end.onicecandidate = ({ candidate }) => candidate && ends[1 - at].addIceCandidate(candidate);
        end.onicecandidateerror = ({ errorCode }) => problems.push(errorCode);
    });
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d");
    setInterval(() => {
        context.fillStyle = `hsl(${performance.now() % 360} 80% 50%)`;
        context.fillRect(0, 0, 300, 150);
    }, 50);
    const stream = canvas.captureStream(20);
    for (const track of stream.getTracks()) ends[0].addTrack(track, stream);
    await ends[0].setLocalDescription();
    await ends[1].setRemoteDescription(ends[0].localDescription);
    await ends[1].setLocalDescription();
    await ends[0].setRemoteDescription(ends[1].localDescription);
    const look = async () => {
        const stats = [...(await ends[1].getStats()).values()];
        const pair = stats.find(({ type, nominated, state }) => {
            return type === "candidate-pair" && nominated && state === "succeeded";
        });
        const way = pair && stats.find((each) => each.id === pair.remoteCandidateId)?.candidateType;
        const frames = stats.find((each) => each.type === "inbound-rtp")?.framesDecoded ?? 0;
        return { way, frames, problems, gathering: ends[0].iceGatheringState };
    };
    const until = performance.now() + 60_000;
    for (;;) {
        const seen = await look();
        if (performance.now() > until || seen.frames > 20 || (seen.gathering === "complete" && problems.length)) {
            for (const end of ends) end.close();
            return seen;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}"""


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A relay on this machine; its address as a browser takes it."""
    assert TURNSERVER
    folder = tmp_path_factory.mktemp("relay")
    (port,) = free_ports(1)
    address = _own_address()
    settings = folder / "turnserver.conf"
    settings.write_text(
        f"listening-ip={address}\nrelay-ip={address}\nlistening-port={port}\nmin-port=40000\nmax-port=40100\n"
        f"use-auth-secret\nstatic-auth-secret={SECRET}\nrealm=meet.example.org\nno-cli\nno-tls\nno-dtls\n"
        f"no-multicast-peers\npidfile={folder}/turnserver.pid\nuserdb={folder}/turndb\nlog-file={folder}/turnserver.log\n"
        "simple-log\n",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [TURNSERVER, "-c", str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder
    )
    try:
        _wait_until_it_listens(process, address, port)
        yield f"turn:{address}:{port}?transport=udp"
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def call(page: Page, relay: str, *, secret: str = SECRET, ago: timedelta = timedelta()) -> dict[str, Any]:
    """Let two ends of a page call each other over the relay, with the credentials of somebody."""
    servers = ice_servers([relay], secret=secret, participant=UUID(int=1), now=datetime.now(UTC) - ago)
    told: dict[str, Any] = page.evaluate(CALL, servers)
    return told


def test_pictures_go_over_the_relay_with_our_credentials(page: Page, relay: str) -> None:
    seen = call(page, relay)
    assert seen["frames"] > 20
    assert seen["way"] == "relay"


@pytest.mark.parametrize(
    "wrong", [{"secret": "another secret, as long"}, {"ago": LASTS + timedelta(minutes=1)}], ids=["forged", "ended"]
)
def test_credentials_that_are_forged_or_have_ended_get_no_relay(page: Page, relay: str, wrong: dict[str, Any]) -> None:
    seen = call(page, relay, **wrong)
    assert seen["problems"][0] == 401
    assert seen["frames"] == 0


def _own_address() -> str:
    """Return the address by which this machine would go elsewhere: a relay serves no loopback. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no network but loopback, on which no relay relays")
        return str(probe.getsockname()[0])


def _wait_until_it_listens(process: "subprocess.Popen[bytes]", address: str, port: int) -> None:
    given_up = time.monotonic() + 60
    wanted = f"{int.from_bytes(bytes(map(int, address.split('.'))), 'little'):08X}:{port:04X}"
    while time.monotonic() < given_up:
        assert process.poll() is None, "the relay ended"
        with suppress(OSError):
            if wanted in Path("/proc/net/udp").read_text(encoding="ascii"):
                return
        time.sleep(0.05)
    raise AssertionError("the relay does not listen")
