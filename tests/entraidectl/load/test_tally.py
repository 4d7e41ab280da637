"""What workers saw adds up to what all saw, and survives the way between them."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraidectl.load.tally import GROWTH, Tally, cell_of, percentile, seconds_of

seen = st.lists(
    st.tuples(
        st.sampled_from(["page", "sign-up"]),
        st.floats(min_value=0, max_value=300),
        st.one_of(st.floats(min_value=0.0001, max_value=60), st.sampled_from(["503 line", "no answer"])),
    ),
    max_size=40,
)


def tally_of(answers: list[tuple[str, float, float | str]]) -> Tally:
    tally = Tally()
    for step, due, what in answers:
        tally.lag(due / 1_000)
        if isinstance(what, str):
            tally.fault(step, due=due, reason=what)
        else:
            tally.good(step, due=due, seconds=what)
    return tally


@given(one=seen, other=seen)
def test_two_workers_see_what_one_would_have_seen(
    one: list[tuple[str, float, float | str]], other: list[tuple[str, float, float | str]]
) -> None:
    added = tally_of(one)
    added.add(tally_of(other))

    assert added == tally_of(one + other)


@given(answers=seen)
def test_a_tally_survives_json(answers: list[tuple[str, float, float | str]]) -> None:
    tally = tally_of(answers)
    tally.processor = 0.5

    assert Tally.from_plain(json.loads(json.dumps(tally.to_plain()))) == tally


@given(st.floats(min_value=0.0001, max_value=1_000))
def test_a_cell_holds_a_time_to_a_twentieth(seconds: float) -> None:
    held = seconds_of(cell_of(seconds))

    assert seconds <= held * (1 + 1e-9) <= seconds * 1.0501


def test_a_percentile_is_the_time_within_which_that_share_was_answered() -> None:
    times = Counter({cell_of(0.010): 98, cell_of(1.0): 1, cell_of(5.0): 1})

    assert percentile(times, 0.5) == pytest.approx(0.010, rel=2 * GROWTH)
    assert percentile(times, 0.99) == pytest.approx(1.0, rel=2 * GROWTH)
    assert percentile(times, 1.0) == pytest.approx(5.0, rel=2 * GROWTH)
    assert percentile(Counter(), 0.99) == 0.0
