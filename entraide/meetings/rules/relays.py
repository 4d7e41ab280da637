"""Servers that help two browsers to reach each other: STUN and TURN, with credentials that end by themselves. Pure.

The credentials are those of coturn's `use-auth-secret` (draft-uberti-behave-turn-rest): a name that says until when it
is good, and as password its HMAC under a secret that the relay shares.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

LASTS = timedelta(minutes=10)


class IceServer(TypedDict, total=False):
    """A server as a browser's RTCPeerConnection takes it."""

    urls: list[str]
    username: str
    credential: str


def ice_servers(urls: Sequence[str], *, secret: str, participant: UUID, now: datetime) -> list[IceServer]:
    """Return the servers of a deployment for one participant; those that relay have credentials of their own."""
    asked = [url for url in urls if url.startswith("stun")]
    relays = [url for url in urls if url.startswith("turn")]
    found: list[IceServer] = [{"urls": asked}] if asked else []
    if relays and secret:
        name = f"{int((now + LASTS).timestamp())}:{participant}"
        password = hmac.digest(secret.encode(), name.encode(), hashlib.sha1)
        found.append({"urls": relays, "username": name, "credential": base64.b64encode(password).decode("ascii")})
    return found
