"""What is believed of a node, and that one missed report changes nothing."""

from datetime import timedelta

import pytest

from entraide.meetings.rules.health import Seen, judge, settle
from entraide.meetings.rules.words import Health

FRESH, SUSPECT, DEAD, RETURNING = Health.FRESH, Health.SUSPECT, Health.DEAD, Health.RETURNING


def seen(health: Health, silent: float = 0, **facts: int | bool) -> Seen:
    return Seen(health, timedelta(seconds=silent), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "believed"),
    [
        (seen(FRESH, 2.1), FRESH),
        (seen(FRESH, 4.5), FRESH),
        (seen(FRESH, 6.0), FRESH),
        (seen(FRESH, 6.1), SUSPECT),
        (seen(FRESH, failed_probes=1), FRESH),
        (seen(FRESH, complaints=2), FRESH),
        (seen(FRESH, complaints=1, failed_probes=3), FRESH),
        (seen(FRESH, complaints=2, failed_probes=1), SUSPECT),
        (seen(SUSPECT, 6.5), SUSPECT),
        (seen(SUSPECT, 7.1), DEAD),
        (seen(SUSPECT, complaints=2, failed_probes=2), DEAD),
        (seen(SUSPECT, complaints=2, failed_probes=1), SUSPECT),
        (seen(SUSPECT, good_reports=1), SUSPECT),
        (seen(SUSPECT, good_reports=2), FRESH),
        (seen(SUSPECT, 12, probed_well_since_silent=True), SUSPECT),
        (seen(SUSPECT, 31, probed_well_since_silent=True), DEAD),
        (seen(DEAD, 3600), DEAD),
        (seen(DEAD, 1, good_reports=1), RETURNING),
        (seen(DEAD, 9, good_reports=1), DEAD),
        (seen(RETURNING, good_reports=2), RETURNING),
        (seen(RETURNING, good_reports=3), FRESH),
        (seen(RETURNING, good_reports=9, rooms=1), RETURNING),
        (seen(RETURNING, 6.1, good_reports=9), DEAD),
        (seen(RETURNING, good_reports=9, failed_probes=1), DEAD),
    ],
)
def test_what_is_believed(facts: Seen, believed: Health) -> None:
    assert judge(facts) == believed


def test_a_node_that_was_silent_while_nobody_watched_is_dead_at_once() -> None:
    assert settle(seen(FRESH, 10)) == DEAD


def test_a_node_does_not_come_back_within_one_judgement() -> None:
    assert settle(seen(DEAD, 1, good_reports=3)) == RETURNING


def test_a_node_that_has_shown_that_it_is_well_and_empty_is_back() -> None:
    assert settle(seen(RETURNING, 1, good_reports=3)) == FRESH


@pytest.mark.parametrize("health", list(Health))
@pytest.mark.parametrize("silent", [0.0, 3.0, 6.5, 8.0, 60.0])
@pytest.mark.parametrize("reports", [0, 1, 2, 3])
@pytest.mark.parametrize("failed", [0, 2])
def test_the_dead_never_become_fresh_and_the_silent_never_do(
    health: Health, silent: float, reports: int, failed: int
) -> None:
    believed = settle(seen(health, silent, good_reports=reports, failed_probes=failed, complaints=failed))
    assert not (health == DEAD and believed in (FRESH, SUSPECT))
    assert not (silent > 6 and believed in (FRESH, RETURNING))
    assert settle(seen(believed, silent, good_reports=0)) != FRESH or believed == FRESH
