"""Calls of the BigBlueButton API about webhooks."""

from collections.abc import Callable, Mapping

from entraide.meetings.actions import tenant_meetings
from entraide.meetings.models import TenantHook
from entraide.meetings.rules import bbb_words
from entraide.meetings.rules.bbb_words import Fault
from entraide.meetings.rules.lines import one_line
from entraide.meetings.views.bbb_asked import Answer, Asked


def create(asked: Asked) -> Answer:
    """Have an address told of what happens."""
    url = bbb_words.address_in(bbb_words.required(asked.given, "callbackURL"))
    meeting_id = bbb_words.meeting_id_of(asked.given) if asked.given.get("meetingID") else ""
    events = ",".join(bbb_words.listed(asked.given, "eventID")) if asked.given.get("eventID") else ""
    events = one_line(events.lower(), most=2000)
    try:
        hook, is_new = tenant_meetings.add_hook(tenant=asked.tenant, url=url, meeting_id=meeting_id, events=events)
    except tenant_meetings.TooManyHooks as error:
        raise Fault("createHookError", "There are as many hooks as there may be.") from error
    said: dict[str, object] = {"hookID": hook.pk, "permanentHook": False, "rawData": False}
    if not is_new:
        said |= {"messageKey": "duplicateWarning", "message": "There is already a hook for this callback URL."}
    return said


def list_hooks(asked: Asked) -> Answer:
    """List the addresses that are told."""
    found = TenantHook.objects.filter(tenant=asked.tenant).order_by("id")
    wanted = asked.given.get("meetingID", "")
    shown = [_told(each) for each in found if not wanted or each.meeting_id in ("", wanted)]
    return {"hooks": {"hook": shown}}


def destroy(asked: Asked) -> Answer:
    """Tell an address nothing more."""
    written = bbb_words.required(asked.given, "hookID")
    is_number = written.isascii() and written.isdigit() and len(written) <= 18
    if not is_number or not tenant_meetings.remove_hook(tenant=asked.tenant, hook_id=int(written)):
        raise Fault("destroyMissingHook", "The hook informed was not found.")
    return {"removed": True}


def _told(hook: TenantHook) -> Answer:
    told: dict[str, object] = {"hookID": hook.pk, "callbackURL": hook.url}
    if hook.meeting_id:
        told["meetingID"] = hook.meeting_id
    if hook.events:
        told["eventID"] = hook.events
    return {**told, "permanentHook": False, "rawData": False}


CALLS: Mapping[str, Callable[[Asked], Answer]] = {
    "hooks/create": create,
    "hooks/list": list_hooks,
    "hooks/destroy": destroy,
    "hooks/ping": lambda asked: {},
}
