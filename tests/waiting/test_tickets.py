"""A ticket says when it was issued, cannot be made or changed by anyone else, and belongs to its key."""

import string

from hypothesis import given
from hypothesis import strategies as st

from entraide.waiting.rules.line_clock import LineClock, line_time
from entraide.waiting.rules.tickets import LATEST, Ticket, mark_of, read, write

SECRET = b"secret of the test"
tickets = st.builds(Ticket, st.integers(0, LATEST), st.binary(min_size=8, max_size=8))


@given(ticket=tickets)
def test_what_is_written_can_be_read(ticket: Ticket) -> None:
    text = write(ticket, secret=SECRET)

    assert len(text) == 32
    assert set(text) <= set(string.ascii_letters + string.digits + "-_")
    assert read(text, secret=SECRET) == ticket
    assert read(text, secret=b"another") is None


@given(ticket=tickets, index=st.integers(0, 31), other=st.sampled_from(string.ascii_letters + string.digits + "-_"))
def test_a_changed_ticket_is_none(ticket: Ticket, index: int, other: str) -> None:
    text = write(ticket, secret=SECRET)
    changed = text[:index] + other + text[index + 1 :]

    assert read(changed, secret=SECRET) == (ticket if changed == text else None)


@given(text=st.text(max_size=60))
def test_whatever_else_is_none(text: str) -> None:
    assert read(text, secret=SECRET) is None


def test_retries_with_one_key_have_one_mark_and_others_are_random() -> None:
    assert mark_of("k", secret=SECRET) == mark_of("k", secret=SECRET) != mark_of("l", secret=SECRET)
    assert mark_of("", secret=SECRET) != mark_of("", secret=SECRET)


@given(steps=st.lists(st.tuples(st.floats(0, 100), st.floats(-1e6, 1e6), st.booleans()), max_size=30))
def test_the_clock_never_runs_back(steps: list[tuple[float, float, bool]]) -> None:
    clock, steady, latest = LineClock(), 1000.0, 0
    for passed, jump, is_told in steps:
        steady += passed
        if is_told:
            clock.set(told=int(1.79e12 + jump * 1000), steady=steady)
        now = clock.now(steady=steady, wall=1.79e9 + jump)
        assert now >= latest
        latest = now


def test_a_step_of_the_wall_clock_is_not_felt() -> None:
    clock = LineClock()
    clock.set(told=5_000_000, steady=10.0)

    assert clock.now(steady=12.5, wall=0.0) == 5_002_500


def test_the_lines_time_goes_on_after_the_databases_clock_was_stepped_back() -> None:
    assert line_time(wall=10_000, moved_wall=9_000, moved_at=9_000) == 10_000
    assert line_time(wall=4_000, moved_wall=9_000, moved_at=9_000) == 10_000
    assert line_time(wall=5_000, moved_wall=4_000, moved_at=10_000) == 11_000
