"""Changing what a mission promises after it was posted: everyone who agreed to it is told, and keeps their place."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from entraide.accounts.api import Acting
from entraide.foundation.localised import text as in_language
from entraide.journal.api import record
from entraide.volunteering import copies, notices
from entraide.volunteering.actions import counters
from entraide.volunteering.actions.missions import (
    NewPlace,
    NotEditable,
    TextsChangedMeanwhile,
    describe_for_search,
    put_into_crisis,
    put_place,
    same_text,
)
from entraide.volunteering.actions.publishing import Step as Move
from entraide.volunteering.actions.publishing import draft_of, move_mission, policy_in_force, standing_of
from entraide.volunteering.models import Mission, MissionPlace, Participation, Slot, Template
from entraide.volunteering.permissions import SYSTEM, By, by_organisation
from entraide.volunteering.rules.editing import Term, may_change_terms, state_after_change, tells
from entraide.volunteering.rules.publication import state_after_submission
from entraide.volunteering.rules.states import MissionState
from entraide.volunteering.rules.words import Admission, NoticeKind, Precision


@dataclass(frozen=True, slots=True)
class MissionTerms:
    """What a mission promises. `requirements` are codes; `place` is None for a mission that has none."""

    title: str
    description: str
    admission: Admission
    age_min: int
    age_max: int | None
    requirements: tuple[str, ...]
    place: NewPlace | None
    groups_welcome: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change of terms did: how many people are told, and where the mission stands now."""

    told: int
    state: MissionState


def place_of(mission: Mission) -> MissionPlace | None:
    """Return where the mission's next slots are. One query."""
    return mission.places.select_related("commune").order_by("-created_at", "-pk").first()


def terms_of(mission: Mission) -> MissionTerms:
    """Return what a mission promises now. One query."""
    place = place_of(mission)
    return MissionTerms(
        title=mission.title,
        description=mission.description,
        admission=Admission(mission.admission),
        age_min=mission.age_min,
        age_max=mission.age_max,
        requirements=tuple(sorted(str(item["code"]) for item in mission.requirements)),
        place=NewPlace(
            commune_code=str(place.commune_id),
            postcode=place.postcode,
            street=place.street,
            label=place.label,
            precision=Precision(place.public_precision),
        )
        if place
        else None,
        groups_welcome=mission.groups_welcome,
    )


def digest_of_terms(terms: MissionTerms) -> str:
    """Return what tells these terms from others, for a form to carry."""
    return hashlib.sha256(json.dumps(asdict(terms), sort_keys=True).encode()).hexdigest()


def changed_terms(before: MissionTerms, after: MissionTerms) -> frozenset[Term]:
    """Return what differs. Texts that differ by white space alone are the same."""
    found = {
        Term.TITLE: not same_text(before.title, after.title),
        Term.DESCRIPTION: not same_text(before.description, after.description),
        Term.PLACE: before.place != after.place,
        Term.AGES: (before.age_min, before.age_max) != (after.age_min, after.age_max),
        Term.REQUIREMENTS: set(before.requirements) != set(after.requirements),
        Term.ADMISSION: before.admission is not after.admission,
        Term.GROUPS: before.groups_welcome != after.groups_welcome,
    }
    return frozenset(term for term, differs in found.items() if differs)


def requirements_on_offer(mission: Mission) -> Mapping[str, dict[str, Any]]:
    """Return what a mission may require, by code: what templates ask for, and what it asks already. One query."""
    asked = [item for row in Template.objects.on_offer().order_by("slug") for item in row.requirements]
    return {str(item["code"]): item for item in [*mission.requirements, *asked]}


def needs_a_look(mission: Mission, wanted: MissionTerms, *, departement: str, now: datetime) -> bool:
    """Say whether a mission with these terms would go back to a referent before the public reads it."""
    changed = changed_terms(terms_of(mission), wanted)
    mission.description, mission.title = wanted.description, wanted.title
    _follow_template(mission)
    return _state(mission, changed, another=departement != mission.departement_code, now=now) is MissionState.SUBMITTED


