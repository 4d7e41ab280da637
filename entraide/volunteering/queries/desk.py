"""What an organisation reads: missions, slots, candidates, attendance.

Every function takes the acting role and returns nothing that it may not see.
"""

from datetime import datetime, timedelta
from enum import IntEnum
from uuid import UUID

from django.db.models import Case, Count, Q, Sum, When

from entraide.accounts.api import Acting, Person
from entraide.foundation.pagination import Page
from entraide.foundation.paging import PAGE_ROWS, page_of
from entraide.volunteering.models import Mission, Participation, ParticipationQuerySet, Slot, Template
from entraide.volunteering.permissions import may_moderate, may_run
from entraide.volunteering.rules.states import (
    EXPECTED,
    LEFT,
    MISSION_PUBLIC,
    TAKES,
    MissionState,
    ParticipationState,
    SlotState,
)

SOON = timedelta(days=7)
RECENT = timedelta(days=14)
_PUBLIC = [state.value for state in MISSION_PUBLIC]
_TAKES = [state.value for state in TAKES]
_LEFT = [state.value for state in LEFT]
UNFINISHED = (MissionState.DRAFT.value, MissionState.MORE_INFO.value)
PAST = (
    MissionState.DONE.value,
    MissionState.CANCELLED.value,
    MissionState.FLAGGED.value,
    MissionState.ARCHIVED.value,
)


class Turn(IntEnum):
    """In which order the desk shows its missions."""

    TO_FINISH = 0
    LIVE = 1
    PAST = 2


def templates_on_offer() -> list[Template]:
    """Return the templates to start a mission from, by kind. One query."""
    return list(Template.objects.on_offer().order_by("kind", "slug"))


def desk_missions(*, acting: Acting, organisation_id: UUID, now: datetime, after: str = "") -> Page[Mission]:
    """Return a page of an organisation's missions with `waiting`, the candidates to answer. One query.

    Those to finish come first, then those under way, then those that are past, the latest first within each; `turn`
    tells which. Raises BadCursor.
    """
    if not may_run(acting, organisation_id):
        return Page(rows=[], after=None)
    held = Q(slots__participations__state=ParticipationState.HELD.value, slots__participations__hold_until__gt=now)
    rows = Mission.objects.filter(organisation_id=organisation_id).annotate(
        waiting=Count("slots__participations", filter=held),
        turn=Case(
            When(state__in=UNFINISHED, then=Turn.TO_FINISH), When(state__in=PAST, then=Turn.PAST), default=Turn.LIVE
        ),
    )
    return page_of(rows, order={"turn": int, "-created_at": datetime, "-pk": UUID}, after=after)


def past_missions_count(*, acting: Acting, organisation_id: UUID) -> int:
    """Return how many missions of an organisation are past. One query."""
    if not may_run(acting, organisation_id):
        return 0
    return Mission.objects.filter(organisation_id=organisation_id, state__in=PAST).count()


def desk_mission(*, acting: Acting, mission_id: UUID) -> Mission | None:
    """Return a mission in any state to its organisation and its moderators, None to others. One query."""
    row = Mission.objects.select_related("organisation", "template").filter(pk=mission_id).first()
    if row is None or not (may_run(acting, row.organisation_id) or may_moderate(acting, row)):
        return None
    return row


def desk_slots(*, acting: Acting, mission_id: UUID, now: datetime, after: str = "") -> Page[Slot]:
    """Return a page of a mission's slots with `waiting`: those ahead, then those that are `gone`. Two queries.

    Within each they are in the order of time. Raises BadCursor.
    """
    if desk_mission(acting=acting, mission_id=mission_id) is None:
        return Page(rows=[], after=None)
    waiting = Q(participations__state=ParticipationState.HELD.value, participations__hold_until__gt=now)
    rows = Slot.objects.filter(mission_id=mission_id).select_related("place__commune")
    rows = rows.annotate(
        waiting=Count("participations", filter=waiting), gone=Case(When(_gone(now), then=1), default=0)
    )
    return page_of(rows, order={"gone": int, "starts_at": datetime, "pk": UUID}, after=after)


def gone_slots_count(*, mission_id: UUID, now: datetime) -> int:
    """Return how many slots of a mission are over or cancelled. One query."""
    return Slot.objects.filter(_gone(now), mission_id=mission_id).count()


def slot_ids_ahead(*, acting: Acting, mission_id: UUID, now: datetime) -> list[UUID]:
    """Return all slots of a mission that are not over, however many. Two queries."""
    if desk_mission(acting=acting, mission_id=mission_id) is None:
        return []
    return list(Slot.objects.filter(mission_id=mission_id, ends_at__gt=now).values_list("pk", flat=True))


def candidates(
    *,
    acting: Acting,
    organisation_id: UUID,
    now: datetime,
    mission_id: UUID | None = None,
    after: str = "",
    size: int = PAGE_ROWS,
) -> Page[Participation]:
    """Return a page of those who wait for an answer, whose hold ends first, with person and slot loaded. One query.

    Raises BadCursor.
    """
    if not may_run(acting, organisation_id):
        return Page(rows=[], after=None)
    rows = _waiting(organisation_id, mission_id, now)
    rows = rows.select_related("volunteer__person", "volunteer__commune", "slot__mission")
    return page_of(rows, order={"hold_until": datetime, "pk": UUID}, after=after, size=size)


