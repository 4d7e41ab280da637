"""Where the media of a room go."""

from collections.abc import Sequence
from uuid import UUID

from entraide.meetings.models import Placement, Room
from entraide.meetings.queries.line import position_of
from entraide.meetings.rules.seats import Whereabouts


def whereabouts_of(room: Room) -> Whereabouts:
    """Return where the media of a room go now."""
    live = Placement.objects.live().filter(room_id=room.pk).select_related("node").first()
    return Whereabouts(
        epoch=room.epoch, mode=room.mode, line=position_of(room) or 0, node=str(live.node_id) if live else "",
        node_url=live.node.url if live else "", most_heads=room.most_heads,
        rung=live.node.rung if live else 0, is_e2ee=room.is_e2ee,
    )  # fmt: skip


def rungs_of(participant_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return for each room of these participants on which rung of the overload ladder its node is."""
    live = Placement.objects.live().filter(room__participants__in=participant_ids).distinct()
    return dict(live.values_list("room_id", "node__rung"))
