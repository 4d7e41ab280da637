"""Reading crises. What every page needs is kept in memory for a few seconds."""

import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from entraide.crises.models import Crisis
from entraide.crises.rules import Level, Switches, meets, reaches, severity, switches

KEPT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class CrisisInForce:
    """An open crisis as the pages show it."""

    id: UUID
    slug: str
    name: dict[str, str]
    banner: dict[str, str]
    level: Level
    zones: tuple[str, ...]


class _Kept(threading.local):
    """The last reading of this thread and when it was made (monotonic seconds)."""

    read_at = float("-inf")
    crises: tuple[CrisisInForce, ...] = ()


_kept = _Kept()


def forget() -> None:
    """Make this thread read the crises anew at the next call: after a change, and between tests."""
    _kept.read_at = float("-inf")


def crises_in_force(now: datetime) -> tuple[CrisisInForce, ...]:
    """Return the open crises, the gravest first; at most five seconds old."""
    if time.monotonic() - _kept.read_at > KEPT_SECONDS:
        rows = Crisis.objects.open_at(now).order_by("-starts_at")
        found = [
            CrisisInForce(row.pk, row.slug, row.name, row.banner, Level(row.level), tuple(row.zones)) for row in rows
        ]
        _kept.crises = tuple(sorted(found, key=lambda crisis: severity(crisis.level), reverse=True))
        _kept.read_at = time.monotonic()
    return _kept.crises


def current_crisis(now: datetime) -> CrisisInForce | None:
    """Return the gravest open crisis, None in normal times."""
    return next(iter(crises_in_force(now)), None)


def crisis_of(departement: str, now: datetime) -> Crisis | None:
    """Return the gravest open crisis that concerns a département, read from the database at each call."""
    rows = Crisis.objects.open_at(now).order_by("-starts_at")
    concerned = [row for row in rows if reaches(row.zones, departement)]
    return max(concerned, key=lambda row: severity(Level(row.level)), default=None)


def switches_in_force(now: datetime, *, departement: str | None = None) -> Switches:
    """Return the switches that the gravest open crisis sets, read from the database at each call.

    With a département, only crises that concern it count; without one, all do: what concerns the platform as a whole
    follows the gravest anywhere. Decisions must not lag behind an operator's change, so this does not use the pages'
    memory.
    """
    rows = Crisis.objects.open_at(now).values_list("level", "zones")
    levels = [Level(level) for level, zones in rows if departement is None or reaches(zones, departement)]
    return switches(max(levels, key=severity, default=None))


def switches_where(*, zones: Collection[str], now: datetime) -> Switches:
    """Return the switches in force where a crisis with these zones reaches; none named means everywhere."""
    return _switches_where(zones, now)


def switches_if(*, crisis_id: UUID | None, zones: Collection[str], level: Level, now: datetime) -> Switches:
    """Return what would be in force there if a crisis were at a level; None stands for one yet to be opened."""
    return _switches_where(zones, now, but=crisis_id, and_=() if level is Level.CLOSED else (level,))


def _switches_where(
    zones: Collection[str], now: datetime, *, but: UUID | None = None, and_: tuple[Level, ...] = ()
) -> Switches:
    rows = [row for row in Crisis.objects.open_at(now).values_list("pk", "level", "zones") if row[0] != but]
    there = [Level(level) for _, level, others in rows if meets(zones, others)]
    everywhere = switches(max([*(Level(row[1]) for row in rows), *and_], key=severity, default=None))
    # Robots come from anywhere: that switch follows the gravest of all.
    return replace(switches(max([*there, *and_], key=severity, default=None)), proof_of_work=everywhere.proof_of_work)


def crisis(crisis_id: UUID) -> Crisis | None:
    """Return one crisis, whatever its level."""
    return Crisis.objects.filter(pk=crisis_id).first()


def all_crises() -> list[Crisis]:
    """Return every crisis, the newest first."""
    return list(Crisis.objects.order_by("-starts_at"))
