"""What is past its time is deleted."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from entraide.foundation.tidying import delete_in_parts
from entraide.meetings.models import Ban, Invitation, Meeting, NodeEvent, Participant, Room, RoomChange, TenantMeeting
from entraide.meetings.queries.moment import database_now

# Who was in a meeting is nobody's business the next day; how large it was is kept with the room for sizing.
PEOPLE_KEPT = timedelta(hours=24)
ROOMS_KEPT = timedelta(days=30)
EVENTS_KEPT = timedelta(days=30)
CHANGES_KEPT = timedelta(hours=1)


def forget_ended() -> int:
    """Delete what has ended: people and invitations after a day, rooms and plans after a month; return how many."""
    now = database_now()
    of_yesterday = Room.objects.filter(ended_at__lt=now - PEOPLE_KEPT)
    return (
        delete_in_parts(Ban.objects.filter(room__in=of_yesterday))
        + delete_in_parts(Participant.objects.filter(room__in=of_yesterday))
        + delete_in_parts(Invitation.objects.filter(room__in=of_yesterday))
        + delete_in_parts(Invitation.objects.filter(meeting__in=_meetings_over_by(now - PEOPLE_KEPT)))
        + delete_in_parts(Meeting.objects.filter(pk__in=_meetings_over_by(now - ROOMS_KEPT)))
        + delete_in_parts(TenantMeeting.objects.filter(room__in=of_yesterday))
        + delete_in_parts(RoomChange.objects.filter(at__lt=now - CHANGES_KEPT))
        + delete_in_parts(Room.objects.filter(ended_at__lt=now - ROOMS_KEPT))
        + delete_in_parts(NodeEvent.objects.filter(at__lt=now - EVENTS_KEPT))
    )


def _meetings_over_by(then: datetime) -> QuerySet[Meeting]:
    return Meeting.objects.filter(Q(ends_at__lt=then) | Q(cancelled_at__lt=then))
