"""Calls of the BigBlueButton API about meetings: create, join, look, end."""

from collections.abc import Callable, Mapping

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from entraide.foundation.http_cache import no_store
from entraide.meetings.actions import tenant_meetings, tenant_passes
from entraide.meetings.actions.opening import TooManyRooms
from entraide.meetings.models import TenantMeeting
from entraide.meetings.queries import tenants
from entraide.meetings.rules import bbb_words
from entraide.meetings.rules.bbb_words import Fault
from entraide.meetings.views import bbb_answers
from entraide.meetings.views.bbb_asked import Answer, Asked

NOT_FOUND = ("notFound", "We could not find a meeting with that meeting ID - perhaps the meeting is not yet running?")


def create(asked: Asked) -> Answer:
    """Create a meeting, or tell that it is there."""
    try:
        made = tenant_meetings.create_meeting(tenant=asked.tenant, wish=bbb_words.read_create(asked.given))
    except tenant_meetings.MeetingTaken as error:
        raise Fault("idNotUnique", "A meeting already exists with that meeting ID.") from error
    except TooManyRooms as error:
        raise Fault("tooManyMeetings", "As many meetings are open as you may have.") from error
    said = (
        ("", "")
        if made.is_new
        else ("duplicateWarning", "This conference was already in existence and may currently be in progress.")
    )
    return {**bbb_answers.created(made.meeting), "messageKey": said[0], "message": said[1]}


def join(asked: Asked) -> Answer | HttpResponseBase:
    """Send somebody into a meeting: by a redirect, or by an address in the answer, which opens it once."""
    wish = bbb_words.read_join(asked.given)
    try:
        given = tenant_passes.give_pass(tenant=asked.tenant, wish=wish)
    except tenant_meetings.NoSuchMeeting as error:
        raise Fault(*NOT_FOUND) from error
    except tenant_passes.BadPassword as error:
        raise Fault("invalidPassword", "Say a role, or one of the passwords of the meeting.") from error
    except tenant_passes.OldLink as error:
        raise Fault("mismatchCreateTimeParam", "The createTime is that of another meeting of this ID.") from error
    except tenant_passes.TurnedAway as error:
        raise Fault("guestDeny", "This person does not come into this meeting.") from error
    path = reverse("meetings-enter", args=[given.secret])
    if wish.wants_redirect:
        return no_store(redirect(path))
    meeting = _meeting(asked, wish.meeting_id)
    return bbb_answers.joined(meeting, given, url=asked.request.build_absolute_uri(path))


def is_meeting_running(asked: Asked) -> Answer:
    """Tell whether somebody is in a meeting."""
    meeting = tenants.meeting_of(asked.tenant, bbb_words.meeting_id_of(asked.given))
    return {"running": meeting is not None and meeting.room.heads > 0}


def get_meetings(asked: Asked) -> Answer:
    """List the open meetings of who asks."""
    found = tenants.open_meetings(asked.tenant)
    if not found:
        return {"meetings": "", "messageKey": "noMeetings", "message": "no meetings were found on this server"}
    there = tenants.present_in([meeting.room_id for meeting in found])
    return {"meetings": {"meeting": [bbb_answers.told(each, there[each.room_id]) for each in found]}}


def get_meeting_info(asked: Asked) -> Answer:
    """Tell of one meeting and who is in it."""
    meeting = _meeting(asked, bbb_words.meeting_id_of(asked.given))
    return bbb_answers.told(meeting, tenants.present_in([meeting.room_id])[meeting.room_id])


def end(asked: Asked) -> Answer:
    """End a meeting for all who are in it."""
    meeting_id = bbb_words.meeting_id_of(asked.given)
    meeting, said = _meeting(asked, meeting_id), asked.given.get("password", "")
    if said and said != meeting.moderator_password:
        raise Fault("invalidPassword", "The password is not that of the meeting's moderators.")
    try:
        tenant_meetings.end_meeting(tenant=asked.tenant, meeting_id=meeting_id)
    except tenant_meetings.NoSuchMeeting as error:
        raise Fault(*NOT_FOUND) from error
    return {
        "messageKey": "sentEndMeetingRequest",
        "message": "A request to end the meeting was sent. Please wait a few seconds, and then use the "
        "getMeetingInfo or isMeetingRunning API calls to verify that it was ended.",
    }


def insert_document(asked: Asked) -> Answer:
    """Refuse a document: our client shows screens, no slides."""
    _meeting(asked, bbb_words.meeting_id_of(asked.given))
    raise Fault("unsupportedRequest", "Documents are not shown here: share a screen.")


def _meeting(asked: Asked, meeting_id: str) -> TenantMeeting:
    meeting = tenants.meeting_of(asked.tenant, meeting_id)
    if meeting is None:
        raise Fault(*NOT_FOUND)
    return meeting


CALLS: Mapping[str, Callable[[Asked], Answer | HttpResponseBase]] = {
    "create": create,
    "join": join,
    "isMeetingRunning": is_meeting_running,
    "getMeetings": get_meetings,
    "getMeetingInfo": get_meeting_info,
    "end": end,
    "insertDocument": insert_document,
}