def waiting_count(*, acting: Acting, organisation_id: UUID, now: datetime, mission_id: UUID | None = None) -> int:
    """Return how many candidates wait for the organisation's answer, for one mission if it is given. One query."""
    if not may_run(acting, organisation_id):
        return 0
    return _waiting(organisation_id, mission_id, now).count()


def slots_to_fill(*, acting: Acting, organisation_id: UUID, now: datetime, limit: int = 5) -> list[Slot]:
    """Return the slots of the next days that still have places, the soonest first, with their mission. One query."""
    if not may_run(acting, organisation_id):
        return []
    rows = Slot.objects.live().ahead(now).with_places().filter(starts_at__lte=now + SOON)
    rows = rows.filter(mission__organisation_id=organisation_id, mission__state__in=_PUBLIC)
    return list(rows.select_related("mission").order_by("starts_at", "pk")[:limit])


def lists_to_fill(*, acting: Acting, organisation_id: UUID, now: datetime, limit: int = 5) -> list[Slot]:
    """Return the slots that are over and of whose people nobody said whether they came, the latest first. One query.

    Each has `unsaid`, how many people that is, those whom others bring among them; after two weeks nobody is reminded
    any more.
    """
    if not may_run(acting, organisation_id):
        return []
    expected = Q(participations__state__in=[state.value for state in EXPECTED])
    unsaid = Sum("participations__seats", filter=expected, default=0)
    rows = Slot.objects.filter(mission__organisation_id=organisation_id, ends_at__gt=now - RECENT, ends_at__lte=now)
    rows = rows.exclude(state=SlotState.CANCELLED.value).annotate(unsaid=unsaid).filter(unsaid__gt=0)
    return list(rows.select_related("mission").order_by("-ends_at", "pk")[:limit])


def _waiting(organisation_id: UUID, mission_id: UUID | None, now: datetime) -> ParticipationQuerySet:
    rows = Participation.objects.waiting(now).filter(slot__mission__organisation_id=organisation_id)
    return rows if mission_id is None else rows.filter(slot__mission_id=mission_id)


def _gone(now: datetime) -> Q:
    return Q(ends_at__lte=now) | Q(state=SlotState.CANCELLED.value)


def answered(*, acting: Acting, organisation_id: UUID, participation_ids: list[UUID]) -> list[Participation]:
    """Return these participations of the organisation as they are now, with person and slot loaded. One query."""
    if not may_run(acting, organisation_id):
        return []
    rows = Participation.objects.filter(pk__in=participation_ids, slot__mission__organisation_id=organisation_id)
    return list(rows.select_related("volunteer__person", "slot__mission").order_by("pk"))


def slot_of_desk(*, acting: Acting, organisation_id: UUID, slot_id: UUID) -> Slot | None:
    """Return a slot of the organisation with its mission and place, None to others. One query."""
    if not may_run(acting, organisation_id):
        return None
    rows = Slot.objects.select_related("mission", "place__commune")
    return rows.filter(pk=slot_id, mission__organisation_id=organisation_id).first()


def expected_at(*, slot_ids: list[UUID], now: datetime) -> int:
    """Return how many people would be told if these slots changed. One query."""
    return Participation.objects.standing(now).ahead().filter(slot_id__in=slot_ids).count()


def expected_people(*, acting: Acting, mission_id: UUID, now: datetime) -> list[Person]:
    """Return those who have a place in a slot of the mission that is not over, each once. Two queries."""
    mission = Mission.objects.filter(pk=mission_id).first()
    if mission is None or not may_run(acting, mission.organisation_id):
        return []
    rows = Participation.objects.filter(slot__mission=mission, slot__ends_at__gt=now, state__in=_TAKES)
    people = rows.exclude(slot__state=SlotState.CANCELLED.value).select_related("volunteer__person").order_by("pk")
    return list({each.volunteer.person_id: each.volunteer.person for each in people}.values())


def expected_on(*, mission_ids: list[UUID], now: datetime) -> int:
    """Return how many people would be told if these missions were taken away. One query."""
    ahead = Participation.objects.standing(now).ahead().filter(slot__ends_at__gt=now)
    return ahead.filter(slot__mission_id__in=mission_ids).count()


def places_given_back(*, acting: Acting, slot_id: UUID, limit: int = 50) -> list[Participation]:
    """Return those who had a place in a slot and gave it back or did not answer, the latest first. Two queries."""
    slot = Slot.objects.select_related("mission").filter(pk=slot_id).first()
    if slot is None or not may_run(acting, slot.mission.organisation_id):
        return []
    rows = Participation.objects.filter(slot=slot, state__in=_LEFT, confirmed_at__isnull=False)
    return list(rows.select_related("volunteer__person").order_by("-decided_at", "pk")[:limit])


def attendance_list(*, acting: Acting, slot_id: UUID) -> list[Participation]:
    """Return those who have a place in a slot, by name, with person loaded. Two queries."""
    slot = Slot.objects.select_related("mission").filter(pk=slot_id).first()
    if slot is None or not may_run(acting, slot.mission.organisation_id):
        return []
    rows = Participation.objects.filter(slot=slot, state__in=_TAKES).select_related("volunteer__person")
    return list(rows.order_by("volunteer__person__last_name", "volunteer__person__first_name", "pk"))
