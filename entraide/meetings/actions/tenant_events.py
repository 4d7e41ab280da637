"""What tenants are told of their meetings: jobs of the worker, deferred in the transaction of what happened."""

from collections.abc import Mapping
from urllib.parse import quote

from django.db.models import Q
from django.db.models.functions import Now

from entraide.foundation import jobs
from entraide.meetings.models import Participant, Room, TenantHook, TenantMeeting
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules.admission import HOSTS

CALL_BACK, TELL_HOOK = "meetings.call_back", "meetings.tell_hook"


def meeting_created(meeting: TenantMeeting) -> None:
    """Tell that a meeting was created."""
    _tell(meeting, "meeting-created", {})


def somebody_came(room: Room, who: Participant) -> None:
    """Tell that somebody is in a room, if a tenant has it."""
    meeting = _meeting_of(room)
    if meeting is not None:
        if not meeting.had_somebody:
            TenantMeeting.objects.filter(pk=meeting.pk).update(had_somebody=True)
        _tell(meeting, "user-joined", _user(who))


def somebody_left(room: Room, who: Participant) -> None:
    """Tell that somebody is in a room no more, if a tenant has it."""
    meeting = _meeting_of(room)
    if meeting is not None:
        _tell(meeting, "user-left", _user(who))


def meeting_ended(room: Room) -> None:
    """Note that a room's meeting has ended, and tell it to the addresses that wait for it."""
    meeting = _meeting_of(room)
    if meeting is None:
        return
    TenantMeeting.objects.filter(pk=meeting.pk).update(ended_at=Now())
    wanted = (meeting.metadata.get("endcallbackurl", ""), meeting.parameters.get("meetingEndedURL", ""))
    for url in filter(None, wanted):
        asked = f"{'&' if '?' in url else '?'}meetingID={quote(meeting.meeting_id, safe='')}&recordingmarks=false"
        jobs.defer(CALL_BACK, url=f"{url}{asked}")
    _tell(meeting, "meeting-ended", {})


def _meeting_of(room: Room) -> TenantMeeting | None:
    if room.tenant_id is None:
        return None
    return TenantMeeting.objects.open().filter(room_id=room.pk).first()


def _user(who: Participant) -> dict[str, object]:
    is_host = who.role in {role.value for role in HOSTS}
    return {
        "user": {
            "internal-user-id": str(who.pk), "external-user-id": who.outside_id, "name": who.display,
            "role": "MODERATOR" if is_host else "VIEWER", "guest": who.is_guest,
        },
    }  # fmt: skip


def _tell(meeting: TenantMeeting, event: str, attributes: Mapping[str, object]) -> None:
    hooks = TenantHook.objects.filter(tenant_id=meeting.tenant_id).filter(
        Q(meeting_id="") | Q(meeting_id=meeting.meeting_id)
    )
    said: dict[str, object] = {}
    for hook in hooks:
        if hook.events and event not in hook.events.split(","):
            continue
        said = said or _said(meeting, event, attributes)
        # One hook hears of one thing after the other, in their order.
        jobs.defer(TELL_HOOK, lock=f"meetings hook {hook.pk}", hook_id=hook.pk, event=said)


def _said(meeting: TenantMeeting, event: str, attributes: Mapping[str, object]) -> dict[str, object]:
    named = {
        "internal-meeting-id": internal_id(meeting), "external-meeting-id": meeting.meeting_id, "name": meeting.name,
    }  # fmt: skip
    at = int(database_now().timestamp() * 1000)
    whole = {"meeting": named, **attributes}
    return {"data": {"type": "event", "id": event, "attributes": whole, "event": {"ts": at}}}


def internal_id(meeting: TenantMeeting) -> str:
    """Return the id that is never given again: that of the room, and when it was created."""
    return f"{meeting.room_id.hex}-{meeting.created_ms}"
