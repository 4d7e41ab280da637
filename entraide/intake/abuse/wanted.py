"""The refusal that asks for a proof of work, and tells a program how to give one."""

from typing import Literal

from entraide.intake.abuse.slips import Slip
from entraide.intake.refusals import Refusal

CHALLENGE_PATH = "/v1/signups/challenge"
# Nothing was given; what was given does not hold; the wait is not over, or too many chose to wait.
Code = Literal["proof_wanted", "proof_wrong", "proof_expired", "proof_used", "slip_early", "slip_many"]


class ProofWanted(Refusal):
    """Not without a proof of work. `slip` is what stands for one later; `later` is for how many seconds it is in vain.

    A program gets a challenge in ALTCHA's format at `challenge_url` and sends its solution, as ALTCHA's libraries
    write it, in the field `altcha` of the same sign-up; or it waits `wait_seconds` and sends `slip` in the field of
    this name.
    """

    def __init__(self, code: Code, *, slip: Slip, later: int = 0) -> None:
        wait = max(slip.left, later)
        members: dict[str, object] = {
            "challenge_url": CHALLENGE_PATH,
            "solution_field": "altcha",
            "slip": slip.text,
            "wait_seconds": wait,
        }
        headers = {"retry-after": str(wait)} if code in ("slip_early", "slip_many") else {}
        super().__init__(429 if code == "slip_many" else 403, code, headers=headers, members=members)
        self.slip = slip
        self.wait = wait
