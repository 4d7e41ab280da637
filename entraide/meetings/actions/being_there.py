"""Who is in a room stays there while a gateway says so, comes back after a cut, and is let go when nobody says so."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from entraide.foundation.secrets import digest_of
from entraide.meetings.actions.entering import Joined, TicketUsed, leave_room, seat_of
from entraide.meetings.models import Participant
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules.words import ParticipantState

# Three rounds of a gateway, and time for another one to take over.
LOST_AFTER = timedelta(seconds=40)


@transaction.atomic
def come_back(*, session: str) -> Joined:
    """Return where somebody is who was cut off, known by their session's secret. Raises TicketUsed."""
    participant = Participant.objects.present().filter(session_digest=digest_of(session)).first()
    if participant is None:
        raise TicketUsed
    joined = seat_of(participant, session)
    Participant.objects.filter(pk=participant.pk).update(seen_at=database_now())
    return joined


@transaction.atomic
def note_seen(*, participant_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Note that these are still there; return who is not in their room any more: "kicked", "ended", or "gone"."""
    there = Participant.objects.present().filter(pk__in=participant_ids)
    there.update(seen_at=database_now())
    gone = set(participant_ids) - set(there.values_list("pk", flat=True))
    whys = dict.fromkeys(gone, "gone")
    # A gateway may ask before it has heard of the end.
    for participant in Participant.objects.filter(pk__in=gone).select_related("room"):
        if participant.state == ParticipantState.KICKED.value:
            whys[participant.pk] = "kicked"
        elif participant.room.ended_at is not None:
            whys[participant.pk] = "ended"
    return whys


def let_go_of_lost() -> int:
    """Let those leave of whom no gateway has told for a while; return how many left."""
    lost = Participant.objects.present().filter(seen_at__lt=database_now() - LOST_AFTER)
    return sum(leave_room(participant_id=each) for each in lost.values_list("pk", flat=True))
