"""Tenants and their meetings, as their calls ask for them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from entraide.meetings.models import Participant, Tenant, TenantMeeting
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules.visitors import Visitor


def callers() -> Iterator[tuple[Tenant, Sequence[str]]]:
    """Return each tenant whose calls are taken, its pool with it, and its secrets."""
    now = database_now()
    for tenant in Tenant.objects.filter(retired_at=None).select_related("pool"):
        yield tenant, secrets_of(tenant, now=now)


def secrets_of(tenant: Tenant, *, now: datetime) -> list[str]:
    """Return the secrets with which a tenant may sign now."""
    until = tenant.former_secret_until
    is_former_taken = bool(tenant.former_secret) and until is not None and now < until
    return [tenant.secret, tenant.former_secret] if is_former_taken else [tenant.secret]


def open_meetings(tenant: Tenant) -> list[TenantMeeting]:
    """Return the open meetings of a tenant, with their rooms."""
    return list(TenantMeeting.objects.open().filter(tenant=tenant).select_related("room").order_by("created_ms", "id"))


def meeting_of(tenant: Tenant, meeting_id: str) -> TenantMeeting | None:
    """Return the open meeting that a tenant knows by this id."""
    found = TenantMeeting.objects.open().filter(tenant=tenant, meeting_id=meeting_id)
    return found.select_related("room").first()


def present_in(room_ids: Sequence[UUID]) -> dict[UUID, list[Participant]]:
    """Return who is in rooms, in the order in which they came."""
    there: dict[UUID, list[Participant]] = {room_id: [] for room_id in room_ids}
    for each in Participant.objects.present().filter(room_id__in=room_ids).order_by("joined_at", "id"):
        there[each.room_id].append(each)
    return there


def name_given(name: str, visitor: Visitor) -> str:
    """Return the name under which a tenant sent a visitor to a room; nothing when none did."""
    sent = Participant.objects.filter(room__name=name, room__ended_at=None, visitor=visitor.digest, is_named=True)
    return sent.values_list("display", flat=True).first() or ""
