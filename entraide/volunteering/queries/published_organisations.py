"""The organisations that the public may give its time to now, for platforms that look them up."""

from dataclasses import dataclass
from datetime import datetime

from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.queries.published import PublishedOrganisation
from entraide.volunteering.queries.sql import rows
from entraide.volunteering.rules.search_keys import search_words
from entraide.volunteering.rules.states import MISSION_PUBLIC


@dataclass(frozen=True, slots=True)
class OrganisationFilter:
    """What is asked of organisations: words of the name, a register's number; each that is set must hold."""

    words: str = ""
    rna: str = ""
    siret: str = ""


_FROM = """
FROM accounts_organisation o
WHERE o.state <> ALL(%(barred)s) AND EXISTS (
    SELECT FROM volunteering_mission m
    WHERE m.organisation_id = o.id AND m.state = ANY(%(public)s) AND m.ends_at > %(now)s)
"""
_COLUMNS = "o.id, o.name, o.description, o.website, o.legal_form, o.siren, o.siret, o.rna"


def published_organisations(
    *, wanted: OrganisationFilter, limit: int, skip: int = 0, now: datetime
) -> tuple[list[PublishedOrganisation], int]:
    """Return a part of the organisations asked for, by name, and how many there are. Two queries."""
    conditions, parameters = [_FROM], _always(now)
    for number, word in enumerate(search_words(wanted.words)):
        conditions.append(f"lower(unaccent(o.name)) LIKE %(word{number})s")
        parameters[f"word{number}"] = f"%{word}%"
    for name in ("rna", "siret"):
        if value := getattr(wanted, name):
            conditions.append(f"o.{name} = %({name})s")
            parameters[name] = value
    body = " AND ".join(conditions)
    total = int(rows(f"SELECT count(*) {body}", parameters)[0][0])
    text = f"SELECT {_COLUMNS} {body} ORDER BY o.name, o.id LIMIT %(limit)s OFFSET %(skip)s"
    found = rows(text, {**parameters, "limit": limit, "skip": skip}) if total > skip else []
    return [PublishedOrganisation(*row) for row in found], total


def _always(now: datetime) -> dict[str, object]:
    return {"public": [state.value for state in MISSION_PUBLIC], "barred": list(BARRED_ORGANISATIONS), "now": now}
