"""A body is read whole, up to a length and for a bounded time; whoever is too slow holds nobody else up."""

import asyncio
from collections.abc import Iterable

import pytest

from entraide.intake.asgi import Message, Request
from entraide.intake.reading import LONGEST_BODY, Bodies, Disconnected
from entraide.intake.refusals import Refusal


def request(messages: Iterable[Message], *, headers: dict[bytes, bytes] | None = None) -> Request:
    """Return a request whose server hands over these messages, then nothing more, ever."""
    left = iter(messages)

    async def receive() -> Message:
        for message in left:
            return message
        await asyncio.Event().wait()
        raise AssertionError("nothing sets the event")

    return Request(method="POST", path="/", headers=headers or {}, peer="127.0.0.1", receive=receive)


def reader(*, longest_wait: float = 60) -> Bodies:
    bodies = Bodies(longest_wait=longest_wait)
    bodies.start()
    return bodies


def part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_parts_are_one_body() -> None:
    pieces = request([part(b"a", more=True), part(b"b", more=True), part(b"", more=False)])
    assert await reader().read(pieces) == b"ab"


@pytest.mark.parametrize("headers", [{}, {b"content-length": b"%d" % (LONGEST_BODY + 1)}])
async def test_a_long_body_is_refused_whether_it_says_so_or_not(headers: dict[bytes, bytes]) -> None:
    long = request([part(b"x" * LONGEST_BODY, more=True), part(b"x", more=True)], headers=headers)
    with pytest.raises(Refusal) as refused:
        await reader().read(long)
    assert refused.value.status == 413


async def test_whoever_left_is_not_answered() -> None:
    with pytest.raises(Disconnected):
        await reader().read(request([part(b"a", more=True), {"type": "http.disconnect"}]))


async def test_slow_ones_are_ended_and_their_tasks_live_on() -> None:
    bodies = reader(longest_wait=0.05)

    async def answer(slow: Request) -> int:
        with pytest.raises(Refusal) as refused:
            await bodies.read(slow)
        # The task was ended only as far as the body goes: it can still wait for what it answers with.
        await asyncio.sleep(0)
        return refused.value.status

    assert await asyncio.gather(*(answer(request([part(b"{", more=True)])) for _ in range(20))) == [408] * 20
    assert await bodies.read(request([part(b"a", more=False)])) == b"a"


async def test_a_task_that_somebody_else_ends_stays_ended() -> None:
    reading = asyncio.create_task(reader().read(request([])))
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
