"""What the BigBlueButton API tells of a meeting and of who is in it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from entraide.meetings.actions.tenant_events import internal_id
from entraide.meetings.actions.tenant_passes import Pass
from entraide.meetings.models import Participant, TenantMeeting
from entraide.meetings.rules.admission import HOSTS
from entraide.meetings.views.bbb_asked import Answer

_HOSTS = {role.value for role in HOSTS}


def created(meeting: TenantMeeting) -> Answer:
    """Return what whoever created a meeting is told of it."""
    return {
        "meetingID": meeting.meeting_id,
        "internalMeetingID": internal_id(meeting),
        "parentMeetingID": "bbb-none",
        "attendeePW": meeting.attendee_password,
        "moderatorPW": meeting.moderator_password,
        "createTime": meeting.created_ms,
        "voiceBridge": meeting.voice_bridge,
        "dialNumber": meeting.parameters.get("dialNumber", ""),
        "createDate": _written(meeting.created_ms),
        "hasUserJoined": meeting.had_somebody,
        "duration": meeting.minutes,
        "hasBeenForciblyEnded": False,
    }


def told(meeting: TenantMeeting, there: Sequence[Participant]) -> Answer:
    """Return what is told of an open meeting. Who sends what is known to the gateway alone, and counted nowhere."""
    is_running = bool(there)
    start = min((each.joined_at for each in there if each.joined_at), default=None)
    return {
        "meetingName": meeting.name,
        **created(meeting),
        "running": is_running,
        "recording": False,
        "startTime": int(start.timestamp() * 1000) if start else meeting.created_ms,
        "endTime": 0,
        "participantCount": len(there),
        "listenerCount": 0,
        "voiceParticipantCount": 0,
        "videoCount": 0,
        "maxUsers": meeting.room.most_heads,
        "moderatorCount": sum(each.role in _HOSTS for each in there),
        "attendees": {"attendee": [_attendee(each, is_first=not number) for number, each in enumerate(there)]},
        "metadata": meeting.metadata,
        "isBreakout": False,
        "breakoutRooms": "",
    }


def joined(meeting: TenantMeeting, given: Pass, *, url: str) -> Answer:
    """Return what a platform is told that sends somebody by an address of its own."""
    return {
        "messageKey": "successfullyJoined",
        "message": "You have joined successfully.",
        "meeting_id": internal_id(meeting),
        "user_id": given.invitation_id.hex,
        "auth_token": given.invitation_id.hex,
        "session_token": given.invitation_id.hex,
        "guestStatus": "WAIT" if given.waits else "ALLOW",
        "url": url,
    }


def _attendee(who: Participant, *, is_first: bool) -> Answer:
    return {
        "userID": who.outside_id or who.pk.hex,
        "fullName": who.display,
        "role": "MODERATOR" if who.role in _HOSTS else "VIEWER",
        "isPresenter": is_first,
        "isListeningOnly": False,
        "hasJoinedVoice": False,
        "hasVideo": False,
        "clientType": "HTML5",
        "customdata": "",
    }


def _written(moment_ms: int) -> str:
    return datetime.fromtimestamp(moment_ms / 1000, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
