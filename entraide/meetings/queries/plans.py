"""Planned meetings as pages read them: one with its people, a person's own, what a link leads to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from entraide.foundation.pagination import Page
from entraide.foundation.paging import page_of
from entraide.foundation.secrets import digest_of
from entraide.meetings.models import Invitation, Meeting
from entraide.meetings.rules.names import BadName, read_name
from entraide.meetings.rules.schedule import Phase, Planned, phase

MOST_COMING = 100


@dataclass(frozen=True, slots=True)
class Mine:
    """A meeting as one of those who are in it sees it. `invitation` is theirs; a host has none."""

    meeting: Meeting
    invitation: Invitation | None
    phase: Phase


def phase_of(meeting: Meeting, *, now: datetime) -> Phase:
    """Return where a meeting stands. Its room is read if it is not loaded."""
    room = meeting.room
    planned = Planned(
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        is_cancelled=meeting.cancelled_at is not None,
        room_is_open=None if room is None else room.ended_at is None,
        heads=0 if room is None else room.heads,
    )
    return phase(planned, now=now)


def meeting_named(name: str) -> Meeting | None:
    """Return the planned meeting of a room's name, with its room. One query."""
    try:
        kept = read_name(name)
    except BadName:
        return None
    return Meeting.objects.select_related("room").filter(name=kept).first()


def meeting_of_host(*, meeting_id: UUID, host_id: UUID) -> Meeting | None:
    """Return a meeting to its host, None to others. One query."""
    return Meeting.objects.select_related("room").filter(pk=meeting_id, host_id=host_id).first()


def invitation_of_link(secret: str) -> Invitation | None:
    """Return the invitation of a link with its meeting, whatever has become of it. One query."""
    found = Invitation.objects.filter(digest=digest_of(secret), meeting__isnull=False)
    return found.select_related("meeting__room", "meeting__host").first()


def invited_to(meeting: Meeting) -> list[Invitation]:
    """Return those who are invited by name, in the order in which they were. One query."""
    rows = Invitation.objects.filter(meeting=meeting, revoked_at=None).exclude(email="")
    return list(rows.order_by("created_at", "pk"))


def guest_link_of(meeting: Meeting) -> Invitation | None:
    """Return the link for guests, if there is one. One query."""
    return Invitation.objects.filter(meeting=meeting, email="", revoked_at=None).order_by("-created_at").first()


def coming(*, person_id: UUID, now: datetime) -> list[Mine]:
    """Return the meetings that a person holds or is invited to and that are not over, the next first. Two queries."""
    rows = (
        _of(person_id).filter(cancelled_at=None).filter(Q(ends_at__gt=now) | Q(room__ended_at=None, room__heads__gt=0))
    )
    shown = _seen_by(person_id, list(rows.order_by("starts_at", "pk")[:MOST_COMING]), now)
    return [each for each in shown if each.phase in (Phase.EARLY, Phase.OPEN)]


def past(*, person_id: UUID, now: datetime, after: str = "") -> tuple[list[Mine], str | None]:
    """Return a page of the meetings that are over or cancelled, the latest first. Two queries. Raises BadCursor."""
    over = Q(ends_at__lte=now) | Q(cancelled_at__isnull=False) | Q(room__ended_at__isnull=False)
    order = {"-starts_at": datetime, "-pk": UUID}
    page: Page[Meeting] = page_of(_of(person_id).filter(over), order=order, after=after)
    shown = _seen_by(person_id, page.rows, now)
    return [each for each in shown if each.phase in (Phase.OVER, Phase.CANCELLED)], page.after


def _of(person_id: UUID) -> QuerySet[Meeting]:
    invited = Invitation.objects.filter(person_id=person_id, meeting__isnull=False, revoked_at=None)
    rows = Meeting.objects.select_related("room", "host")
    return rows.filter(Q(host_id=person_id) | Q(pk__in=invited.values("meeting_id")))


def _seen_by(person_id: UUID, meetings: Sequence[Meeting], now: datetime) -> list[Mine]:
    theirs = Invitation.objects.filter(person_id=person_id, meeting__in=meetings, revoked_at=None)
    by_meeting = {each.meeting_id: each for each in theirs}
    return [
        Mine(each, None if each.host_id == person_id else by_meeting.get(each.pk), phase_of(each, now=now))
        for each in meetings
    ]
