"""A campaign says that bounds hold, that one is broken, or that it cannot say."""

from collections.abc import Iterable

import pytest

from entraidectl.load.campaigns import Bound
from entraidectl.load.limits import search, told
from entraidectl.load.tally import Tally
from entraidectl.load.verdict import Outcome, Verdict, judge

BOUNDS = (Bound("sign-up", 1.0), Bound("page", 0.5, failing=0.1))
DUE = 200


def visits(*, seconds: float = 0.1, failing: int = 0, begun: int = DUE, late: float = 0.001) -> Tally:
    """Return what was seen of people who read a page and sign up."""
    tally = Tally()
    for number in range(begun):
        tally.lag(late)
        tally.good("page", due=number / 10, seconds=0.02)
        if number < failing:
            tally.fault("sign-up", due=number / 10, reason="503 line")
        else:
            tally.good("sign-up", due=number / 10, seconds=seconds)
    return tally


def judged(tally: Tally) -> Outcome:
    return judge(tally, BOUNDS, due=DUE, seconds=20)


def test_bounds_that_hold_are_said_to_hold() -> None:
    outcome = judged(visits())

    assert outcome.verdict is Verdict.HELD
    assert [figure.value for figure in outcome.figures if figure.what == "asked"] == [10.0, 10.0]


@pytest.mark.parametrize(
    ("tally", "named"), [(visits(seconds=3.0), "sign-up: 99th percentile"), (visits(failing=3), "sign-up: failing")]
)
def test_a_broken_bound_is_named(tally: Tally, named: str) -> None:
    outcome = judged(tally)

    assert outcome.verdict is Verdict.BROKEN
    assert outcome.reason.startswith(named)


@pytest.mark.parametrize(
    ("tally", "named"),
    [(visits(begun=150), "began 150 of 200"), (visits(late=2.0), "late"), (visits(seconds=3.0, late=2.0), "late")],
)
def test_a_generator_that_was_the_limit_has_no_verdict(tally: Tally, named: str) -> None:
    outcome = judged(tally)

    assert outcome.verdict is Verdict.NONE
    assert named in outcome.reason


def test_a_worker_without_processor_left_has_no_verdict() -> None:
    tally = visits()
    tally.processor = 0.97

    assert judged(tally).verdict is Verdict.NONE


def test_a_step_that_nobody_came_to_has_no_verdict() -> None:
    tally = visits()
    del tally.steps["sign-up"]

    assert judged(tally) == Outcome(Verdict.NONE, "nobody came as far as: sign-up", judged(tally).figures)


def outcome_of(verdict: Verdict) -> Outcome:
    return Outcome(verdict, f"it is {verdict}", ())


def scales(limit: float, first: float, *, generator: float = 1e9) -> Iterable[float]:
    """Return the scales that a search tries of a site that breaks beyond a limit."""

    def attempt(scale: float) -> Outcome:
        if scale > generator:
            return outcome_of(Verdict.NONE)
        return outcome_of(Verdict.HELD if scale <= limit else Verdict.BROKEN)

    tries = list(search(first, attempt))
    words.append(told(tries))
    return [each.scale for each in tries]


words: list[str] = []


@pytest.mark.parametrize(("limit", "first"), [(3.3, 1.0), (0.21, 1.0), (1.0, 1.0), (0.9, 1.0), (7.0, 0.5)])
def test_the_limit_is_found_between_a_scale_that_held_and_one_that_did_not(limit: float, first: float) -> None:
    tried = list(scales(limit, first))

    held = max(scale for scale in tried if scale <= limit)
    broken = min(scale for scale in tried if scale > limit)
    assert broken / held <= 1.15
    assert words[-1].startswith(f"The limit is between scale {held:g}")


def test_a_search_ends_where_the_generator_is_the_limit() -> None:
    assert list(scales(100.0, 1.0, generator=2.0)) == [1.0, 1.5, 2.25]
    assert "No limit was found" in words[-1]


def test_a_site_that_bears_nothing_ends_the_search_too() -> None:
    assert len(list(scales(0.0, 1.0))) == 12
    assert words[-1].startswith("No scale held")
