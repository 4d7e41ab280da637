"""Telling managers and referents what waits for them: one mail for all of it, as often as each wants it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Min

from entraide.accounts import api as accounts
from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.models import Mission, Participation
from entraide.volunteering.rules.states import LEFT
from entraide.volunteering.rules.zones import zone_of
from entraide.volunteering.work_letters import WaitingHere, WaitingThere, write_to_manager, write_to_moderator

LATELY = timedelta(days=1)
_ORGANISATION = (
    "slot__mission__organisation_id",
    "slot__mission__organisation__name",
    "slot__mission__organisation__departement",
)
_LEFT = [state.value for state in LEFT]


def tell_managers(*, now: datetime) -> int:
    """Write to the managers whom it is time to tell of candidates and of places given back; return to how many."""
    waiting = _happened(now)
    told = 0
    for reader in accounts.managers_to_tell(organisation_ids=waiting, now=now):
        untold = [waiting[each].since(reader.told_at) for each in sorted(reader.organisations & waiting.keys())]
        theirs = [each for each in untold if each.latest_at]
        newest_at = max((each.latest_at for each in theirs if each.latest_at), default=None)
        if newest_at and _due(reader, newest_at, theirs[0].departement, now):
            told += _tell(reader, accounts.WorkMail.CANDIDATES, write_to_manager, theirs, now)
    return told


def _happened(now: datetime) -> dict[UUID, WaitingHere]:
    """Return who waits, and who gave back a place of a slot ahead in the last day, by organisation. Two queries."""
    ours = Participation.objects.exclude(slot__mission__organisation__state__in=BARRED_ORGANISATIONS)
    grouped = ours.waiting(now).values_list(*_ORGANISATION).annotate(Count("pk"), Max("held_at"), Min("hold_until"))
    found = {row[0]: WaitingHere(*row) for row in grouped.order_by()}
    left = ours.filter(
        state__in=_LEFT, confirmed_at__isnull=False, decided_at__gt=now - LATELY, slot__starts_at__gt=now
    )
    times: dict[tuple[UUID, str, str], list[datetime]] = defaultdict(list)
    for *organisation, at, seats in left.order_by("decided_at").values_list(*_ORGANISATION, "decided_at", "seats"):
        times[organisation[0], organisation[1], organisation[2]] += [at] * seats
    for organisation, given_back in times.items():
        here = found.get(organisation[0], WaitingHere(*organisation))
        found[organisation[0]] = replace(here, left=tuple(given_back))
    return found


def tell_moderators(*, now: datetime) -> int:
    """Write to the referents whom it is time to tell of what waits, and return to how many.

    What waits where there is no referent is told to the operators.
    """
    waiting = _to_moderate()
    if not waiting:
        return 0
    readers = accounts.moderators_to_tell(now=now)
    looked_after = frozenset[str]().union(*(reader.departements for reader in readers))
    told = 0
    for reader in readers:
        theirs = [
            each
            for code, each in waiting.items()
            if code in reader.departements or (reader.everywhere and code not in looked_after)
        ]
        if theirs and _due(reader, max(each.newest_at for each in theirs), theirs[0].departement, now):
            told += _tell(reader, accounts.WorkMail.MODERATION, write_to_moderator, theirs, now)
    return told


def _to_moderate() -> Mapping[str, WaitingThere]:
    """Return what waits, by département. Two queries."""
    missions = (
        Mission.objects.to_moderate().values_list("departement_code").annotate(Count("pk"), Max("state_changed_at"))
    )
    bodies = accounts.organisations_to_moderate(departements=None).values_list("departement")
    bodies = bodies.annotate(Count("pk"), Max("state_changed_at"))
    counts: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    newest: dict[str, datetime] = {}
    for number, rows in enumerate((missions.order_by(), bodies.order_by())):
        for code, count, newest_at in rows:
            seen = counts[code]
            counts[code] = (count, seen[1]) if number == 0 else (seen[0], count)
            newest[code] = max(newest_at, newest.get(code, newest_at))
    return {code: WaitingThere(code, *counts[code], newest[code]) for code in sorted(counts)}


def _due(reader: accounts.Reader, newest_at: datetime, departement: str, now: datetime) -> bool:
    return accounts.work_mail_due(
        cadence=reader.cadence,
        told_at=reader.told_at,
        newest_at=newest_at,
        local_now=now.astimezone(zone_of(departement)),
    )


@transaction.atomic
def _tell(
    reader: accounts.Reader,
    kind: accounts.WorkMail,
    write: Callable[..., None],
    waiting: Sequence[object],
    now: datetime,
) -> bool:
    """Write the mail unless another worker has just done so."""
    if not accounts.claim_work_mail(person_id=reader.person_id, kind=kind, seen=reader.told_at, now=now):
        return False
    write(reader=reader, waiting=waiting)
    return True
