"""Reading the journal."""

from django.db.models import QuerySet

from entraide.journal.models import Entry


def of_thing(*, thing_kind: str, thing_id: str) -> QuerySet[Entry]:
    """Return what happened to one thing, newest first."""
    return Entry.objects.filter(thing_kind=thing_kind, thing_id=thing_id).order_by("-at", "-id")


def latest(*, verbs: tuple[str, ...] = (), limit: int = 50) -> list[Entry]:
    """Return the newest entries, of some verbs only when any is given."""
    entries = Entry.objects.order_by("-at", "-id")
    return list((entries.filter(verb__in=verbs) if verbs else entries)[:limit])
