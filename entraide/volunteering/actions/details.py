"""Adding to a mission what is not asked when it is posted, and calling it a priority."""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from entraide.accounts.api import Acting
from entraide.volunteering import copies
from entraide.volunteering.actions.missions import NotEditable, TextsChangedMeanwhile, journal_deed
from entraide.volunteering.actions.publishing import WrongState, locked_mission
from entraide.volunteering.actions.terms import place_of
from entraide.volunteering.models import Mission, MissionPlace
from entraide.volunteering.permissions import by_moderator, by_organisation
from entraide.volunteering.rules.details import Details, DetailsProblem, problems
from entraide.volunteering.rules.editing import may_change_terms
from entraide.volunteering.rules.states import MISSION_PUBLIC, MissionState
from entraide.volunteering.rules.words import Access, Activity, Domain, Insurance, Rhythm, Welcome


class DetailsRefused(Exception):
    """The details contradict something; `problems` say what."""

    def __init__(self, found: tuple[DetailsProblem, ...]) -> None:
        super().__init__(", ".join(problem.field for problem in found))
        self.problems = found


def details_of(mission: Mission) -> Details:
    """Return what was added to a mission. One query."""
    place = place_of(mission)
    return Details(
        second_domain=Domain(mission.second_domain) if mission.second_domain else None,
        second_activity=Activity(mission.second_activity) if mission.second_activity else None,
        welcomes=frozenset(map(Welcome, mission.welcomes)),
        accessibility=frozenset(map(Access, mission.accessibility)),
        insurance=Insurance(mission.insurance) if mission.insurance else None,
        rhythm=Rhythm(mission.rhythm) if mission.rhythm else None,
        least_times=mission.least_times,
        access_notes=place.access_notes if place else "",
    )


def digest_of_details(details: Details) -> str:
    """Return what tells these details from others, for a form to carry."""
    return hashlib.sha256(json.dumps(asdict(details), sort_keys=True, default=sorted).encode()).hexdigest()


@transaction.atomic
def set_details(*, acting: Acting, mission_id: UUID, wanted: Details, seen: str, now: datetime) -> None:
    """Write what is added to a mission. Nobody is told: none of it was a condition of a place.

    `seen` is the digest of the details that were changed. Raises Mission.DoesNotExist, NotAllowed, NotEditable,
    TextsChangedMeanwhile or DetailsRefused.
    """
    mission = locked_mission(mission_id)
    by = by_organisation(acting, mission.organisation_id)
    if not may_change_terms(MissionState(mission.state)):
        raise NotEditable
    if digest_of_details(details_of(mission)) != seen:
        raise TextsChangedMeanwhile(mission)
    found = problems(wanted, domain=Domain(mission.domain), activity=Activity(mission.activity))
    if found:
        raise DetailsRefused(found)
    _write(mission, wanted)
    journal_deed(by, mission, "mission.details_changed", now)
    copies.outdate([mission])


def _write(mission: Mission, wanted: Details) -> None:
    written: dict[str, Any] = {
        "second_domain": wanted.second_domain or "",
        "second_activity": wanted.second_activity or "",
        "welcomes": sorted(wanted.welcomes),
        "accessibility": sorted(wanted.accessibility),
        "insurance": wanted.insurance or "",
        "rhythm": wanted.rhythm or "",
        "least_times": wanted.least_times,
    }
    Mission.objects.filter(pk=mission.pk).update(**written)
    MissionPlace.objects.filter(mission=mission).update(access_notes=wanted.access_notes.strip())


@transaction.atomic
def set_priority(*, acting: Acting, mission_id: UUID, is_priority: bool, now: datetime) -> None:
    """Name a public mission first where the public looks for what is needed now, or no longer.

    Raises Mission.DoesNotExist, NotAllowed, or WrongState for a mission that the public does not read.
    """
    mission = locked_mission(mission_id)
    by = by_moderator(acting, mission)
    if mission.state not in MISSION_PUBLIC:
        raise WrongState
    if mission.is_priority != is_priority:
        Mission.objects.filter(pk=mission.pk).update(is_priority=is_priority)
        journal_deed(by, mission, "mission.made_priority" if is_priority else "mission.no_longer_priority", now)
        copies.outdate([mission])
