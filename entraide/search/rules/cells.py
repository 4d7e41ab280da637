"""Squares of the map, so that an index of words can also be asked for what is near.

The map is halved again and again in both directions; a cell's name is the way to it, as in "0132". A document is filed
under every cell that holds it, and a circle is covered by few cells: large ones inside, small ones along its border.
What lies in the cover counts as near, also for counts, so that counts and lists agree. The cover reaches past the
circle by at most a tenth of its radius.
"""

import math
from collections.abc import Iterator
from functools import lru_cache

from entraide.territories.rules import KM_PER_DEGREE, haversine_km

DEEPEST = 17
SHALLOWEST = 3
Cell = tuple[int, int, int]


@lru_cache(maxsize=50_000)
def names_of(latitude: float, longitude: float) -> tuple[str, ...]:
    """Return the names of the cells that hold a point, from the largest to the smallest."""
    size = 1 << DEEPEST
    row = min(int((latitude + 90) / 180 * size), size - 1)
    column = min(int((longitude + 180) / 360 * size), size - 1)
    deepest = _name((DEEPEST, row, column))
    return tuple(deepest[:depth] for depth in range(SHALLOWEST, DEEPEST + 1))


@lru_cache(maxsize=4_096)
def cover(*, latitude: float, longitude: float, km: float, fineness: int = 16) -> tuple[str, ...]:
    """Return the names of the cells that cover a circle. `km` is at least 0.1.

    The smallest are as high as the radius divided by `fineness`: few cells are found sooner, and reach further out.
    """
    smallest = _depth_for(km / fineness)
    found: list[str] = []
    size = 1 << SHALLOWEST
    for row in range(size):
        for column in range(size):
            found += _covering((SHALLOWEST, row, column), latitude, longitude, km, smallest)
    return tuple(found)


def _covering(cell: Cell, latitude: float, longitude: float, km: float, smallest: int) -> Iterator[str]:
    depth, row, column = cell
    high = 180 / (1 << depth)
    south = row * high - 90
    # Most cells lie too far north or south, which tells before any distance is measured.
    if _outside(latitude, south, south + high) * KM_PER_DEGREE > km or _nearest_km(cell, latitude, longitude) > km:
        return
    if depth >= smallest or (high * KM_PER_DEGREE <= 2 * km and _farthest_km(cell, latitude, longitude) <= km):
        yield _name(cell)
        return
    for down in (0, 1):
        for right in (0, 1):
            yield from _covering((depth + 1, row * 2 + down, column * 2 + right), latitude, longitude, km, smallest)


def _depth_for(km: float) -> int:
    """Return the depth at which a cell is at most so high."""
    return max(SHALLOWEST, min(DEEPEST, math.ceil(math.log2(180 * KM_PER_DEGREE / max(km, 0.01)))))


def _name(cell: Cell) -> str:
    depth, row, column = cell
    return "".join(str((row >> level & 1) * 2 + (column >> level & 1)) for level in range(depth - 1, -1, -1))


def _bounds(cell: Cell) -> tuple[float, float, float, float]:
    """Return south, north, west and east in degrees."""
    depth, row, column = cell
    high, wide = 180 / (1 << depth), 360 / (1 << depth)
    return row * high - 90, (row + 1) * high - 90, column * wide - 180, (column + 1) * wide - 180


def _nearest_km(cell: Cell, latitude: float, longitude: float) -> float:
    """Return a distance that no point of a cell is nearer than, by the sides of the cell."""
    south, north, west, east = _bounds(cell)
    # Longitudes are looked at in the turn of the globe that is nearest.
    offset = min((turn for turn in (-360.0, 0.0, 360.0)), key=lambda turn: _outside(longitude + turn, west, east))
    moved = longitude + offset
    aside = _outside(moved, west, east)
    if aside == 0:
        return _outside(latitude, south, north) * KM_PER_DEGREE
    edge = west if moved < west else east
    # The nearest point of a meridian lies a little poleward of the same latitude: never nearer than along the arc.
    nearest = max(south, min(north, _foot(latitude, aside)))
    return haversine_km((latitude, moved), (nearest, edge))


def _foot(latitude: float, aside: float) -> float:
    """Return the latitude at which a meridian, some degrees aside, is nearest to a point."""
    if aside >= 90:
        return math.copysign(90.0, latitude)
    return math.degrees(math.atan(math.tan(math.radians(latitude)) / math.cos(math.radians(aside))))


def _farthest_km(cell: Cell, latitude: float, longitude: float) -> float:
    south, north, west, east = _bounds(cell)
    if cell[0] < 6:
        # Of large cells the corners say too little.
        return math.inf
    return max(
        haversine_km((latitude, longitude), (down, across)) for down in (south, north) for across in (west, east)
    )


def _outside(value: float, low: float, high: float) -> float:
    return max(low - value, value - high, 0.0)
