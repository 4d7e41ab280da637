"""Proofs of work in ALTCHA's format: challenges that only we can make, and the check of what solves them.

A challenge costs us one signature, its solution one try, made last, after all that is cheaper to look at. Whoever
solves it needs some 4,096 tries.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Literal

import altcha

from entraide.guard.rules.proofs import ALGORITHM, CHALLENGE_SECONDS, PREFIX, rounds_for

LONGEST = 4_000
# The rounds are signed, but a key that leaked must not let anybody choose how long we compute.
MOST_ROUNDS = 100_000
Fault = Literal["proof_wrong", "proof_expired"]


@dataclass(frozen=True, slots=True)
class Solved:
    """A solution that holds; `mark` is what it is used by. `fault` says why one does not; then `mark` may be burnt."""

    mark: bytes = b""
    fault: Fault | None = None


class Proofs:
    """Makes and checks with a secret that all nodes share. `cost` is the rounds of one try at the least work."""

    def __init__(self, secret: bytes, *, cost: int) -> None:
        self._secret = secret
        self._cost = cost

    def challenge(self, *, steps: int, at: float) -> dict[str, Any]:
        """Return a challenge of so many steps of work, made at a time in seconds since 1970."""
        made = altcha.create_challenge(
            ALGORITHM,
            rounds_for(steps, cost=self._cost),
            key_prefix=PREFIX,
            expires_at=int(at) + CHALLENGE_SECONDS,
            hmac_secret=self._secret,
        )
        challenge: dict[str, Any] = made.to_dict()
        return challenge

    def check(self, text: str, *, steps: int, at: float) -> Solved:
        """Check what a caller sent as the solution of a challenge of at least so many steps."""
        payload = _payload_of(text)
        if payload is None:
            return Solved(fault="proof_wrong")
        asked = payload.challenge.parameters
        expires_at = asked.expires_at
        if type(expires_at) is not int or type(asked.cost) is not int or not 0 < asked.cost <= MOST_ROUNDS:
            return Solved(fault="proof_wrong")
        if expires_at < at:
            return Solved(fault="proof_expired")
        result = altcha.verify_solution(payload, self._secret)
        if result.verified:
            # One step less than now: the work may have become more while it was done.
            enough = asked.cost >= rounds_for(max(1, steps - 1), cost=self._cost) and asked.key_prefix == PREFIX
            return Solved(_mark_of(asked)) if enough else Solved(fault="proof_expired")
        if result.expired:
            return Solved(fault="proof_expired")
        # Only what bears our signature is worth remembering.
        return Solved(b"" if result.invalid_signature else _mark_of(asked), fault="proof_wrong")


def _payload_of(text: str) -> altcha.Payload | None:
    """Return what a text of base64 says, None when it says nothing of the kind."""
    if len(text) > LONGEST:
        return None
    try:
        content = json.loads(base64.b64decode(text.encode("ascii"), validate=True))
        payload: altcha.Payload = altcha.Payload.from_dict(content)
    except (ValueError, binascii.Error, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return payload


def _mark_of(parameters: altcha.ChallengeParameters) -> bytes:
    # Signed, hence ours: sixteen random bytes.
    return b"proof" + bytes.fromhex(parameters.nonce)
