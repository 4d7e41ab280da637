"""Where each département lies on the map, and how a point gets there. `bin/assets.mjs` writes the outlines themselves.

The numbers come from `ops/build/outlines.py`: the map's projection was fitted, so a dot stands within a few kilometres.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent.parent / "data" / "outlines.json"
# Below so many missions, each the deeper colour. What a colour says is written beside it.
STEPS = (1, 5, 20, 80)


@dataclass(frozen=True, slots=True)
class Outlines:
    """The map: its view box, that of each département by its code, and the weights of a point's place."""

    view_box: str
    boxes: dict[str, tuple[float, float, float, float]]
    across: tuple[float, ...]
    down: tuple[float, ...]

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Return where on the map a point in degrees lies; only for what the map shows."""
        north, east = latitude - 46.5, longitude - 2.5
        terms = (1.0, east, north, east * north, east**2, north**2)
        x, y = (sum(a * t for a, t in zip(weights, terms, strict=True)) for weights in (self.across, self.down))
        return round(x, 1), round(y, 1)

    def view_of(self, code: str) -> str:
        """Return the view box of a département that the map shows."""
        return " ".join(f"{value:g}" for value in self.boxes[code])


@cache
def outlines() -> Outlines:
    """Return the map of our own data."""
    read = json.loads(FILE.read_text(encoding="utf-8"))
    return Outlines(
        view_box=read["view_box"],
        boxes={code: (each[0], each[1], each[2], each[3]) for code, each in read["boxes"].items()},
        across=tuple(read["across"]),
        down=tuple(read["down"]),
    )


def level(count: int) -> int:
    """Return how deep a colour stands for so many missions: 0 for none, up to 4."""
    return sum(count >= step for step in STEPS)
