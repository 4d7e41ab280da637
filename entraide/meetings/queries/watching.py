"""Whether the watch has anything to do."""

from entraide.meetings.models import Node, Room


def is_anything_to_watch() -> bool:
    """Tell whether a room is open, or a node known."""
    return Room.objects.open().exists() or Node.objects.exists()
