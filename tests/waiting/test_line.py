"""The line keeps its order, never falls back, lets in at the pace, and loses nobody."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.waiting.rules.curve import SECOND, curve_of, thinned
from entraide.waiting.rules.line import TURN, Line, Place, move, new_line, pause
from entraide.waiting.rules.pace import Pace, Seen
from entraide.waiting.rules.tickets import Ticket

START = 1_790_000_000_000
seconds = st.dictionaries(st.integers(0, 300), st.integers(0, 5000), max_size=60)


def at(second: float) -> int:
    """Return a moment so many seconds after the start."""
    return START + int(second * SECOND)


def issued(second: float, mark: bytes = b"12345678") -> Ticket:
    return Ticket(at(second), mark)


def busy_line(*, per_second: float = 10.0) -> Line:
    """A line at second 10 whose watermark is at 0, at a known pace."""
    return replace(
        new_line(at(10)), admitted_until=at(0), is_open=False, pace=Pace(capacity=per_second, per_second=per_second)
    )


def counted(tickets: dict[int, int]) -> dict[int, int]:
    return {START // SECOND + second: count for second, count in tickets.items()}


@given(tickets=seconds, moments=st.lists(st.integers(0, 400_000), min_size=2, max_size=5))
def test_a_curve_rises_and_ends_with_all_tickets(tickets: dict[int, int], moments: list[int]) -> None:
    curve = curve_of(counted(tickets), after=START, until=at(400))

    ranks = [curve.up_to(START + moment) for moment in sorted(moments)]
    assert ranks == sorted(ranks)
    assert curve.up_to(at(400)) == pytest.approx(sum(tickets.values()))


@given(tickets=seconds, share=st.floats(0, 1))
def test_a_moment_found_by_a_count_has_no_more_tickets_before_it(tickets: dict[int, int], share: float) -> None:
    curve = curve_of(counted(tickets), after=START, until=at(400))
    wanted = curve.total * share

    assert curve.up_to(curve.moment_of(wanted)) <= wanted + 1e-6


@given(tickets=st.dictionaries(st.integers(0, 3000), st.integers(1, 3000), min_size=200, max_size=400))
def test_a_published_curve_is_small_and_wrong_by_little(tickets: dict[int, int]) -> None:
    whole = curve_of(counted(tickets), after=START, until=at(3001))
    small = thinned(whole)

    assert len(small.moments) <= 64
    assert (small.moments[-1], small.total) == (whole.moments[-1], whole.total)
    largest = max(tickets.values())
    for second in range(0, 3001, 50):
        assert abs(small.up_to(at(second)) - whole.up_to(at(second))) <= whole.total / 31 + 2 * largest


@given(
    tickets=seconds,
    steps=st.lists(st.integers(-5_000, 60_000), min_size=1, max_size=30),
    kept=st.integers(0, 2000),
    fill=st.floats(0, 1),
    refused=st.integers(0, 10),
)
def test_the_watermark_only_rises_and_stays_behind_the_present(
    tickets: dict[int, int], steps: list[int], kept: int, fill: float, refused: int
) -> None:
    line, now = busy_line(), at(10)
    for step in steps:
        now += step
        moved = move(line, now=now, tickets=counted(tickets), seen=Seen(1, kept=kept, fill=fill, refused=refused))
        assert moved.admitted_until >= line.admitted_until
        assert moved.closed_until >= line.closed_until
        assert moved.moved_at >= line.moved_at
        assert moved.admitted_until <= max(line.admitted_until, now - 2 * SECOND)
        line = moved


def test_so_many_are_let_in_as_the_pace_says() -> None:
    line, tickets = busy_line(per_second=10), counted({0: 100})
    for second in range(11, 16):
        line = move(line, now=at(second), tickets=tickets, seen=Seen(1, kept=10, fill=0.05))

    assert line.waiting == pytest.approx(50, abs=3)
    assert not line.is_open


def test_who_came_first_is_let_in_first() -> None:
    line = move(busy_line(), now=at(11), tickets=counted({0: 100}), seen=Seen(1, kept=10, fill=0.05))

    assert line.place_of(issued(0.05)) is Place.ADMITTED
    assert line.place_of(issued(0.95)) is Place.WAITING
    assert line.ahead_of(issued(0.5)) < line.ahead_of(issued(0.9))


def test_an_empty_line_opens_and_a_refusal_closes_it() -> None:
    opened = move(busy_line(), now=at(11), tickets={}, seen=Seen(1))
    closed = move(opened, now=at(12), tickets={}, seen=Seen(1, kept=50, refused=1))

    assert (opened.is_open, closed.is_open) == (True, False)


def test_a_crowd_of_the_last_two_seconds_keeps_the_line_closed() -> None:
    line = replace(busy_line(per_second=10), admitted_until=at(9))
    crowd = move(line, now=at(11), tickets=counted({10: 500}), seen=Seen(1))
    few = move(line, now=at(11), tickets=counted({10: 5}), seen=Seen(1))

    assert (crowd.is_open, few.is_open) == (False, True)


def test_a_paused_line_stands_still_and_nobody_misses_a_turn() -> None:
    line = move(busy_line(), now=at(11), tickets=counted({0: 100}), seen=Seen(1, kept=10))
    held = pause(line)
    for minute in range(1, 200):
        held = move(held, now=at(11 + 60 * minute), tickets=counted({0: 100}), seen=Seen(60))

    assert (held.admitted_until, held.closed_until) == (line.admitted_until, line.closed_until)
    assert held.tickets_per_second == 0
    assert not held.is_open


def test_a_turn_ends_half_an_hour_after_it_came() -> None:
    line, tickets = busy_line(per_second=1), counted({0: 1, 5: 1_000_000})
    seen = Seen(1, kept=1, fill=0.05)
    for second in range(11, 11 + TURN // SECOND + 130):
        line = move(line, now=at(second), tickets=tickets, seen=seen)
        if second == 100:
            assert line.place_of(issued(0.1)) is Place.ADMITTED

    assert line.place_of(issued(0.1)) is Place.MISSED


def test_a_long_silence_does_not_let_in_a_crowd() -> None:
    line = move(busy_line(per_second=10), now=at(3600), tickets=counted({0: 10_000}), seen=Seen(3590))

    assert line.waiting > 9_900


def test_what_a_calm_line_did_not_use_is_not_saved_up() -> None:
    line = busy_line(per_second=10)
    for second in range(11, 300):
        line = move(line, now=at(second), tickets={}, seen=Seen(1))
    line = move(line, now=at(300), tickets=counted({297: 1000}), seen=Seen(1, kept=10, refused=1))

    assert line.waiting > 900
