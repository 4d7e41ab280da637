"""Draws missions: where people live, in a few words of many, the same at every run."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate

from bench.search_missions.needs import Need, Wording, needs, wording
from entraide.territories import data

SEED = 20_200_317


@dataclass(frozen=True, slots=True)
class Place:
    """A commune and what it lies in."""

    code: str
    name: str
    postcode: str
    departement: str
    departement_name: str
    region: str
    region_name: str
    latitude: float
    longitude: float
    population: int


@dataclass(frozen=True, slots=True)
class Made:
    """A drawn mission: what it is, which judgements go by, and its words, which engines go by."""

    number: int
    need: Need
    place: Place
    moment: str
    organisation: str
    title: str
    text: str
    published_at: datetime
    starts_at: datetime
    places_left: int

    @property
    def key(self) -> str:
        """Return its key in every engine."""
        return str(self.number)

    @property
    def is_anywhere(self) -> bool:
        """Tell whether it is done from home, so that it has no place of its own."""
        return self.need.mode == "remote"


@cache
def places() -> tuple[Place, ...]:
    """Return the communes that have a point and a postcode."""
    edition = data.read(file=data.FILE)
    regions = {row.code: row.name for row in edition.regions}
    departements = {row.code: (row.name, row.region) for row in edition.departements}
    return tuple(
        Place(
            row.code, row.name, row.postcodes[0], row.departement, departements[row.departement][0],
            departements[row.departement][1], regions[departements[row.departement][1]],
            row.latitude, row.longitude, row.population,
        )
        for row in edition.communes
        if row.latitude is not None and row.longitude is not None and row.postcodes
    )  # fmt: skip


def missions(count: int, *, now: datetime) -> Iterator[Made]:
    """Yield missions in one order: the first of many are the same as of few."""
    draw = random.Random(SEED)  # noqa: S311 (drawn data, no secret)
    known, weights = places(), list(accumulate(place.population + 50 for place in places()))
    for number in range(count):
        (place,) = draw.choices(known, cum_weights=weights)
        yield _mission(draw, number, draw.choice(needs()), place, now=now)


def _mission(draw: random.Random, number: int, need: Need, place: Place, *, now: datetime) -> Made:
    lines = wording()
    moment = draw.choice(sorted(lines.when))
    named = {
        "commune": place.name,
        "of_commune": after_preposition("de", place.name),
        "at_commune": after_preposition("à", place.name),
        "departement": place.departement_name,
        "region": place.region_name,
    }
    return Made(
        number=number,
        need=need,
        place=place,
        moment=moment,
        organisation=draw.choice(lines.organisations).format(**named),
        title=_title(draw, need, moment, named, lines),
        text=_text(draw, need, moment, lines),
        published_at=now - timedelta(minutes=draw.randint(1, 60 * 24 * 60)),
        starts_at=now + timedelta(minutes=draw.randint(60, 30 * 24 * 60)),
        places_left=draw.randint(1, 12),
    )


def after_preposition(preposition: str, name: str) -> str:
    """Return the name of a commune after "de" or "à": "du Mans", "aux Herbiers", "d'Arles"."""
    contracted = {"de": ("du ", "des "), "à": ("au ", "aux ")}[preposition]
    for article, merged in zip(("Le ", "Les "), contracted, strict=True):
        if name.startswith(article):
            return merged + name.removeprefix(article)
    if preposition == "de" and name[0] in "AEÉÈIOUYHŒ":
        return f"d'{name}"
    return f"{preposition} {name}"


def _title(draw: random.Random, need: Need, moment: str, named: dict[str, str], lines: Wording) -> str:
    ending = draw.choice(lines.endings)
    if need.mode == "remote" and "commune" in ending:
        ending = ""
    title = draw.choice(lines.beginnings) + draw.choice(need.titles) + ending
    return title.format(**named, when=lines.moments[moment])


def _text(draw: random.Random, need: Need, moment: str, lines: Wording) -> str:
    said = [
        draw.choice(lines.greetings),
        *draw.sample(need.texts, k=draw.choice((1, 2))),
        draw.choice(lines.when[moment]),
    ]
    said += draw.sample(lines.practical, k=draw.choice((1, 2, 2, 3)))
    return " ".join(filter(None, said))
