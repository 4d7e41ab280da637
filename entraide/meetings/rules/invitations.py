"""Invitations to meetings: the secret of each link, and how many mails one person may have us send. Pure."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from entraide.meetings.rules.keys import key_for

# A phone, a computer, a browser that forgets: a personal link is for one person, on a few of their devices.
PERSONAL_USES = 5
MOST_GUESTS = 200
MOST_INVITED = 300
MOST_CHANGES = 20
DAY = timedelta(hours=24)
# Typed addresses may be strangers'; the people of one's own mission or organisation have dealings with it already.
TYPED_A_DAY = 60
OWN_PEOPLE_A_DAY = 600
# However many people invite them, nobody gets more than this in a day.
FOR_ONE_ADDRESS_A_DAY = 20


class News(StrEnum):
    """What a mail about a meeting tells."""

    NEW = "new"
    CHANGED = "changed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Sent:
    """How many invitations a person sent within a day: to addresses that they typed, to people of their own."""

    typed: int = 0
    own_people: int = 0


def secret_of(invitation: UUID, *, key: bytes) -> str:
    """Return the secret of an invitation's link: 256 bits that nobody can guess without the key.

    It follows from the id, so that the mail about a change can hold the same link while the table holds a digest alone.
    """
    drawn = hmac.digest(key, invitation.bytes, hashlib.sha256)
    return f"entraide_meet_{base64.urlsafe_b64encode(drawn).decode().rstrip('=')}"


def invitation_key(secret: str) -> bytes:
    """Return the key of invitations, which follows from the secret of the deployment and opens nothing else."""
    return key_for("meetings invitation", secret=secret)


def left_today(sent: Sent, *, is_typed: bool) -> int:
    """Return how many more invitations somebody may send now."""
    most, so_far = (TYPED_A_DAY, sent.typed) if is_typed else (OWN_PEOPLE_A_DAY, sent.own_people)
    return max(0, most - so_far)
