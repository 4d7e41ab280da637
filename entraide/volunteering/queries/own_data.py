"""Everything that volunteering keeps about a person, for that person alone."""

from typing import Any
from uuid import UUID

from entraide.journal import api as journal
from entraide.volunteering.models import Notice, Participation, SavedSearch, Settlement, Volunteer

_DEED = ("at", "role", "verb", "thing_kind", "thing_id")


def my_data(*, person_id: UUID) -> dict[str, Any]:
    """Return everything that volunteering keeps about a person, as plain values for JSON. Seven queries."""
    profile = Volunteer.objects.filter(person_id=person_id).values(
        "id",
        "birth_date",
        "postcode",
        "commune_id",
        "domains",
        "activities",
        "languages",
        "availability",
        "declared",
        "radius_km",
        "reserve_state",
        "created_at",
    )
    participations = Participation.objects.filter(volunteer__person_id=person_id).values(
        "id",
        "slot_id",
        "slot__starts_at",
        "slot__ends_at",
        "slot__mission_id",
        "slot__mission__title",
        "slot__mission__organisation__name",
        "state",
        "seats",
        "admission",
        "held_at",
        "hold_until",
        "confirmed_at",
        "motivation",
        "declared",
        "decided_at",
        "reason",
        "reason_text",
        "source",
        "reconfirm_until",
        "minutes",
        "done_at",
        "checked_in_at",
        "check_in_by",
    )
    notices = Notice.objects.filter(person_id=person_id).values(
        "kind", "participation_id", "slot_id", "detail", "created_at", "sent_at"
    )
    signups = Settlement.objects.filter(person_id=person_id).values("receipt", "state", "received_at", "settled_at")
    searches = SavedSearch.objects.filter(person_id=person_id).values(
        "name", "query", "cadence", "created_at", "looked_at", "told_at"
    )
    return {
        "volunteer": profile.first(),
        "participations": list(participations.order_by("held_at")),
        "notices": list(notices.order_by("created_at")),
        "searches": list(searches.order_by("created_at")),
        "sign_ups": list(signups.order_by("received_at")),
        "deeds": list(journal.everything().filter(actor=person_id).order_by("at").values(*_DEED)),
        "contacts_read": _contacts_read(person_id),
    }


def _contacts_read(person_id: UUID) -> list[dict[str, Any]]:
    """Return when an organisation read how to reach this person, and for which slot."""
    own = dict(Participation.objects.filter(volunteer__person_id=person_id).values_list("pk", "slot_id"))
    slots = {str(slot_id) for slot_id in own.values()}
    entries = journal.everything().filter(thing_kind="slot", thing_id__in=slots, verb="contacts.read").order_by("at")
    mine = {str(participation_id) for participation_id in own}
    return [
        {"at": entry.at, "slot_id": entry.thing_id}
        for entry in entries
        if mine & set(entry.detail.get("participations", ()))
    ]
