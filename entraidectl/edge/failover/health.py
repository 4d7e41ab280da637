"""When an edge is ill, and when it is well again. Pure.

An edge is ill when its nginx does not answer, when its operator wants it to leave, or when it cannot reach the platform
although another edge can. When none of them can, the platform is away: then every edge is needed, to show what it kept.
"""

from dataclasses import dataclass, replace

# Looks in a row, ten a second: soon away, and back only after a while, so that nothing goes to and fro.
ILL_AFTER = 2
WELL_AFTER = 30


@dataclass(frozen=True, slots=True)
class Look:
    """What one look saw. `others_reach` is None where no other edge could be asked."""

    nginx_answers: bool
    reaches_platform: bool = True
    others_reach: bool | None = None
    wants_to_leave: bool = False

    @property
    def is_bad(self) -> bool:
        """Tell whether others would serve better."""
        cut_off = not self.reaches_platform and self.others_reach is True
        return self.wants_to_leave or not self.nginx_answers or cut_off


@dataclass(frozen=True, slots=True)
class Pulse:
    """How an edge is, and how many looks in a row said otherwise."""

    is_well: bool = False
    against: int = 0

    def after(self, look: Look) -> "Pulse":
        """Return how it is after another look."""
        if look.is_bad != self.is_well:
            return replace(self, against=0)
        against = self.against + 1
        # Who asks to leave leaves at once: nobody waits for a second request of theirs.
        if look.wants_to_leave or against >= (ILL_AFTER if self.is_well else WELL_AFTER):
            return Pulse(is_well=not self.is_well)
        return replace(self, against=against)
