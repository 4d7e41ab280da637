"""The token with which a browser joins a room at the gateway: short, for one use, and bound to one participant.

A JSON Web Token (RFC 7519) signed with HS256. That it is used once is settled where it is redeemed: its `jti` is kept
with the participant until then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from jwt.types import Options

from entraide.meetings.rules.keys import key_for
from entraide.meetings.rules.roles import Capability, Role

AUDIENCE = "entraide-signalling"
LASTS = timedelta(seconds=60)
# Clocks of nodes may differ by so much: a token from further ahead was made with a wrong clock or a wrong key.
AHEAD = timedelta(seconds=5)
LONGEST = 2_000
_ALGORITHM = "HS256"
_CLAIMS = ("aud", "exp", "iat", "jti", "room", "epoch", "participant", "role", "caps")


class BadToken(Exception):
    """A token opens nothing. The message is for the log; whoever sent it is told no more than that."""


@dataclass(frozen=True, slots=True)
class JoinGrant:
    """What a token says: who may join which room, in which epoch of it, as what. `jti` is used once."""

    jti: UUID
    room: UUID
    epoch: int
    participant: UUID
    role: Role
    capabilities: frozenset[Capability]


def join_key(secret: str) -> bytes:
    """Return the key of join tokens, which follows from the secret of the deployment and opens nothing else."""
    return key_for("meetings join token", secret=secret)


def write(grant: JoinGrant, *, key: bytes, now: datetime) -> str:
    """Return the token, valid for a minute from now."""
    claims = {
        "aud": AUDIENCE,
        "iat": int(now.timestamp()),
        "exp": int((now + LASTS).timestamp()),
        "jti": str(grant.jti),
        "room": str(grant.room),
        "epoch": grant.epoch,
        "participant": str(grant.participant),
        "role": grant.role.value,
        "caps": sorted(capability.value for capability in grant.capabilities),
    }
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def read(token: str, *, keys: Sequence[bytes], now: datetime) -> JoinGrant:
    """Return what a token says, signed with any of these keys. Raises BadToken.

    Times are compared with `now`, which the caller takes from the database: the library would ask this machine's clock.
    """
    if len(token) > LONGEST:
        raise BadToken("too long")
    claims = _claims(token, keys)
    try:
        grant = JoinGrant(
            jti=UUID(claims["jti"]),
            room=UUID(claims["room"]),
            epoch=_whole(claims["epoch"]),
            participant=UUID(claims["participant"]),
            role=Role(claims["role"]),
            capabilities=frozenset(Capability(each) for each in claims["caps"]),
        )
        issued, ends = _whole(claims["iat"]), _whole(claims["exp"])
    except (ValueError, TypeError, AttributeError) as error:
        raise BadToken(f"malformed: {error}") from error
    if now.timestamp() >= ends:
        raise BadToken("expired")
    if issued > (now + AHEAD).timestamp() or ends - issued > LASTS.total_seconds():
        raise BadToken("from the future, or for longer than any is given")
    return grant


def is_ours(token: str, *, keys: Sequence[bytes]) -> bool:
    """Tell whether a token was signed with one of these keys, whatever it says and however old it is."""
    try:
        return len(token) <= LONGEST and bool(_claims(token, keys))
    except BadToken:
        return False


def _claims(token: str, keys: Sequence[bytes]) -> dict[str, Any]:
    options: Options = {"require": list(_CLAIMS), "verify_exp": False, "verify_iat": False, "verify_nbf": False}
    failure: Exception = ValueError("no key")
    for key in keys:
        try:
            return jwt.decode(token, key, algorithms=[_ALGORITHM], audience=AUDIENCE, options=options)
        except jwt.InvalidSignatureError as error:
            failure = error
        except jwt.InvalidTokenError as error:
            raise BadToken(str(error)) from error
    raise BadToken(str(failure)) from failure


def _whole(value: object) -> int:
    # True is an int in Python, and no epoch.
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("not a whole number")
    return value
