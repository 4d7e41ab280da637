"""A person saves searches of missions, changes and deletes them; the worker tells them what is new."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from entraide.accounts.api import Acting
from entraide.volunteering.models import SavedSearch
from entraide.volunteering.permissions import signed_in
from entraide.volunteering.rules.saved_searches import MOST_SAVED, SETTLED_AFTER, Cadence, told_before


class TooManySaved(Exception):
    """The person has as many searches as one may save."""


@dataclass(frozen=True, slots=True)
class Saving:
    """What is kept of a search: its name and how its person hears of something new."""

    name: str
    cadence: Cadence


@transaction.atomic
def save_search(*, acting: Acting, query: str, saving: Saving, now: datetime) -> SavedSearch:
    """Keep a search, or change the one that is kept already. Raises NotAllowed or TooManySaved."""
    person_id = signed_in(acting)
    _one_at_a_time(person_id)
    kept = list(SavedSearch.objects.filter(person_id=person_id))
    same = next((search for search in kept if search.query == query), None)
    if same is not None:
        return _changed(same, saving, now)
    if len(kept) >= MOST_SAVED:
        raise TooManySaved
    return SavedSearch.objects.create(
        person_id=person_id, query=query, name=saving.name, cadence=saving.cadence.value, looked_at=now
    )


@transaction.atomic
def change_search(*, acting: Acting, search_id: UUID, saving: Saving, now: datetime) -> SavedSearch:
    """Change a search's name and cadence. Raises NotAllowed or SavedSearch.DoesNotExist."""
    rows = SavedSearch.objects.select_for_update().filter(person_id=signed_in(acting))
    return _changed(rows.get(pk=search_id), saving, now)


def delete_search(*, acting: Acting, search_id: UUID) -> None:
    """Forget a search; one that is gone already makes no difference. Raises NotAllowed."""
    SavedSearch.objects.filter(person_id=signed_in(acting), pk=search_id).delete()


def stop_mails(*, token: UUID) -> bool:
    """End the mails of a search, whoever asks with its token. Say whether there is such a search."""
    return bool(SavedSearch.objects.filter(stop_token=token).update(cadence=Cadence.FEED.value))


def forget_searches(*, person_id: UUID) -> None:
    """Forget all that a person has saved."""
    SavedSearch.objects.filter(person_id=person_id).delete()


def due_searches(*, cadence: Cadence, now: datetime, most: int) -> list[UUID]:
    """Return the searches of a cadence whose people may be told now, those not looked at for longest first."""
    rested = Q(told_at=None) | Q(told_at__lte=told_before(cadence=cadence, now=now))
    rows = SavedSearch.objects.filter(rested, cadence=cadence.value, looked_at__lt=now - SETTLED_AFTER)
    return list(rows.order_by("looked_at").values_list("pk", flat=True)[:most])


def _one_at_a_time(person_id: UUID) -> None:
    """Let two tabs that save at once wait for each other, so that neither slips past the bound or saves twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"searches:{person_id}"])


def _changed(search: SavedSearch, saving: Saving, now: datetime) -> SavedSearch:
    if search.cadence != saving.cadence:
        # Mails begin with what comes from now on.
        search.looked_at = now
    search.name, search.cadence = saving.name, saving.cadence.value
    search.save(update_fields=["name", "cadence", "looked_at"])
    return search
