"""The lane that carries pages, behind the real server: it stops without losing a request, and no client can hold it."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.foundation.slow_site import LONGEST_BODY, THREADS

ROOT = Path(__file__).resolve().parent.parent.parent


class Server:
    """Granian as `bin/serve` starts it, with the slow site."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        command = [
            sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(self.port), "--no-ws",
            "--log-level", "error", "tests.foundation.slow_site:application",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, cwd=ROOT)
        deadline = time.monotonic() + 60
        while not self.answers():
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.02)

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/?yes", timeout=5).text == "yes"
        except httpx.TransportError:
            return False

    def send(self, head: str, body: bytes = b"") -> socket.socket:
        """Open a connection, send the start of a request and leave it open."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        connection.sendall(f"{head} HTTP/1.1\r\nHost: test\r\n".encode() + body)
        return connection

    def until_under_way(self, requests: int) -> None:
        """Wait until this many requests for pages have reached the server and are not answered."""
        deadline = time.monotonic() + 60
        while int(httpx.get(f"{self.url}/under-way", timeout=5).text) != requests:
            assert time.monotonic() < deadline, "the requests did not arrive"
            time.sleep(0.02)

    def terminate(self) -> float:
        """Ask the server to stop; return how many seconds that took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0
        return time.monotonic() - began


@pytest.fixture
def server() -> Iterator[Server]:
    """A running server, killed if the test has not stopped it."""
    started = Server()
    yield started
    if started.process.poll() is None:
        started.process.terminate()
        try:
            started.process.wait(10)
        except subprocess.TimeoutExpired:
            started.process.kill()
            started.process.wait()


def test_requests_under_way_are_answered_before_the_process_ends(server: Server) -> None:
    answers: list[str] = []

    def ask() -> None:
        answers.append(httpx.get(f"{server.url}/wait?1", timeout=60).text)

    # More than there are threads, so that some still wait for their turn when the stop is asked for.
    askers = [threading.Thread(target=ask) for _ in range(THREADS * 2)]
    for asker in askers:
        asker.start()
    server.until_under_way(THREADS * 2)
    server.terminate()
    for asker in askers:
        asker.join()
    assert answers == ["waited"] * (THREADS * 2)


def test_a_client_that_left_does_not_keep_the_process_from_ending(server: Server) -> None:
    clients = [
        server.send("GET /wait?1.5", b"\r\n"),
        server.send("POST /read", b"Content-Length: 100\r\n\r\npart"),
    ]
    server.until_under_way(2)
    for client in clients:
        client.close()
    assert server.terminate() < 30


def test_the_work_of_a_client_that_left_is_finished(server: Server) -> None:
    began = time.monotonic()
    client = server.send("GET /wait?1.5", b"\r\n")
    server.until_under_way(1)
    client.close()
    server.terminate()
    assert time.monotonic() - began > 1.5


def test_an_idle_connection_does_not_keep_the_process_from_ending(server: Server) -> None:
    with httpx.Client() as client:
        client.get(f"{server.url}/?kept")
        assert server.terminate() < 30


def test_clients_that_send_slowly_take_no_thread(server: Server) -> None:
    slow = [server.send("POST /read", b"Content-Length: 100\r\n\r\npart") for _ in range(THREADS * 3)]
    assert server.answers()
    for connection in slow:
        connection.close()


def test_a_body_arrives_whole_whether_its_length_is_told_or_not(server: Server) -> None:
    assert httpx.post(f"{server.url}/read", content=b"told").text == "4 told"
    assert httpx.post(f"{server.url}/read", content=iter([b"in ", b"parts"])).text == "8 in parts"


def test_of_a_body_that_is_too_long_only_the_length_reaches_the_site(server: Server) -> None:
    answer = httpx.post(f"{server.url}/read", content=b"x" * (LONGEST_BODY * 2000))
    assert answer.text == f"{LONGEST_BODY * 2000} "


def test_a_query_beyond_ascii_is_read_like_an_escaped_one(server: Server) -> None:
    with server.send("GET /?ville=Saint-Étienne", b"Connection: close\r\n\r\n") as connection:
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"ville=Saint-%C3%89tienne" in answer
