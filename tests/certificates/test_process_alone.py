"""The seal process as a deployment runs it: started, killed, doubled, watched by strace."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from entraide.certificates import key_list
from entraide.certificates.keys.folder import KeyFolder
from entraide.certificates.keys.published import Published
from entraide.certificates.process.serving import peer_of
from entraide.certificates.seals import read_attached
from tests.certificates.conftest import MODULES, PIN
from tests.journeys.node import wait_for

ROOT = Path(__file__).resolve().parents[2]
HASH = bytes(range(100, 132))
AGENT = "a-telling-user-agent"
CALLER = "198.51.100.77"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(tmp_path: Path, **variables: str) -> dict[str, str]:
    """Return what the seal process is given: no database, no other secret."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY")}
    return {**kept, "MODE": "development", "VAR_DIR": str(tmp_path), "PYTHONPATH": str(ROOT), **variables}


COMMAND = [sys.executable, "-m", "config.manage", "run", "seals"]


@contextmanager
def process(tmp_path: Path, *before: str, **variables: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run `bin/manage run seals` and yield it with its address once it is ready; stop it at the end."""
    port = free_port()
    running = subprocess.Popen(
        [*before, *COMMAND], cwd=ROOT, env=environment(tmp_path, SEALS_PORT=str(port), **variables),
        stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for("the seal process", lambda: is_ready(running, address))
        yield running, address
    finally:
        if running.poll() is None:
            # strace passes no signal on: the whole session is asked.
            os.killpg(running.pid, signal.SIGTERM)
        running.communicate(timeout=30)


def is_ready(running: subprocess.Popen[bytes], address: str) -> bool:
    assert running.poll() is None, running.communicate()
    try:
        return bool(httpx.get(f"{address}/readyz").json() == {"status": "ready"})
    except httpx.TransportError:
        return False


def kid_from(address: str) -> bytes:
    answer = httpx.post(f"{address}/v1/seal", content=HASH)
    assert answer.status_code == 200, answer.text
    return read_attached(answer.content)[0].kid


def refusal(tmp_path: Path, **variables: str) -> str:
    """Return what the process says as it does not start: one line."""
    done = subprocess.run(
        COMMAND, cwd=ROOT, env=environment(tmp_path, SEALS_PORT=str(free_port()), **variables), check=False,
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def test_two_processes_and_one_that_was_killed_seal_with_the_same_key(tmp_path: Path) -> None:
    with process(tmp_path) as (first, address), process(tmp_path) as (_, other):
        kid = kid_from(address)
        assert kid_from(other) == kid
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        assert kid_from(other) == kid
        with process(tmp_path) as (_, again):
            assert kid_from(again) == kid


def test_ten_million_bytes_are_refused_without_being_read(tmp_path: Path) -> None:
    with process(tmp_path) as (_, address):
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=20) as link:
            link.sendall(b"POST /v1/seal HTTP/1.1\r\nHost: seals\r\nContent-Length: 10000000\r\n\r\n" + bytes(1000))
            # The answer comes although 9,999,000 bytes were never sent.
            assert link.recv(200).startswith(b"HTTP/1.1 413 ")
        assert httpx.post(f"{address}/v1/seal", content=bytes(33)).status_code == 413
        assert kid_from(address)


def test_each_length_is_told_apart_whole_or_in_chunks(tmp_path: Path) -> None:
    """In chunks nothing says how long a body will be."""
    with process(tmp_path) as (_, address), httpx.Client(base_url=address) as client:
        for length, status in ((0, 400), (31, 400), (32, 200), (33, 413)):
            assert client.post("/v1/seal", content=bytes(length)).status_code == status
        for chunks, status in (([HASH], 200), ([HASH[:7], HASH[7:]], 200), ([HASH[:31]], 400), ([HASH, b"x"], 413)):
            assert client.post("/v1/seal", content=iter(chunks)).status_code == status
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=20) as link:
            link.sendall(b"POST /v1/seal HTTP/1.1\r\nHost: seals\r\nTransfer-Encoding: chunked\r\n\r\n")
            link.sendall(b"40\r\n" + bytes(64) + b"\r\n")
            # The answer comes although the body has no end.
            assert link.recv(200).startswith(b"HTTP/1.1 413 ")
        assert kid_from(address)


def test_what_was_sent_in_several_lines_or_kept_before_is_understood(tmp_path: Path) -> None:
    with process(tmp_path, TRUSTED_PROXIES="127.0.0.1", SEALS_PER_NETWORK="1") as (_, address):
        # What a caller wrote itself, above what the proxy wrote, counts for nothing.
        for invented, status in (("203.0.113.8", 200), ("203.0.113.9", 429)):
            lines = [("x-forwarded-for", invented), ("x-forwarded-for", CALLER)]
            assert httpx.post(f"{address}/v1/seal", content=HASH, headers=lines).status_code == status
        tag = httpx.get(f"{address}/v1/keys").headers["etag"]
        again = httpx.get(f"{address}/v1/keys", headers={"if-none-match": f'"x", W/{tag}'})
        assert (again.status_code, again.content) == (304, b"")
        head = httpx.head(f"{address}/v1/keys")
        assert (head.status_code, head.content) == (200, b"")
        for method, path, status in (("GET", "/v1/seal", 405), ("POST", "/v1/keys", 405), ("GET", "/", 404)):
            assert httpx.request(method, f"{address}{path}").status_code == status
        assert httpx.post(f"{address}/v1/seal?who=me", content=HASH).status_code == 400
        packed = httpx.post(f"{address}/v1/seal", content=HASH, headers={"content-encoding": "gzip"})
        assert packed.status_code == 415


def test_callers_who_leave_in_the_midst_of_a_body_are_no_trouble(tmp_path: Path) -> None:
    with process(tmp_path) as (running, address):
        host, port = address.removeprefix("http://").split(":")
        for head in (b"Content-Length: 32", b"Transfer-Encoding: chunked"):
            with socket.create_connection((host, int(port)), timeout=20) as link:
                link.sendall(b"POST /v1/seal HTTP/1.1\r\nHost: seals\r\n" + head + b"\r\n\r\n" + bytes(7))
        assert kid_from(address)
        os.killpg(running.pid, signal.SIGTERM)
        assert b"rror" not in running.communicate(timeout=30)[1]


@pytest.mark.parametrize(
    ("client", "address"), [("192.0.2.1:4711", "192.0.2.1"), ("[2001:db8::1]:4711", "2001:db8::1"), ("", "")]
)
def test_a_callers_address_has_no_port(client: str, address: str) -> None:
    assert peer_of(client) == address


def test_a_folder_that_others_can_enter_stops_the_start_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "seals").mkdir()
    (tmp_path / "seals").chmod(0o755)
    assert "chmod 700" in refusal(tmp_path)


def test_a_token_that_is_not_there_stops_the_start_in_one_line(tmp_path: Path) -> None:
    found = refusal(tmp_path, SEALS_TOKEN_MODULE=shutil.which("true") or "/bin/true", SEALS_TOKEN_LABEL="none")
    assert "token 'none'" in found


def test_a_process_whose_keys_are_in_a_token(tmp_path: Path, token_folder: Path) -> None:
    with process(tmp_path, SEALS_TOKEN_MODULE=str(MODULES[0]), SEALS_TOKEN_PIN=PIN) as (_, address):
        kid = kid_from(address)
    with process(tmp_path, SEALS_TOKEN_MODULE=str(MODULES[0]), SEALS_TOKEN_PIN=PIN) as (_, address):
        assert kid_from(address) == kid
    assert not list((tmp_path / "seals").glob("*.key"))
    assert "PinIncorrect" in refusal(tmp_path, SEALS_TOKEN_MODULE=str(MODULES[0]), SEALS_TOKEN_PIN="0000")


def test_production_needs_no_secret_of_the_portal(tmp_path: Path) -> None:
    port = free_port()
    running = subprocess.Popen(
        COMMAND, cwd=ROOT, env=environment(tmp_path, SEALS_PORT=str(port), MODE="production"), start_new_session=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for("the seal process", lambda: answers(address))
        assert httpx.get(f"{address}/readyz").json() == {"status": "key not listed"}
        assert httpx.get(f"{address}/v1/keys").status_code == 503
        assert kid_from(address)
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=30)


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz").status_code == 200
    except httpx.TransportError:
        return False


def can_trace() -> bool:
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-o", "/dev/null", "true"], check=False, capture_output=True).returncode == 0


WRITES = "write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg"
OPENS = "open,openat,creat,rename,renameat,renameat2,mkdir,mkdirat,link,linkat,symlink,symlinkat,mknod"
# What the duty touches every ten seconds: its own lock, opened and not written.
LOCK = re.compile(r'openat\(.*/seals/lock", O_RDWR\|O_CREAT')
TO_NOBODY = re.compile(r"^\d+ +\w+\(\d+<(anon_inode:\[eventfd\]|UNIX[^>]*|TCP[^>]*|socket:[^>]*|pipe:[^>]*)>")


@pytest.mark.skipif(not can_trace(), reason="strace is not here or may not trace: apt-get install strace")
def test_no_request_is_written_anywhere(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    strace = (
        "strace",
        "-f",
        "-y",
        "-yy",
        "-s",
        "400",
        "-e",
        f"trace={WRITES},{OPENS},connect,execve",
        "-o",
        str(trace),
    )
    with process(tmp_path / "var", *strace, LOG_LEVEL="debug", TRUSTED_PROXIES="127.0.0.1") as (_, address):
        began = len(trace.read_text(errors="replace").splitlines())
        with httpx.Client(headers={"user-agent": AGENT, "x-forwarded-for": CALLER}) as client:
            for content, status in ((HASH, 200), (HASH[:31], 400), (bytes(33), 413)):
                assert client.post(f"{address}/v1/seal", content=content).status_code == status
            assert client.get(f"{address}/v1/keys?who=me").status_code == 200
            assert client.get(f"{address}/nothing/{AGENT}").status_code == 404
        lines = trace.read_text(errors="replace").splitlines()[began:]
    lines = [line for line in lines if "+++" not in line and "---" not in line and "resumed>" not in line]
    sent = [line for line in lines if "HTTP/1.1 200 OK" in line]
    assert len(sent) == 2, "the trace sees what is sent"
    for line in lines:
        call = line.split("(")[0].split()[-1]
        if call in OPENS.split(","):
            reads = "O_RDONLY" in line
            assert reads or LOCK.search(line) or "ENOENT" in line, line
        elif call in WRITES.split(","):
            assert TO_NOBODY.match(line), line
            # The caller's words leave in no answer either, but for the hash in its own seal.
            assert AGENT not in line, line
            assert CALLER not in line, line
        else:
            pytest.fail(line)


def test_nothing_of_a_request_is_in_the_folder(tmp_path: Path) -> None:
    with process(tmp_path, TRUSTED_PROXIES="127.0.0.1") as (running, address):
        for _ in range(20):
            headers = {"user-agent": AGENT, "x-forwarded-for": CALLER}
            answer = httpx.post(f"{address}/v1/seal", content=HASH, headers=headers)
        seal, _ = read_attached(answer.content)
        running.send_signal(signal.SIGTERM)
        said = running.communicate(timeout=30)[1]
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()) + said
    for trace in (HASH, HASH.hex().encode(), seal.signature, AGENT.encode(), CALLER.encode()):
        assert trace not in kept


@pytest.mark.drill
def test_a_real_midnight_fails_no_request(tmp_path: Path) -> None:
    """Under a clock that faketime sets to just before midnight; real requests, the real process."""
    library = next(Path("/usr/lib").glob("**/faketime/libfaketime.so.1"), None)
    if library is None:
        pytest.skip("libfaketime is not here: apt-get install faketime")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    kids = []
    variables = {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"@{tomorrow} 23:59:50",
        "TZ": "UTC",
        "SEALS_PER_NETWORK": "1000000",
    }
    with process(tmp_path, **variables) as (_, address), httpx.Client() as client:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            answer = client.post(f"{address}/v1/seal", content=HASH)
            assert answer.status_code == 200
            kids.append(read_attached(answer.content)[0].kid)
        document = client.get(f"{address}/v1/keys").content
        folder = KeyFolder(tmp_path / "seals")
        wait_for("the key's end", lambda: not (folder.path / f"{tomorrow}.key").exists())
        assert folder.mark() == tomorrow
    assert len(set(kids)) == 2
    listing = key_list.read(document, roots=Published(folder).roots(), now=2**33)
    assert all(listing.of(kid) for kid in set(kids))
