"""Janus' signed tokens: what they open is written in them, and sealed with HMAC-SHA1, which Janus knows alone."""

import base64
import hashlib
import hmac
from datetime import datetime

from entraide.meetings.drivers.base import PASS_LASTS
from entraide.meetings.rules.fencing import NodeRoom

PLUGIN = "janus.plugin.videoroom"


def server_pass(*, secret: str, now: datetime) -> str:
    """Return what opens Janus, for its VideoRoom plugin only."""
    return _sealed(secret, now, "janus", PLUGIN)


def room_pass(*, room: NodeRoom, secret: str, now: datetime) -> str:
    """Return what opens one room, whoever shows it: it says nothing of a participant, hence it stays at the gateway."""
    return _sealed(secret, now, PLUGIN, f"room={room}")


def _sealed(secret: str, now: datetime, *fields: str) -> str:
    said = ",".join([f"{(now + PASS_LASTS).timestamp():.0f}", *fields])
    seal = base64.b64encode(hmac.digest(secret.encode(), said.encode(), hashlib.sha1)).decode("ascii")
    return f"{said}:{seal}"