@transaction.atomic
def change_terms(*, acting: Acting, mission_id: UUID, wanted: MissionTerms, seen: str, now: datetime) -> Changed:
    """Change what a mission promises, tell those who have or await a place ahead, and say how many.

    `seen` is the digest of the terms that were changed. Raises Mission.DoesNotExist, NotAllowed, NotEditable,
    TextsChangedMeanwhile or UnknownCommune.
    """
    counters.one_manager_at_a_time(mission_id)
    by = by_organisation(acting, Mission.objects.get(pk=mission_id).organisation_id)
    ids = Slot.objects.filter(mission_id=mission_id, ends_at__gt=now).values_list("pk", flat=True)
    slots = list(counters.lock_slots(list(ids)))
    concerned = list(Participation.objects.standing(now).ahead().filter(slot__in=slots).select_related("volunteer"))
    rows = Mission.objects.select_for_update(of=("self",), no_key=True)
    mission = rows.select_related("template", "organisation", "crisis").get(pk=mission_id)
    if not may_change_terms(MissionState(mission.state)):
        raise NotEditable
    before = terms_of(mission)
    if digest_of_terms(before) != seen:
        raise TextsChangedMeanwhile(mission)
    changed = changed_terms(before, wanted)
    if not changed:
        return Changed(0, MissionState(mission.state))
    territory = mission.departement_code
    moving = [slot for slot in slots if slot.starts_at > now] if Term.PLACE in changed else []
    _write(mission, wanted, moving)
    told = concerned if tells(changed) else []
    _tell(mission, told, changed, before)
    _journal(by, mission, changed, now)
    if mission.departement_code != territory:
        put_into_crisis(mission, now)
    copies.outdate([mission])
    target = _state(mission, changed, another=mission.departement_code != territory, now=now)
    if target.value != mission.state:
        move_mission(mission, Move(target, SYSTEM), now)
    counters.recount_mission(mission_id)
    return Changed(len(told), MissionState(mission.state))


def _write(mission: Mission, wanted: MissionTerms, slots: list[Slot]) -> None:
    known = requirements_on_offer(mission)
    mission.title, mission.description = wanted.title.strip(), wanted.description.strip()
    mission.admission, mission.age_min, mission.age_max = wanted.admission.value, wanted.age_min, wanted.age_max
    mission.groups_welcome = wanted.groups_welcome
    mission.requirements = [known[code] for code in wanted.requirements if code in known]
    _follow_template(mission)
    who = ["admission", "groups_welcome", "age_min", "age_max", "requirements"]
    mission.save(update_fields=["title", "description", "follows_template", *who])
    place = place_of(mission)
    if slots and wanted.place:
        # What is over stays where it was: only the slots ahead move to the new place.
        place = put_place(mission, wanted.place)
        Slot.objects.filter(pk__in=[slot.pk for slot in slots]).update(place=place)
    elif wanted.place and (place is None or wanted.place != terms_of(mission).place):
        place = put_place(mission, wanted.place)
    describe_for_search(mission, place)


def _follow_template(mission: Mission) -> None:
    wording = in_language(mission.template.description, mission.language)
    mission.follows_template = same_text(mission.description, wording)


def _state(mission: Mission, changed: frozenset[Term], *, another: bool, now: datetime) -> MissionState:
    would_be = state_after_submission(
        draft_of(mission, now=now),
        organisation=standing_of(mission.organisation.state),
        policy=policy_in_force(now, departement=mission.departement_code),
    )
    state = MissionState(mission.state)
    return state_after_change(state, changed, another_territory=another, would_be=would_be)


def _tell(mission: Mission, told: list[Participation], changed: frozenset[Term], before: MissionTerms) -> None:
    """Tell each person once of this change. The mission's version makes a later change another occasion."""
    former = {"title": before.title} if Term.TITLE in changed else {}
    mission.refresh_from_db(fields=["version"])
    notices.tell(
        kind=NoticeKind.MISSION_CHANGED,
        participations=told,
        detail={"changed": sorted(changed), **former},
        occasion=str(mission.version),
    )


def _journal(by: By, mission: Mission, changed: frozenset[Term], now: datetime) -> None:
    record(
        actor=by.person_id,
        role=by.role,
        verb="mission.terms_changed",
        thing_kind="mission",
        thing_id=mission.pk,
        detail={"changed": sorted(changed)},
        now=now,
    )
