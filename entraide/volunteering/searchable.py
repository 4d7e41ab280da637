"""How missions are read as documents of the search. Migration 0006 notes in the search's feed when one may change.

A mission is found while somebody may join it. Its document says which slots are open and, by steps, how many places are
left; the line that a list shows is read from the database, so that its number of places is the true one.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.utils import translation

from entraide.search.api import Document, Source, Text, register
from entraide.volunteering import labels
from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.queries.sql import rows

KIND = "mission"
OF_AGE = 18
# A mission with more slots than these is found by the first ones.
MOST_SLOTS = 400
READ_AT_ONCE = 1_000
LANGUAGES = ("fr", "en")
EXCERPT = 2_000

_MISSIONS = """
SELECT m.id, m.title, m.language, m.description, m.kind, m.domain, m.second_domain, m.activity,
       m.second_activity, m.mode, m.admission, m.publics,
       m.age_min, m.latitude, m.longitude, m.places_left, m.published_at, m.departement_code, m.commune_name,
       o.id, o.name, d.name, t.title, t.objective
FROM volunteering_mission m
JOIN accounts_organisation o ON o.id = m.organisation_id
JOIN volunteering_template t ON t.id = m.template_id
LEFT JOIN territories_departement d ON d.code = m.departement_code
WHERE m.id = ANY(%(ids)s) AND m.state = 'online' AND m.places_left > 0 AND o.state <> ALL(%(barred)s)
"""
_COLUMNS = (
    "id", "title", "language", "description", "kind", "domain", "second_domain", "activity",
    "second_activity", "mode", "admission", "publics",
    "age_min", "latitude", "longitude", "places_left", "published_at", "departement_code", "commune",
    "organisation", "organisation_name", "departement", "template_title", "template_objective",
)  # fmt: skip
_SLOTS = """
SELECT s.mission_id, s.starts_at
FROM unnest(%(ids)s::uuid[]) AS wanted(mission)
CROSS JOIN LATERAL (
    SELECT mission_id, starts_at FROM volunteering_slot
    WHERE mission_id = wanted.mission AND state = 'open' ORDER BY starts_at LIMIT %(most)s
) AS s
"""
_PLACES = """
SELECT DISTINCT p.mission_id, c.name
FROM volunteering_missionplace p JOIN territories_commune c ON c.code = p.commune_id
WHERE p.mission_id = ANY(%(ids)s) ORDER BY p.mission_id, c.name
"""
_IDS = "SELECT id FROM volunteering_mission WHERE state = 'online' AND id > %(after)s ORDER BY id LIMIT %(most)s"
# The labels by which each word of a closed list is found, in both languages.
_LISTS: Mapping[str, Mapping[str, object]] = {
    "kind": labels.KINDS,
    "domain": labels.DOMAINS,
    "activity": labels.ACTIVITIES,
    "mode": labels.MODES,
    "public": labels.PUBLICS,
}


def register_missions() -> None:
    """Make missions findable."""
    register(Source(kind=KIND, read=read, every=every))


def read(keys: Sequence[str]) -> Iterable[Document]:
    """Return the documents of those of these missions that somebody may join. Three queries."""
    ids = [UUID(key) for key in keys]
    missions = [
        dict(zip(_COLUMNS, row, strict=True))
        for row in rows(_MISSIONS, {"ids": ids, "barred": list(BARRED_ORGANISATIONS)})
    ]
    found = [mission["id"] for mission in missions]
    starts: dict[UUID, list[datetime]] = defaultdict(list)
    for mission_id, starts_at in rows(_SLOTS, {"ids": found, "most": MOST_SLOTS}):
        starts[mission_id].append(starts_at)
    communes: dict[UUID, list[str]] = defaultdict(list)
    for mission_id, name in rows(_PLACES, {"ids": found}):
        communes[mission_id].append(name)
    return [_document(mission, starts[mission["id"]], communes[mission["id"]]) for mission in missions]


def every() -> Iterator[Document]:
    """Return the documents of all missions that somebody may join, read by parts."""
    after = UUID(int=0)
    while ids := [key for (key,) in rows(_IDS, {"after": after, "most": READ_AT_ONCE})]:
        yield from read([str(key) for key in ids])
        after = ids[-1]


def _document(mission: Mapping[str, Any], starts: Sequence[datetime], communes: Sequence[str]) -> Document:
    at = (mission["latitude"], mission["longitude"])
    places = dict.fromkeys([mission["commune"], *communes, mission["departement"] or ""])
    facets = _facets(mission)
    return Document(
        key=str(mission["id"]),
        titles=(Text(mission["title"], mission["language"]),),
        labels=(*_labels(facets), *_texts(mission["template_title"])),
        names=(mission["organisation_name"], *(place for place in places if place)),
        bodies=(Text(mission["description"], mission["language"]), *_texts(mission["template_objective"])),
        facets=facets,
        point=None if None in at else at,
        starts=tuple(starts),
        places_left=mission["places_left"],
        published_at=mission["published_at"],
        shown={"text": mission["description"][:EXCERPT]},
    )


def _facets(mission: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {
        "kind": (mission["kind"],),
        "domain": _both(mission["domain"], mission["second_domain"]),
        "activity": _both(mission["activity"], mission["second_activity"]),
        "departement": (mission["departement_code"],) if mission["departement_code"] else (),
        "mode": (mission["mode"],),
        "public": tuple(mission["publics"]),
        "organisation": (str(mission["organisation"]),),
        "open_to": ("minors", "adults") if mission["age_min"] < OF_AGE else ("adults",),
        "admission": (mission["admission"],),
    }


def _both(first: str, second: str) -> tuple[str, ...]:
    return (first, second) if second else (first,)


def _labels(facets: Mapping[str, tuple[str, ...]]) -> Iterator[Text]:
    for name in _LISTS:
        for word in facets[name]:
            yield from _called(name, word)


@cache
def _called(name: str, word: str) -> tuple[Text, ...]:
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            found.append(Text(labels.called(_LISTS[name], word), language))
    return tuple(found)


def _texts(written: str) -> tuple[Text, ...]:
    """Return the texts of {"fr": …, "en": …}, which the database driver hands over as it is written."""
    known = json.loads(written)
    return tuple(Text(str(known[language]), language) for language in LANGUAGES if known.get(language))
