"""Reading the journal."""

from django.db.models import QuerySet

from entraide.journal.models import Entry


def of_thing(*, thing_kind: str, thing_id: str) -> QuerySet[Entry]:
    """Return what happened to one thing, newest first."""
    return Entry.objects.filter(thing_kind=thing_kind, thing_id=thing_id).order_by("-at", "-id")


def latest(*, verbs: tuple[str, ...] = (), before: int | None = None, limit: int = 50) -> list[Entry]:
    """Return the newest entries, of some verbs only when any is given, or those written before an entry."""
    entries = Entry.objects.order_by("-id")
    if verbs:
        entries = entries.filter(verb__in=verbs)
    if before is not None:
        entries = entries.filter(id__lt=before)
    return list(entries[:limit])
