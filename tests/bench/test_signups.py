"""The load generator of sign-ups keeps what it asked and what it was told, also when it was told nothing."""

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest

from bench import drawing, signups
from bench.receipts import FORMAT

ACCEPTED = b'HTTP/1.1 202 Accepted\r\ncontent-length: 69\r\n\r\n{"receipt":"%s","state":"received"}'
BUSY = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\n\r\n{}"
ENDLESS = b"HTTP/1.1 202 Accepted\r\n\r\n{}"


class Server:
    """Answers requests in turn from a list, again and again; None closes the connection without a word."""

    def __init__(self, *answers: bytes | None) -> None:
        self._answers = answers
        self.seen: list[bytes] = []
        self.port = 0

    async def __aenter__(self) -> "Server":
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
                answer = self._answers[len(self.seen) % len(self._answers)]
                self.seen.append(head)
                if answer is None:
                    break
                # Written in two parts, as a network may bring it.
                answer = answer % str(uuid4()).encode() if b"%s" in answer else answer
                writer.write(answer[:10])
                await writer.drain()
                writer.write(answer[10:])
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


async def generate(server: Server, receipts: Path, *options: str) -> tuple[dict[str, object], list[dict[str, object]]]:
    """Run the generator; return what it printed, and the lines of its receipts file."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.signups", "--port", str(server.port), "--receipts", str(receipts), *options,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    printed, _ = await process.communicate()
    assert process.returncode == 0
    return json.loads(printed), lines_of(receipts)


def lines_of(receipts: Path) -> list[dict[str, object]]:
    """Return what a receipts file tells of each request."""
    head, *lines = [json.loads(line) for line in receipts.read_text(encoding="utf-8").splitlines()]
    assert head["format"] == FORMAT
    return lines


async def test_every_request_is_kept_with_what_it_was_told(tmp_path: Path) -> None:
    async with Server(ACCEPTED, BUSY, ACCEPTED) as server:
        told, lines = await generate(server, tmp_path / "receipts", "--connections", "4", "--seconds", "0.5")
    assert len(lines) == len(server.seen)
    statuses = Counter(line["status"] for line in lines)
    assert set(statuses) == {202, 503}
    assert told["statuses"] == {str(status): count for status, count in statuses.items()}
    assert told["accepted"] == statuses[202]
    assert len({line["key"] for line in lines}) == len({line["email"] for line in lines}) == len(lines)
    assert all(("receipt" in line) == (line["status"] == 202) for line in lines)


@pytest.mark.parametrize("answer", [None, ENDLESS])
async def test_a_request_that_was_told_nothing_has_status_0(tmp_path: Path, answer: bytes | None) -> None:
    async with Server(answer) as server:
        _, lines = await generate(server, tmp_path / "receipts", "--connections", "3", "--seconds", "0.5")
    assert [line["status"] for line in lines] == [0, 0, 0]


async def test_at_a_rate_requests_are_due_at_their_times_whatever_the_server_does(tmp_path: Path) -> None:
    async with Server(ACCEPTED) as server:
        _, lines = await generate(
            server, tmp_path / "receipts", "--connections", "4", "--seconds", "1", "--rate", "200"
        )
    due = sorted(float(str(line["at"])) for line in lines)
    assert len(lines) == 200
    assert [round((at - due[0]) * 200) for at in due] == list(range(200))


def test_a_histogram_counts_every_value_once() -> None:
    values = sorted([0.0001, 0.002, 0.002, 0.05, 1.7])
    counted = signups.histogram(values)
    assert sum(count for _, count in counted) == len(values)
    assert [bound for bound, _ in counted] == sorted(bound for bound, _ in counted)


def test_a_drawing_tells_its_title_and_every_bar() -> None:
    drawn = drawing.histogram([(1.0, 3), (2.0, 0), (4.0, 1)], title="Time & tide")
    assert "Time &amp; tide" in drawn
    assert drawn.count("<rect") == 2
    with pytest.raises(ValueError, match="nothing to draw"):
        drawing.histogram([], title="")
