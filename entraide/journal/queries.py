"""Reading the journal."""

from datetime import datetime

from django.db.models import QuerySet

from entraide.journal.models import Entry

# How pages of one thing's entries are ordered, and those of the whole journal.
NEWEST_FIRST = {"-at": datetime, "-id": int}
AS_WRITTEN = {"-id": int}


def of_thing(*, thing_kind: str, thing_id: str) -> QuerySet[Entry]:
    """Return what happened to one thing, newest first."""
    return Entry.objects.filter(thing_kind=thing_kind, thing_id=thing_id).order_by(*NEWEST_FIRST)


def everything() -> QuerySet[Entry]:
    """Return the whole journal, to be read a page at a time in the order of AS_WRITTEN."""
    return Entry.objects.all()


def latest(*, verbs: tuple[str, ...] = (), limit: int = 50) -> list[Entry]:
    """Return the newest entries, of some verbs only when any is given."""
    entries = Entry.objects.order_by("-id")
    if verbs:
        entries = entries.filter(verb__in=verbs)
    return list(entries[:limit])
