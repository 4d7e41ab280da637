"""What an alert is, and which alerts keep quiet while a greater one fires."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether somebody is woken."""

    NOW = "now"
    SOON = "soon"


@dataclass(frozen=True, slots=True)
class Alert:
    """A condition under which people are told, and in their words what it means for those who use the platform.

    `lasting` is how long it must hold, as Prometheus writes times; None: as long as site.toml says.
    """

    name: str
    when: str
    summary: str
    severity: Severity = Severity.NOW
    lasting: str | None = None

    @property
    def anchor(self) -> str:
        """Return the name of its section in docs/operate/supervision.md."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Inhibition:
    """The lesser alerts are not told of while the greater fires, for the same values of the labels in `equal`."""

    greater: str
    lesser: tuple[str, ...]
    equal: tuple[str, ...] = ()
