"""When people come: as many as the phases say, at moments that a seed settles."""

from collections import Counter
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraidectl.load.arrivals import Phase, kinds, length, moments, rate_at, scaled, share

SPEECH = (Phase(60, 0, 600), Phase(120, 600, 600), Phase(60, 600, 100))
rates = st.floats(min_value=0.5, max_value=500)


@given(begins=rates, ends=rates, part=st.floats(min_value=0.01, max_value=0.99))
def test_the_people_until_a_second_are_those_that_lead_to_it(begins: float, ends: float, part: float) -> None:
    phase = Phase(40, begins, ends)
    people = part * phase.people

    second = phase.second_of(people)

    assert 0 <= second <= phase.seconds
    until = Phase(second, begins, begins + (ends - begins) * second / phase.seconds)
    assert until.people == pytest.approx(people, rel=1e-6)


def test_a_phase_that_begins_at_nothing_has_its_people_at_its_end() -> None:
    assert Phase(60, 0, 600).second_of(4_500) == pytest.approx(30)


@pytest.mark.parametrize("seed", range(5))
def test_so_many_come_as_the_phases_say_and_in_order(seed: int) -> None:
    came = list(moments(SPEECH, seed=seed))

    expected = sum(phase.people for phase in SPEECH)
    # Five standard deviations of a Poisson count.
    assert abs(len(came) - expected) < 5 * expected**0.5
    assert came == sorted(came)
    assert came[0] > 0
    assert came[-1] < length(SPEECH)
    middle = sum(60 <= moment < 180 for moment in came)
    assert abs(middle - 72_000) < 5 * 72_000**0.5


def test_a_seed_settles_the_moments() -> None:
    assert list(moments(SPEECH, seed=1)) == list(moments(SPEECH, seed=1))
    assert list(moments(SPEECH, seed=1)) != list(moments(SPEECH, seed=2))


def test_workers_share_the_moments_and_leave_none_out() -> None:
    whole = list(moments(scaled(SPEECH, 0.01), seed=3))

    shares = [share(iter(whole), worker=worker, workers=3) for worker in range(3)]

    assert sorted(moment for each in shares for moment in each) == whole


def test_nobody_is_due_before_the_first_phase_or_after_the_last() -> None:
    assert rate_at(SPEECH, 30) == pytest.approx(300)
    assert rate_at(SPEECH, 100) == 600
    assert rate_at(SPEECH, -1) == rate_at(SPEECH, 240) == 0


@given(st.lists(st.floats(min_value=0.01, max_value=1), min_size=1, max_size=5), st.integers(1, 400))
def test_each_kind_of_visit_has_its_share_at_any_moment(weights: list[float], visits: int) -> None:
    wanted = {f"kind {at}": weight for at, weight in enumerate(weights)}

    came = Counter(islice(kinds(wanted), visits))

    for kind, weight in wanted.items():
        assert abs(came[kind] - visits * weight / sum(weights)) < 2
