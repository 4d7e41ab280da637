"""Tenants create meetings under ids of their own, and end them."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from entraide.foundation import jobs
from entraide.meetings.actions import opening, tenant_events
from entraide.meetings.actions.opening import Opener, RoomWish
from entraide.meetings.models import Tenant, TenantHook, TenantMeeting
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules.bbb_words import MeetingWish

END_DUE = "meetings.end_due"
MOST_HOOKS = 50


class MeetingTaken(Exception):
    """A meeting of that id is open, with other passwords."""


class NoSuchMeeting(Exception):
    """The tenant has no open meeting of that id."""


class TooManyHooks(Exception):
    """The tenant has as many webhooks as it may."""


@dataclass(frozen=True, slots=True)
class Created:
    """A meeting, and whether this call created it."""

    meeting: TenantMeeting
    is_new: bool


@transaction.atomic
def create_meeting(*, tenant: Tenant, wish: MeetingWish) -> Created:
    """Create a meeting, or return the one of that id that is open. Raises MeetingTaken, TooManyRooms.

    Whoever has the link alone waits at the door: the tenant says who comes in.
    """
    # Two that ask at once for the same id get the same.
    tenant = Tenant.objects.select_for_update(no_key=True, of=("self",)).select_related("pool").get(pk=tenant.pk)
    found = TenantMeeting.objects.open().filter(tenant=tenant, meeting_id=wish.meeting_id).first()
    if found is not None:
        _require_same(found, wish)
        return Created(found, is_new=False)
    most = min(wish.most_heads or tenant.most_heads, tenant.most_heads)
    opened = opening.open_room(opener=Opener(tenant.pool, tenant), wish=RoomWish(most_heads=most, has_lobby=True))
    meeting = TenantMeeting.objects.create(
        room=opened.room,
        tenant=tenant,
        meeting_id=wish.meeting_id,
        name=wish.name,
        attendee_password=wish.attendee_password or secrets.token_urlsafe(9),
        moderator_password=wish.moderator_password or secrets.token_urlsafe(9),
        guest_policy=wish.guest_policy.value,
        voice_bridge=wish.voice_bridge or str(10_000 + secrets.randbelow(90_000)),
        minutes=wish.minutes,
        created_ms=int(database_now().timestamp() * 1000),
        metadata=dict(wish.metadata),
        parameters=dict(wish.parameters),
    )
    if wish.minutes:
        jobs.defer(
            END_DUE, in_seconds=int(timedelta(minutes=wish.minutes).total_seconds()), room_id=str(opened.room.pk)
        )
    tenant_events.meeting_created(meeting)
    return Created(meeting, is_new=True)


def end_meeting(*, tenant: Tenant, meeting_id: str) -> None:
    """End a meeting for all who are in it. Raises NoSuchMeeting."""
    meeting = TenantMeeting.objects.open().filter(tenant=tenant, meeting_id=meeting_id).first()
    if meeting is None or not opening.end_room(room_id=meeting.room_id):
        raise NoSuchMeeting


def end_due(*, room_id: UUID) -> None:
    """End a meeting that was to last so long; one that has ended before stays so."""
    if TenantMeeting.objects.open().filter(room_id=room_id).exists():
        opening.end_room(room_id=room_id)


@transaction.atomic
def add_hook(*, tenant: Tenant, url: str, meeting_id: str, events: str) -> tuple[TenantHook, bool]:
    """Have an address told of events; return its hook, and whether it is new. Raises TooManyHooks."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    found = TenantHook.objects.filter(tenant=tenant, url=url, meeting_id=meeting_id).first()
    if found is not None:
        return found, False
    if TenantHook.objects.filter(tenant=tenant).count() >= MOST_HOOKS:
        raise TooManyHooks
    return TenantHook.objects.create(tenant=tenant, url=url, meeting_id=meeting_id, events=events), True


def remove_hook(*, tenant: Tenant, hook_id: int) -> bool:
    """Tell an address nothing more; return False when there was no such hook."""
    return bool(TenantHook.objects.filter(tenant=tenant, pk=hook_id).delete()[0])


def _require_same(found: TenantMeeting, wish: MeetingWish) -> None:
    said = ((wish.attendee_password, found.attendee_password), (wish.moderator_password, found.moderator_password))
    if any(given and not secrets.compare_digest(given.encode(), had.encode()) for given, had in said):
        raise MeetingTaken
