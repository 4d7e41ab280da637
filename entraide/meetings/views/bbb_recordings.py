"""Calls of the BigBlueButton API about recordings. None are kept yet, which the answers say."""

from collections.abc import Callable, Mapping

from entraide.meetings.rules import bbb_words
from entraide.meetings.rules.bbb_words import Fault
from entraide.meetings.views.bbb_asked import Answer, Asked


def get_recordings(asked: Asked) -> Answer:
    """List recordings: none."""
    return {
        "recordings": "",
        "messageKey": "noRecordings",
        "message": "There are no recordings for the meeting(s).",
    }


def change_recordings(asked: Asked) -> Answer:
    """Publish, delete or describe recordings: whichever is named is none of ours."""
    bbb_words.listed(asked.given, "recordID")
    raise Fault("notFound", "We could not find recordings")


def publish_recordings(asked: Asked) -> Answer:
    """Publish recordings, or no more."""
    bbb_words.listed(asked.given, "recordID")
    bbb_words.required(asked.given, "publish")
    return change_recordings(asked)


CALLS: Mapping[str, Callable[[Asked], Answer]] = {
    "getRecordings": get_recordings,
    "publishRecordings": publish_recordings,
    "deleteRecordings": change_recordings,
    "updateRecordings": change_recordings,
}
