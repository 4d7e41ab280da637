"""Who is to be invited to a meeting."""

from dataclasses import dataclass
from uuid import UUID

from entraide.meetings.rules.roles import Role


@dataclass(frozen=True, slots=True)
class Guest:
    """Where to, under what name, in which language, as what. `is_typed`: the host typed it, who may be a stranger."""

    email: str
    name: str = ""
    language: str = "fr"
    role: Role = Role.SPEAKER
    person_id: UUID | None = None
    is_typed: bool = True
