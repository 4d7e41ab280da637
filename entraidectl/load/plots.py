"""Lines over time as an SVG that reads in light, in dark and on paper, without a library: they are polylines."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 260, 58, 16, 16, 34
TICKS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A named series, a value for each second; the class of the style sheet says how it is drawn."""

    name: str
    style: str
    values: Sequence[float]


def lines(series: Sequence[Line], *, title: str, unit: str, bound: float | None = None) -> str:
    """Return a drawing of some series over the same seconds, with a dashed line at a bound."""
    seconds = max((len(line.values) for line in series), default=0)
    top = _round_up(max([bound or 0.0, *(value for line in series for value in line.values)], default=1.0))
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title, quote=True)}">',
        *(_across(top * tick / TICKS, top, unit) for tick in range(TICKS + 1)),
        *(_moment(second, seconds) for second in _moments(seconds)),
    ]
    if bound:
        y = _y(bound, top)
        parts.append(f'<line class="bound" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>')
    for line in series:
        points = " ".join(f"{_x(at, seconds):.1f},{_y(value, top):.1f}" for at, value in enumerate(line.values))
        parts.append(f'<polyline class="{line.style}" points="{points}"/>')
    return "\n".join([*parts, "</svg>"])


def _x(second: float, seconds: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * second / max(1, seconds - 1)


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * min(value, top) / top


def _across(value: float, top: float, unit: str) -> str:
    y = _y(value, top)
    return (
        f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>'
        f'<text class="end" x="{LEFT - 6}" y="{y + 4:.1f}">{value:g}{unit}</text>'
    )


def _moments(seconds: int) -> range:
    step = next((step for step in (5, 10, 15, 30, 60, 120, 300, 600) if seconds / step <= 8), 1200)
    return range(0, seconds, step)


def _moment(second: int, seconds: int) -> str:
    return f'<text class="middle" x="{_x(second, seconds):.1f}" y="{HEIGHT - 10}">{second} s</text>'


def _round_up(value: float) -> float:
    """Return a number with one digit, or one and a half, that is not below a value."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * power >= value)
