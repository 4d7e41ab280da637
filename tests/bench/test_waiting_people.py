"""The simulated evening keeps to what it promises: everyone who comes back is in, in order, and told the truth."""

import pytest

from bench.waiting_people import Evening, Outcome, Simulation, outcome


def play(**wishes: float) -> Outcome:
    evening = Evening(people=3_000, kept_per_second=20, mean_arrival_seconds=40, queue=200, **wishes)  # type: ignore[arg-type]
    simulation = Simulation(evening, seed=1)
    simulation.run(lambda line: None)
    return outcome(simulation, kept_per_second=evening.kept_per_second)


@pytest.fixture(scope="module")
def seen() -> Outcome:
    """An evening with absent people and people with many windows."""
    return play()


def test_everyone_who_comes_back_is_signed_up(seen: Outcome) -> None:
    assert (seen.not_in, seen.missed) == (0, 0)
    assert seen.waited > 2_000


def test_many_windows_gain_nothing(seen: Outcome) -> None:
    assert seen.gain_of_windows <= 0.01


def test_who_waits_is_told_the_truth(seen: Outcome) -> None:
    assert seen.true_ranges > 0.8


def test_an_evening_without_more_than_can_be_kept_has_no_line() -> None:
    simulation = Simulation(Evening(people=500, kept_per_second=100, mean_arrival_seconds=60), seed=1)
    simulation.run(lambda line: None)

    assert all(person.done_at is not None and not person.tickets for person in simulation.people)
