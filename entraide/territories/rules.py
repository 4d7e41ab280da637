"""Pure rules of places: how names are compared, what a typed text asks for, and distances on the globe."""

import math
import re
import statistics
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

EARTH_RADIUS_KM = 6371.0
KM_PER_DEGREE = math.pi * EARTH_RADIUS_KM / 180
LONGEST_TEXT = 100

# The keys of names are stored. Raise this number when `search_key` or `name_starts` gives other keys than before, so
# that every node loads the table again; a test compares it with a digest of all keys.
KEYS_EDITION = 1

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_ARTICLES = frozenset({"l", "le", "la", "les"})
# "s/" is how postal addresses shorten "sur": CHALON S/ SAONE.
_SHORT_SUR = re.compile(r"\bs/\s*")
_WORD = re.compile(r"[a-z0-9]+")
_AREA = re.compile(r"\d{2,5}|2[ab]\d{0,3}")

Point = tuple[float, float]


class PointQuality(StrEnum):
    """Where a commune's point comes from: its place in GeoNames, a hand without a published source, its neighbours."""

    EXACT = "exact"
    APPROXIMATE = "approximate"
    EPCI = "epci"
    NONE = "none"


class Start(IntEnum):
    """Where in which name a stored key begins."""

    NAME = 0
    WORD = 1
    OTHER_NAME = 2


@dataclass(frozen=True, slots=True)
class Wish:
    """What a typed text asks for.

    `keys` are the readings of the text as the beginning of a name, none for a text of figures only. `area` is what
    narrows it: a postcode, its first figures, a département's code or a commune's code. `whole` reads name and figures
    together, as in "Paris 11e".
    """

    keys: tuple[str, ...]
    area: str
    whole: str


@dataclass(frozen=True, slots=True)
class Box:
    """Bounds in degrees. West is greater than east when the box crosses the 180th meridian."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, *, latitude: float, longitude: float) -> bool:
        """Tell whether a point lies inside, bounds included."""
        if not self.south <= latitude <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= longitude <= self.east
        return longitude >= self.west or longitude <= self.east


def words(text: str) -> list[str]:
    """Return the words of a text without case, accents or ligatures, abbreviations of saint written out."""
    return [_ABBREVIATIONS.get(word, word) for word in _plain_words(text)]


def search_key(text: str) -> str:
    """Return the key under which a name is compared: "L'Haÿ-les-Roses" gives "lhaylesroses".

    Spaces, hyphens and apostrophes vanish, so that "l hay", "lhay" and "L'Haÿ" are one.
    """
    return "".join(words(text))


def name_starts(name: str) -> Iterator[tuple[str, Start]]:
    """Yield each key by which a name is found, with what it is: the name, then each word that begins inside it.

    A leading article does not count: "Le Mans" is the whole name under "lemans" and under "mans".
    """
    parts = words(name)
    for index in range(len(parts)):
        is_name = index == 0 or (index == 1 and parts[0] in _ARTICLES)
        yield "".join(parts[index:]), Start.NAME if is_name else Start.WORD


def is_postcode(text: str) -> bool:
    """Tell whether a text has the form of a postcode: five figures."""
    return len(text) == 5 and text.isascii() and text.isdigit()


def has_control_characters(text: str) -> bool:
    """Tell whether a text holds characters that nobody types, such as NUL; tabs and line ends come with pasted text."""
    return any(unicodedata.category(mark) == "Cc" and not mark.isspace() for mark in text)


def read_wish(text: str) -> Wish | None:
    """Read what somebody typed: a name, a postcode, a code, or a name with one of them. None when nothing is asked."""
    if len(text) > LONGEST_TEXT:
        return None
    parts = _plain_words(text)
    areas = [part for part in parts if _AREA.fullmatch(part)]
    names = [part for part in parts if not _AREA.fullmatch(part)]
    if not names:
        figures = "".join(areas)
        return Wish(keys=(), area=figures, whole="") if _AREA.fullmatch(figures) else None
    open_ended = not areas and text[-1:].isalnum()
    return Wish(keys=_readings(names, open_ended=open_ended), area=areas[-1] if areas else "", whole=search_key(text))


def _readings(names: list[str], *, open_ended: bool) -> tuple[str, ...]:
    """Return the keys that the words may mean: a last "st" is saint, or the beginning of Strasbourg."""
    written_out = "".join(_ABBREVIATIONS.get(name, name) for name in names)
    if open_ended and names[-1] in _ABBREVIATIONS:
        return written_out, "".join(_ABBREVIATIONS.get(name, name) for name in names[:-1]) + names[-1]
    return (written_out,)


def _plain_words(text: str) -> list[str]:
    lowered = text.lower().translate(_LIGATURES)
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(mark))
    return _WORD.findall(_SHORT_SUR.sub("sur ", bare))


def haversine_km(start: Point, end: Point) -> float:
    """Return the distance between two points (latitude, longitude in degrees) along the globe, in kilometres."""
    latitude_a, latitude_b = math.radians(start[0]), math.radians(end[0])
    half_longitude = math.radians(end[1] - start[1]) / 2
    chord = (
        math.sin((latitude_b - latitude_a) / 2) ** 2
        + math.cos(latitude_a) * math.cos(latitude_b) * math.sin(half_longitude) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))


def bounding_box(*, latitude: float, longitude: float, km: float) -> Box:
    """Return the smallest box that holds every point within `km` of a point."""
    # A hair wider than exact, so that rounding never leaves out a point on the circle itself.
    angle = km / KM_PER_DEGREE * (1 + 1e-9) + 1e-9
    south, north = max(-90.0, latitude - angle), min(90.0, latitude + angle)
    if abs(latitude) + angle >= 90 or angle >= 180:
        return Box(south=south, north=north, west=-180.0, east=180.0)
    spread = math.degrees(math.asin(math.sin(math.radians(angle)) / math.cos(math.radians(latitude)))) + 1e-9
    return Box(south=south, north=north, west=_turn(longitude - spread), east=_turn(longitude + spread))


def _turn(longitude: float) -> float:
    return longitude if -180 <= longitude <= 180 else (longitude + 180) % 360 - 180


def median_point(points: Iterable[Point]) -> Point | None:
    """Return the point of median latitude and median longitude; None without points.

    A median, unlike a mean, is not dragged away by a homonym at the other end of the country.
    """
    known = list(points)
    if not known:
        return None
    return statistics.median(point[0] for point in known), statistics.median(point[1] for point in known)


def nearest_within(candidates: Mapping[int, Point], *, centre: Point, km: float) -> int | None:
    """Return the key of the candidate nearest to the centre, None when all are farther than `km`.

    Of two at the same distance the lower key wins, so that the answer never depends on the order.
    """
    ranked = sorted((haversine_km(point, centre), key) for key, point in candidates.items())
    return ranked[0][1] if ranked and ranked[0][0] <= km else None
