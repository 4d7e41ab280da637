"""Which missions leave the platform when they are asked for by their properties; how many; of which words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from entraide.territories import api as territories
from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.queries.search import Circle
from entraide.volunteering.queries.sql import rows
from entraide.volunteering.rules.search_keys import search_words
from entraide.volunteering.rules.states import MISSION_PUBLIC

OF_AGE = 18


@dataclass(frozen=True, slots=True)
class PublishedFilter:
    """What is asked of the missions that the public may apply to; each property that is set must hold.

    `ids` that are none leave nothing, None leaves all. Of `partners`, the empty name stands for this platform.
    """

    domains: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    ids: tuple[UUID, ...] | None = None
    not_ids: tuple[UUID, ...] = ()
    partners: tuple[str, ...] = ()
    not_partners: tuple[str, ...] = ()
    organisation: UUID | None = None
    rna: tuple[str, ...] = ()
    legal_forms: tuple[str, ...] = ()
    departements: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    commune_names: tuple[str, ...] = ()
    circle: Circle | None = None
    minors: bool | None = None
    starts_after: datetime | None = None
    starts_before: datetime | None = None
    published_after: datetime | None = None
    published_before: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Facets:
    """How many of the missions asked for are in each département (by name), activity and domain."""

    departements: list[tuple[str, int]]
    activities: list[tuple[str, int]]
    domains: list[tuple[str, int]]


_FROM = """
FROM volunteering_mission m
JOIN accounts_organisation o ON o.id = m.organisation_id
LEFT JOIN territories_departement d ON d.code = m.departement_code
WHERE m.state = ANY(%(public)s) AND o.state <> ALL(%(barred)s) AND m.ends_at > %(now)s
"""
_PLACE_IN = """EXISTS (
    SELECT FROM volunteering_missionplace p WHERE p.mission_id = m.id AND p.commune_id = ANY(%(communes)s))"""
_CONDITIONS = {
    "domains": "(m.domain = ANY(%(domains)s) OR m.second_domain = ANY(%(domains)s))",
    "activities": "(m.activity = ANY(%(activities)s) OR m.second_activity = ANY(%(activities)s))",
    "modes": "m.mode = ANY(%(modes)s)",
    "kinds": "m.kind = ANY(%(kinds)s)",
    "ids": "m.id = ANY(%(ids)s)",
    "not_ids": "m.id <> ALL(%(not_ids)s)",
    "partners": "m.partner = ANY(%(partners)s)",
    "not_partners": "m.partner <> ALL(%(not_partners)s)",
    "organisation": "m.organisation_id = %(organisation)s",
    "rna": "o.rna = ANY(%(rna)s)",
    "legal_forms": "o.legal_form = ANY(%(legal_forms)s)",
    "departements": "m.departement_code = ANY(%(departements)s)",
    "communes": _PLACE_IN,
    "commune_names": "lower(m.commune_name) = ANY(%(commune_names)s)",
    "starts_after": "m.starts_at > %(starts_after)s",
    "starts_before": "m.starts_at < %(starts_before)s",
    "published_after": "m.published_at > %(published_after)s",
    "published_before": "m.published_at < %(published_before)s",
}


def published_ids(*, wanted: PublishedFilter, limit: int, skip: int = 0, now: datetime) -> list[UUID]:
    """Return the missions asked for, the last published first, those with a slot that is not over alone."""
    body, parameters = _matching(wanted, now)
    text = f"SELECT m.id {body} ORDER BY m.published_at DESC, m.id DESC LIMIT %(limit)s OFFSET %(skip)s"
    return [key for (key,) in rows(text, {**parameters, "limit": limit, "skip": skip})]


def count_published(*, wanted: PublishedFilter, now: datetime) -> int:
    """Return how many missions are asked for."""
    body, parameters = _matching(wanted, now)
    return int(rows(f"SELECT count(*) {body}", parameters)[0][0])


def published_facets(*, wanted: PublishedFilter, now: datetime) -> Facets:
    """Return the missions asked for, counted by word, the commonest first. One query."""
    body, parameters = _matching(wanted, now)
    text = (
        f"SELECT grouping(d.name, m.activity, m.domain), coalesce(d.name, m.activity, m.domain), count(*) {body} "
        "GROUP BY GROUPING SETS ((d.name), (m.activity), (m.domain)) ORDER BY 3 DESC, 2"
    )
    found = rows(text, parameters)
    # A bit of `grouping` is 0 for the column that the row counts by.
    by = {bits: [(word, count) for group, word, count in found if group == bits and word] for bits in (3, 5, 6)}
    return Facets(departements=by[3], activities=by[5], domains=by[6])


def _matching(wanted: PublishedFilter, now: datetime) -> tuple[str, dict[str, object]]:
    parameters: dict[str, object] = {
        "public": [state.value for state in MISSION_PUBLIC],
        "barred": list(BARRED_ORGANISATIONS),
        "now": now,
    }
    conditions = []
    for name, condition in _CONDITIONS.items():
        value = getattr(wanted, name)
        if value is not None and (value != () or name == "ids"):
            conditions.append(condition)
            parameters[name] = list(value) if isinstance(value, tuple) else value
    for number, (condition, value) in enumerate(_others(wanted)):
        conditions.append(condition.replace("?", f"%(other{number})s"))
        parameters[f"other{number}"] = value
    if wanted.circle:
        circle = territories.circle_sql(
            latitude=wanted.circle.latitude, longitude=wanted.circle.longitude, km=wanted.circle.km, alias="m"
        )
        conditions += [circle.box, f"{circle.distance} <= %(circle_km)s"]
        parameters.update(circle.parameters)
    return "".join([_FROM, *(f" AND {condition}" for condition in conditions)]), parameters


def _others(wanted: PublishedFilter) -> Iterator[tuple[str, object]]:
    if wanted.minors is not None:
        yield f"m.age_min {'<' if wanted.minors else '>='} ?", OF_AGE
    for word in search_words(wanted.words):
        yield "m.search_key LIKE ?", f"%{word}%"
