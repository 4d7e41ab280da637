"""What the processes of a campaign are told: one JSON file, all that a worker on another machine needs too."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from entraidectl.load.arrivals import Phase, scaled
from entraidectl.load.campaigns import Scenario, scenario_named
from entraidectl.manifest import Commune

VARIABLE = "ENTRAIDE_CAMPAIGN"


class NotAnOrder(Exception):
    """A file does not say what a campaign is to do."""


@dataclass(frozen=True, slots=True)
class Order:
    """Who is asked, what, by how many workers. `missions` are the pages that people read; `shrink` divides the time."""

    scenario: str
    target: str
    scale: float
    seed: int
    workers: int
    today: str
    communes: tuple[Commune, ...]
    missions: tuple[str, ...]
    shrink: float = 1.0

    @property
    def what(self) -> Scenario:
        """The scenario itself."""
        found = scenario_named(self.scenario)
        if found is None:
            raise NotAnOrder(f"there is no scenario named {self.scenario!r}")
        return found

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Its phases, at this scale and in this time."""
        return tuple(
            Phase(phase.seconds / self.shrink, phase.begins_at, phase.ends_at)
            for phase in scaled(self.what.phases, self.scale)
        )

    @property
    def day(self) -> date:
        """The day from which ages are counted."""
        return date.fromisoformat(self.today)


def write(order: Order, file: Path) -> None:
    """Write an order."""
    file.write_text(json.dumps(asdict(order), indent=1) + "\n", encoding="utf-8")


def read(file: Path) -> Order:
    """Read an order. Raises NotAnOrder with the reason."""
    try:
        plain: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        communes: Sequence[dict[str, Any]] = plain.pop("communes")
        return Order(
            **{**plain, "missions": tuple(plain["missions"])}, communes=tuple(Commune(**each) for each in communes)
        )
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise NotAnOrder(f"{file}: cannot be read ({error})") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise NotAnOrder(f"{file}: no order of a campaign ({error})") from error
