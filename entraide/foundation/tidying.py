"""Deleting what is past its time, a little at once: no long lock, no long transaction, however much has gathered."""

from django.db import transaction
from django.db.models import QuerySet

AT_ONCE = 5_000


def delete_in_parts(rows: QuerySet, *, at_once: int = AT_ONCE) -> int:  # type: ignore[type-arg]  # Of any model.
    """Delete rows, each part of them in a transaction of its own, until none is left; return how many went.

    The rows must stay what they are while they are deleted: past their time, and not coming back.
    """
    deleted = 0
    while True:
        with transaction.atomic():
            part = list(rows.order_by("pk").values_list("pk", flat=True)[:at_once])
            gone, _ = rows.model._default_manager.filter(pk__in=part).delete()
            deleted += int(gone)
        if len(part) < at_once:
            return deleted
