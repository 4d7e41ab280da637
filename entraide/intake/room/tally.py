"""What this process saw since it last told the database; nothing of it is lost while the database is away."""

from collections import Counter
from dataclasses import dataclass, field

from entraide.waiting.rules.curve import SECOND


@dataclass(slots=True)
class Tally:
    """Counts of one process. `tickets` by the second of issue; `fill` is the fullest that its queue was."""

    tickets: Counter[int] = field(default_factory=Counter)
    kept: int = 0
    refused: int = 0
    came: int = 0
    fill: float = 0.0

    def issued(self, at: int) -> None:
        """Count a ticket."""
        self.tickets[at // SECOND] += 1

    def is_empty(self) -> bool:
        """Tell whether there is nothing to say."""
        return not (self.tickets or self.kept or self.refused or self.came or self.fill)

    def take(self) -> "Tally":
        """Return what was counted and begin again."""
        taken = Tally(self.tickets, self.kept, self.refused, self.came, self.fill)
        self.tickets, self.kept, self.refused, self.came, self.fill = Counter(), 0, 0, 0, 0.0
        return taken

    def give_back(self, taken: "Tally") -> None:
        """Add again what could not be told."""
        self.tickets.update(taken.tickets)
        self.kept += taken.kept
        self.refused += taken.refused
        self.came += taken.came
        self.fill = max(self.fill, taken.fill)
