"""Where the media of a room go."""

from entraide.meetings.models import Placement, Room
from entraide.meetings.queries.line import position_of
from entraide.meetings.rules.seats import Whereabouts


def whereabouts_of(room: Room) -> Whereabouts:
    """Return where the media of a room go now."""
    live = Placement.objects.live().filter(room_id=room.pk).select_related("node").first()
    return Whereabouts(
        epoch=room.epoch, mode=room.mode, line=position_of(room) or 0, node=str(live.node_id) if live else "",
        node_url=live.node.url if live else "", most_heads=room.most_heads,
    )  # fmt: skip
