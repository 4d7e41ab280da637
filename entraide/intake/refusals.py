"""Why the lane does not take a sign-up: one exception, told in the caller's language at the end."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field: its name, the stable code and the figures that its sentence shows."""

    field: str
    code: str
    values: Mapping[str, int] = dataclasses.field(default_factory=dict)


class Refusal(Exception):
    """A step said no. `code` names the sentence in the catalogue; `headers` are added to the answer, `members` to the
    problem that a program reads."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        faults: tuple[FieldFault, ...] = (),
        headers: dict[str, str] | None = None,
        members: dict[str, object] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.faults = faults
        self.headers = headers or {}
        self.members = members or {}


def come_back(code: str, *, status: int = 503, seconds: int) -> Refusal:
    """Refuse for now, with the time after which to try again."""
    return Refusal(status, code, headers={"retry-after": str(seconds)})
