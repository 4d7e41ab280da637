"""Opening a crisis, describing it, changing its level, closing it: each is one transaction and one journal entry."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from entraide.crises.models import Crisis
from entraide.crises.queries import KEPT_SECONDS
from entraide.crises.rules import Kind, Level, Limits, next_levels
from entraide.foundation import jobs
from entraide.journal.api import record


class LevelNotNext(Exception):
    """The level asked for cannot follow the present one, or somebody changed it meanwhile."""


class ChangedMeanwhile(Exception):
    """Somebody else changed the crisis after the operator had read it."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known of a crisis when it is opened. Texts are {"fr": …, "en": …}; no zone means everywhere."""

    slug: str
    name: Mapping[str, str]
    kind: Kind
    level: Level
    zones: Sequence[str]
    banner: Mapping[str, str]


@transaction.atomic
def open_crisis(*, opening: Opening, actor: UUID | None, role: str, now: datetime) -> Crisis:
    """Open a crisis from now on. Raises django.db.IntegrityError when its slug is taken."""
    crisis = Crisis.objects.create(
        slug=opening.slug,
        name=dict(opening.name),
        kind=opening.kind,
        level=opening.level,
        zones=list(opening.zones),
        banner=dict(opening.banner),
        starts_at=now,
        level_changed_at=now,
    )
    _changed(crisis.pk, verb="crisis.opened", actor=actor, role=role, now=now, detail={"level": opening.level})
    return crisis


@transaction.atomic
def change_level(*, crisis_id: UUID, seen: Level, wanted: Level, actor: UUID | None, role: str, now: datetime) -> None:
    """Move a crisis from the level that the operator saw to another; closing also ends it.

    Raises LevelNotNext when `wanted` may not follow, or when the level is no longer the one seen.
    """
    if wanted not in next_levels(seen):
        raise LevelNotNext(f"{wanted} does not follow {seen}")
    ended = {"ends_at": now} if wanted == Level.CLOSED else {}
    changed = Crisis.objects.filter(pk=crisis_id, level=seen).update(level=wanted, level_changed_at=now, **ended)
    if not changed:
        raise LevelNotNext("the level was changed by somebody else meanwhile")
    _changed(
        crisis_id, verb="crisis.level_changed", actor=actor, role=role, now=now, detail={"from": seen, "to": wanted}
    )


@transaction.atomic
def set_banner(
    *, crisis_id: UUID, seen_version: int, banner: Mapping[str, str], actor: UUID | None, role: str, now: datetime
) -> None:
    """Change the sentence that every page shows. Raises ChangedMeanwhile when the crisis is no longer the one seen."""
    if not Crisis.objects.filter(pk=crisis_id, version=seen_version).update(banner=dict(banner)):
        raise ChangedMeanwhile(str(crisis_id))
    _changed(crisis_id, verb="crisis.banner_changed", actor=actor, role=role, now=now, detail={})


@transaction.atomic
def set_limits(
    *, crisis_id: UUID, seen_version: int, limits: Limits, actor: UUID | None, role: str, now: datetime
) -> None:
    """Change what a crisis allows of its missions from now on; places given before stay.

    Raises ChangedMeanwhile when the crisis is no longer the one seen.
    """
    domains = sorted(limits.domains)
    rows = Crisis.objects.filter(pk=crisis_id, version=seen_version)
    if not rows.update(allowed_domains=domains, age_min=limits.age_min, age_max=limits.age_max):
        raise ChangedMeanwhile(str(crisis_id))
    detail = {"domains": ", ".join(domains), "ages": f"{_said(limits.age_min)}-{_said(limits.age_max)}"}
    _changed(crisis_id, verb="crisis.limits_changed", actor=actor, role=role, now=now, detail=detail)


def _said(age: int | None) -> str:
    return "" if age is None else str(age)


def _changed(
    crisis_id: UUID, *, verb: str, actor: UUID | None, role: str, now: datetime, detail: Mapping[str, str]
) -> None:
    """Journal a change, and have public pages show it as soon as no process knows the crisis as it was before."""
    record(actor=actor, role=role, verb=verb, thing_kind="crisis", thing_id=crisis_id, now=now, detail=detail)
    if settings.EDGES:
        jobs.defer("pages.show_crisis", in_seconds=math.ceil(KEPT_SECONDS))
