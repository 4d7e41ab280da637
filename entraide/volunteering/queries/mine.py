"""What a volunteer reads of their own: profile, participations, messages, calendar, everything as data."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, Sum

from entraide.foundation.pagination import Page
from entraide.foundation.paging import PAGE_ROWS, page_of
from entraide.volunteering.models import Notice, Participation, ParticipationQuerySet, Volunteer
from entraide.volunteering.rules.hours import text_of_minutes
from entraide.volunteering.rules.states import AHEAD, ParticipationState

CALENDAR_PAST = timedelta(days=90)


def volunteer_of(*, person_id: UUID) -> Volunteer | None:
    """Return a person's profile, None before they have one. One query."""
    return Volunteer.objects.select_related("commune").filter(person_id=person_id).first()


def _own(person_id: UUID) -> ParticipationQuerySet:
    return Participation.objects.filter(volunteer__person_id=person_id).select_related(
        "volunteer", "slot__mission__organisation", "slot__place__commune"
    )


def my_participations_ahead(*, person_id: UUID, now: datetime) -> list[Participation]:
    """Return the places that a person has in slots not over yet, the soonest first. One query."""
    rows = _own(person_id).standing(now).ahead().filter(slot__ends_at__gt=now)
    return list(rows.order_by("slot__starts_at", "pk"))


def my_participations_past(*, person_id: UUID, now: datetime, after: str = "") -> Page[Participation]:
    """Return a page of a person's other participations: over, cancelled, refused or expired, the latest first.

    One query. Raises BadCursor.
    """
    still = _own(person_id).standing(now).ahead().filter(slot__ends_at__gt=now).values("pk")
    rows = _own(person_id).exclude(pk__in=still).annotate(starts_at=F("slot__starts_at"))
    return page_of(rows, order={"-starts_at": datetime, "-pk": UUID}, after=after)


def my_participation_page(*, person_id: UUID, after: str) -> Page[Participation]:
    """Return a page of a person's participations, the latest first. One query. Raises BadCursor."""
    return page_of(_own(person_id), order={"-held_at": datetime, "-pk": UUID}, after=after)


def my_participation(*, person_id: UUID, participation_id: UUID) -> Participation | None:
    """Return one participation of this person, None for anybody else's. One query."""
    return _own(person_id).filter(pk=participation_id).first()


def my_place_in(*, person_id: UUID, slot_id: UUID) -> Participation | None:
    """Return the participation by which a person has, or had until its end, a place in a slot. One query."""
    return _own(person_id).occupying().filter(slot_id=slot_id).first()


def state_at(participation: Participation, *, now: datetime) -> ParticipationState:
    """Return what a participation is at `now`: a hold that has ended is expired, tidied or not."""
    state = ParticipationState(participation.state)
    until = participation.hold_until
    ended = state is ParticipationState.HELD and until is not None and until <= now
    return ParticipationState.EXPIRED if ended else state


@dataclass(frozen=True, slots=True)
class Hours:
    """A volunteer's minutes: attested, and counted but not attested yet."""

    attested: int
    counted: int

    @property
    def attested_text(self) -> str:
        """The attested hours as they are read."""
        return text_of_minutes(self.attested)

    @property
    def counted_text(self) -> str:
        """The other counted hours as they are read."""
        return text_of_minutes(self.counted)


def my_hours(*, person_id: UUID) -> Hours:
    """Return a volunteer's hours over all organisations. One query."""
    rows = Participation.objects.filter(volunteer__person_id=person_id).counted()
    found = rows.aggregate(
        attested=Sum("minutes", filter=Q(state=ParticipationState.ATTESTED.value), default=0),
        counted=Sum("minutes", filter=Q(state=ParticipationState.DONE.value), default=0),
    )
    return Hours(found["attested"], found["counted"])


def my_notices(*, person_id: UUID, after: str = "", size: int = PAGE_ROWS) -> Page[Notice]:
    """Return a page of a person's messages, the latest first, with what they are about loaded. One query.

    Raises BadCursor.
    """
    rows = Notice.objects.filter(person_id=person_id)
    rows = rows.select_related("person", "participation__volunteer", "slot__mission__organisation")
    return page_of(rows, order={"-created_at": datetime, "-pk": UUID}, after=after, size=size)


def calendar_of(*, token: UUID, now: datetime) -> list[Participation] | None:
    """Return the participations of a calendar's owner, None for a token of nobody. Two queries.

    Cancelled ones stay for a while, so that calendars strike them out.
    """
    volunteer = Volunteer.objects.filter(calendar_token=token, person__is_active=True).first()
    if volunteer is None:
        return None
    came = [ParticipationState.PRESENT, ParticipationState.DONE, ParticipationState.ATTESTED]
    gone = [ParticipationState.CANCELLED_BY_ORGANISATION, ParticipationState.RELEASED]
    shown = [*AHEAD, *came, *gone]
    rows = _own(volunteer.person_id).filter(
        state__in=[state.value for state in shown], slot__ends_at__gt=now - CALENDAR_PAST
    )
    return [row for row in rows.order_by("slot__starts_at", "pk") if state_at(row, now=now) in shown]
