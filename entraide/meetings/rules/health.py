"""What is believed of a node from what is heard of it: fresh, suspect, dead, returning.

One missed report means nothing, and forgets no room. A suspect node gets no new rooms and keeps those it has; a dead
one has lost them, and returns only when it has shown several times that it is well and empty: else a room could live
on two nodes.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from entraide.meetings.rules.placement import FRESH_FOR
from entraide.meetings.rules.words import Health

DEAD_AFTER = timedelta(seconds=7)
# A node whose agent alone has died is let go on for so long, as probes from outside still succeed.
SPARED_BY_PROBES_FOR = timedelta(seconds=30)
# Complaints of so many participants together, none of whom can be another, are a reason to probe.
COMPLAINTS = 2
FAILED_PROBES_TO_SUSPECT = 1
FAILED_PROBES_TO_DIE = 2
GOOD_REPORTS_TO_RECOVER = 2
GOOD_REPORTS_TO_RETURN = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a node at a moment.

    `silent_for` is the time since its agent's last report; `failed_probes` and `good_reports` count those in a row;
    `complaints` the participants who lately said that they lost it; `rooms` what its agent last said it has;
    `says_down` that its agent says itself that the server beside it does not answer.
    """

    health: Health
    silent_for: timedelta
    failed_probes: int = 0
    good_reports: int = 0
    complaints: int = 0
    rooms: int = 0
    probed_well_since_silent: bool = False
    says_down: bool = False


def judge(seen: Seen) -> Health:
    """Return what is to be believed of the node from now on."""
    match seen.health:
        case Health.FRESH:
            return Health.SUSPECT if _is_doubtful(seen) else Health.FRESH
        case Health.SUSPECT:
            if _is_gone(seen):
                return Health.DEAD
            well = not _is_doubtful(seen) and seen.good_reports >= GOOD_REPORTS_TO_RECOVER
            return Health.FRESH if well else Health.SUSPECT
        case Health.DEAD:
            return Health.RETURNING if seen.good_reports and seen.silent_for <= FRESH_FOR else Health.DEAD
        case Health.RETURNING:
            if seen.silent_for > FRESH_FOR or seen.failed_probes:
                return Health.DEAD
            empty = not seen.rooms and seen.good_reports >= GOOD_REPORTS_TO_RETURN
            return Health.FRESH if empty else Health.RETURNING


def settle(seen: Seen) -> Health:
    """Return what is believed once a doubt that is a certainty already has been judged too.

    A node that was silent for ten seconds while nobody watched is dead at once, not suspect for another round.
    """
    believed = judge(seen)
    return judge(replace(seen, health=believed)) if believed == Health.SUSPECT != seen.health else believed


def _is_doubtful(seen: Seen) -> bool:
    complained = seen.complaints >= COMPLAINTS and seen.failed_probes >= FAILED_PROBES_TO_SUSPECT
    return seen.says_down or seen.silent_for > FRESH_FOR or complained


def _is_gone(seen: Seen) -> bool:
    if seen.says_down or (seen.complaints >= COMPLAINTS and seen.failed_probes >= FAILED_PROBES_TO_DIE):
        return True
    if seen.probed_well_since_silent:
        return seen.silent_for > SPARED_BY_PROBES_FOR
    return seen.silent_for > DEAD_AFTER
