"""From what a feed is asked for to the missions that it answers with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from entraide.volunteering import api as volunteering

# Missions are read from the database in parts, so that a long feed holds few rows at once.
PART = 500
_DEPARTEMENT = re.compile(r"[0-9][0-9AB][0-9]?")


class NotAsked(Exception):
    """A feed is asked for by a word that there is not; `field` is its name, and `allowed` what it may be."""

    def __init__(self, field: str, allowed: str) -> None:
        super().__init__(field)
        self.field = field
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Choice:
    """What every feed may be narrowed to: a département, a kind, a domain."""

    departement: str = ""
    kind: str = ""
    domain: str = ""

    def filter(self) -> volunteering.PublishedFilter:
        """Return the filter of the missions chosen."""
        return volunteering.PublishedFilter(
            departements=(self.departement,) if self.departement else (),
            kinds=(self.kind,) if self.kind else (),
            domains=(self.domain,) if self.domain else (),
        )


def read_choice(query: Mapping[str, str]) -> Choice:
    """Return what an address asks for. Raises NotAsked."""
    choice = Choice(*(query.get(name, "") for name in ("departement", "kind", "domain")))
    if choice.departement and not _DEPARTEMENT.fullmatch(choice.departement):
        raise NotAsked("departement", "01 … 95, 2A, 2B, 971 … 988")
    if choice.kind and choice.kind not in list(volunteering.Kind):
        raise NotAsked("kind", ", ".join(volunteering.Kind))
    if choice.domain and choice.domain not in list(volunteering.Domain):
        raise NotAsked("domain", ", ".join(volunteering.Domain))
    return choice


def missions(*, wanted: volunteering.PublishedFilter, most: int, now: datetime) -> list[volunteering.Published]:
    """Return at most so many of the missions asked for, the last published first."""
    return in_order(volunteering.published_ids(wanted=wanted, limit=most, now=now), now=now)


def in_order(ids: list[UUID], *, now: datetime) -> list[volunteering.Published]:
    """Return these missions in this order, less those that went offline between two reads."""
    found: list[volunteering.Published] = []
    for start in range(0, len(ids), PART):
        part = ids[start : start + PART]
        known = volunteering.published(ids=part, now=now)
        found += [known[key] for key in part if key in known]
    return found
