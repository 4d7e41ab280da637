"""What an organisation's new standing does to its missions and to the volunteers on them. Accounts asks for it.

Validated: its missions that need no referent go online. Suspended: places are kept, and everyone is told. Back again:
those who were told hear it. Flagged or gone: everything ahead is cancelled, and everyone is told.
"""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.accounts.api import Organisation, OrganisationState
from entraide.volunteering import copies, notices
from entraide.volunteering.actions import counters
from entraide.volunteering.actions.publishing import (
    Step,
    cancel_slots,
    draft_of,
    locked_mission,
    move_mission,
    policy_in_force,
    standing_of,
)
from entraide.volunteering.models import Mission, Notice, Participation, ParticipationQuerySet
from entraide.volunteering.permissions import SYSTEM
from entraide.volunteering.rules.publication import problems, state_after_submission
from entraide.volunteering.rules.states import MISSION_MOVES, MissionState
from entraide.volunteering.rules.words import Canceller, NoticeKind


def follow_organisation(*, organisation_id: UUID, now: datetime) -> None:
    """Do what the organisation's present state asks for, one transaction a mission; doing it again changes nothing.

    The state is read here: of two changes shortly after one another the last one counts, whichever job comes first.
    """
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        return
    mission_ids = Mission.objects.filter(organisation=organisation).order_by("pk").values_list("pk", flat=True)
    for mission_id in list(mission_ids):
        match OrganisationState(organisation.state):
            case OrganisationState.VALIDATED:
                _go_on(mission_id, now)
            case OrganisationState.SUSPENDED:
                _stop(mission_id, now)
            case OrganisationState.FLAGGED:
                _end(mission_id, MissionState.FLAGGED, Canceller.PLATFORM, now)
            case OrganisationState.DEREGISTERED:
                _end(mission_id, MissionState.CANCELLED, Canceller.LEAVING, now)
    show_organisation(organisation_id=organisation_id)


def show_organisation(*, organisation_id: UUID) -> None:
    """Have copies of the pages renewed that show an organisation: its missions that were ever published."""
    published = Mission.objects.filter(organisation_id=organisation_id, published_at__isnull=False)
    copies.outdate_all(published.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _go_on(mission_id: UUID, now: datetime) -> None:
    mission = locked_mission(mission_id)
    if mission.organisation.state != OrganisationState.VALIDATED:
        return
    if mission.state == MissionState.SUBMITTED:
        _publish(mission, now)
    told = Notice.objects.filter(
        kind=NoticeKind.ORGANISATION_SUSPENDED.value, participation__in=_expected(mission, now)
    )
    # Each suspension is followed by one message that it is over.
    latest = {row.participation_id: str(row.detail["since"]) for row in told.order_by("created_at", "pk")}
    by_suspension: dict[str, list[Participation]] = defaultdict(list)
    for row in _expected(mission, now).filter(pk__in=list(latest)).select_related("volunteer").order_by("pk"):
        by_suspension[latest[row.pk]].append(row)
    for since, rows in by_suspension.items():
        notices.tell(kind=NoticeKind.ORGANISATION_BACK, participations=rows, occasion=since)


def _publish(mission: Mission, now: datetime) -> None:
    """Put a mission online that waited for its organisation alone; one with words of its own waits for a referent."""
    draft = draft_of(mission, now=now)
    standing = standing_of(mission.organisation.state)
    policy = policy_in_force(now, departement=mission.departement_code)
    target = state_after_submission(draft, organisation=standing, policy=policy)
    if target is MissionState.ONLINE and not problems(draft):
        move_mission(mission, Step(MissionState.ONLINE, SYSTEM), now)
        counters.recount_mission(mission.pk)


@transaction.atomic
def _stop(mission_id: UUID, now: datetime) -> None:
    mission = locked_mission(mission_id)
    if mission.organisation.state != OrganisationState.SUSPENDED:
        return
    since = notices.of_time(mission.organisation.state_changed_at)
    rows = list(_expected(mission, now).select_related("volunteer").order_by("pk"))
    notices.tell(kind=NoticeKind.ORGANISATION_SUSPENDED, participations=rows, detail={"since": since}, occasion=since)


@transaction.atomic
def _end(mission_id: UUID, target: MissionState, canceller: Canceller, now: datetime) -> None:
    cancel_slots(mission_id, by=SYSTEM, text="", now=now, canceller=canceller)
    mission = locked_mission(mission_id)
    if MISSION_MOVES.may(source=MissionState(mission.state), target=target, actor=SYSTEM.actor):
        move_mission(mission, Step(target, SYSTEM, mission.organisation.state_reason), now)
    counters.recount_mission(mission_id)


def _expected(mission: Mission, now: datetime) -> ParticipationQuerySet:
    return Participation.objects.standing(now).ahead().filter(slot__mission=mission, slot__ends_at__gt=now)
