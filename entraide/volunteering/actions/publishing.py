"""A mission's way to the public and out of it: submit, decide, pause, resume, close, cancel, flag."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.accounts.api import Acting
from entraide.crises.api import switches_in_force
from entraide.journal.api import record
from entraide.volunteering import copies, facts
from entraide.volunteering.actions import counters
from entraide.volunteering.actions.outcomes import Left, Outcome, ReasonMissing, bounded
from entraide.volunteering.actions.slots import cancel_locked_slot
from entraide.volunteering.models import Mission, Slot
from entraide.volunteering.permissions import SYSTEM, By, NotAllowed, by_either, by_moderator, by_organisation
from entraide.volunteering.rules.publication import (
    Draft,
    DraftProblem,
    OrganisationStanding,
    TrustPolicy,
    problems,
    state_after_submission,
)
from entraide.volunteering.rules.states import MISSION_MOVES, SLOT_MOVES, MissionState, SlotState
from entraide.volunteering.rules.words import Canceller, Mode


class WrongState(Exception):
    """The mission is not in a state from which this role may do this."""


class OrganisationBarred(Exception):
    """The organisation is suspended, flagged or gone."""


class Incomplete(Exception):
    """The mission misses things; `problems` name them in the order of the form."""

    def __init__(self, found: tuple[DraftProblem, ...]) -> None:
        super().__init__(", ".join(problem.code for problem in found))
        self.problems = found


@dataclass(frozen=True, slots=True)
class Step:
    """One move of a mission: where to, by whom, why."""

    target: MissionState
    by: By
    reason: str = ""


def standing_of(organisation_state: str) -> OrganisationStanding:
    """Return what an organisation's state means for its missions."""
    if organisation_state in facts.BARRED_ORGANISATIONS:
        return OrganisationStanding.BARRED
    return OrganisationStanding.VALIDATED if organisation_state == "validated" else OrganisationStanding.NOT_YET


def policy_in_force(now: datetime, *, departement: str) -> TrustPolicy:
    """Return what goes online without a referent's look at `now`, in a département."""
    return TrustPolicy(switches_in_force(now, departement=departement).mission_moderation.value)


def draft_of(mission: Mission, *, now: datetime) -> Draft:
    """Return what decides about a mission's publication."""
    return Draft(
        title=mission.title,
        description=mission.description,
        mode=Mode(mission.mode),
        has_place=mission.places.exists(),
        upcoming_slots=Slot.objects.live().ahead(now).filter(mission=mission).count(),
        age_min=mission.age_min,
        age_max=mission.age_max,
        follows_template=mission.follows_template,
        is_called_for=mission.crisis is None or mission.crisis.limits.allows(mission.domain),
    )


@transaction.atomic
def submit_mission(*, acting: Acting, mission_id: UUID, now: datetime) -> MissionState:
    """Submit a mission and return where it went: online at once, or `submitted` until a referent decides.

    Raises Mission.DoesNotExist, NotAllowed, WrongState, OrganisationBarred or Incomplete.
    """
    mission = locked_mission(mission_id)
    by = by_organisation(acting, mission.organisation_id)
    if mission.state not in MISSION_MOVES.sources(target=MissionState.SUBMITTED, actor=by.actor):
        raise WrongState
    draft = draft_of(mission, now=now)
    found = problems(draft)
    if found:
        raise Incomplete(found)
    standing = standing_of(mission.organisation.state)
    target = state_after_submission(
        draft, organisation=standing, policy=policy_in_force(now, departement=mission.departement_code)
    )
    if target is None:
        raise OrganisationBarred
    move_mission(mission, Step(MissionState.SUBMITTED, by), now)
    if target is MissionState.ONLINE:
        move_mission(mission, Step(MissionState.ONLINE, SYSTEM), now)
        counters.recount_mission(mission.pk)
    return target


def validate_missions(*, acting: Acting, mission_ids: list[UUID], now: datetime) -> Outcome:
    """Put submitted missions online. Those in another state or territory are left."""
    return _moderate(acting, mission_ids, MissionState.ONLINE, "", now)


def ask_more_info(*, acting: Acting, mission_ids: list[UUID], reason: str, now: datetime) -> Outcome:
    """Send submitted missions back to their organisations, saying what is missing. Raises ReasonMissing."""
    return _moderate(acting, mission_ids, MissionState.MORE_INFO, _said(reason), now)


def flag_missions(*, acting: Acting, mission_ids: list[UUID], reason: str, now: datetime) -> Outcome:
    """Take missions away from the public for good and cancel their slots, telling everyone. Raises ReasonMissing."""
    return _moderate(acting, mission_ids, MissionState.FLAGGED, _said(reason), now)


def _moderate(acting: Acting, ids: list[UUID], target: MissionState, reason: str, now: datetime) -> Outcome:
    outcome = Outcome(left=dict.fromkeys(bounded(ids), Left.UNKNOWN))
    for mission_id in list(outcome.left):
        try:
            _moderate_one(acting, mission_id, target, reason, now)
        except Mission.DoesNotExist:
            continue
        except NotAllowed:
            outcome.left[mission_id] = Left.NOT_ALLOWED
        except WrongState:
            outcome.left[mission_id] = Left.STATE
        else:
            del outcome.left[mission_id]
            outcome.done.append(mission_id)
    return outcome


@transaction.atomic
def _moderate_one(acting: Acting, mission_id: UUID, target: MissionState, reason: str, now: datetime) -> None:
    if target is MissionState.FLAGGED:
        by = by_moderator(acting, Mission.objects.get(pk=mission_id))
        cancel_slots(mission_id, by=by, text="", now=now, canceller=Canceller.PLATFORM)
        move_mission(locked_mission(mission_id), Step(target, by, reason), now)
    else:
        mission = locked_mission(mission_id)
        move_mission(mission, Step(target, by_moderator(acting, mission), reason), now)
    counters.recount_mission(mission_id)


@transaction.atomic
def pause_mission(*, acting: Acting, mission_id: UUID, reason: str, now: datetime) -> None:
    """Hide a mission and take nobody else; places already given stay. Raises NotAllowed, WrongState."""
    mission = locked_mission(mission_id)
    move_mission(mission, Step(MissionState.PAUSED, by_either(acting, mission), reason), now)


@transaction.atomic
def resume_mission(*, acting: Acting, mission_id: UUID, now: datetime) -> None:
    """Show a paused mission again. Raises NotAllowed, WrongState."""
    mission = locked_mission(mission_id)
    move_mission(mission, Step(MissionState.ONLINE, by_either(acting, mission)), now)
    counters.recount_mission(mission_id)


@transaction.atomic
def close_mission(*, acting: Acting, mission_id: UUID, now: datetime) -> None:
    """End a mission: its slots take nobody else, those who have a place keep it. Raises NotAllowed, WrongState."""
    by = by_organisation(acting, Mission.objects.get(pk=mission_id).organisation_id)
    live = [slot.pk for slot in _locked_slots(mission_id) if slot.state in (SlotState.OPEN, SlotState.FULL)]
    Slot.objects.filter(pk__in=live).update(state=SlotState.CLOSED.value)
    move_mission(locked_mission(mission_id), Step(MissionState.DONE, by), now)
    counters.recount_mission(mission_id)


@transaction.atomic
def cancel_mission(*, acting: Acting, mission_id: UUID, text: str, now: datetime) -> int:
    """Cancel a mission and its slots that are not over, tell everyone, and return how many were told.

    Raises Mission.DoesNotExist, NotAllowed, WrongState, or ReasonMissing.
    """
    by = by_organisation(acting, Mission.objects.get(pk=mission_id).organisation_id)
    told = cancel_slots(mission_id, by=by, text=_said(text), now=now)
    move_mission(locked_mission(mission_id), Step(MissionState.CANCELLED, by, text.strip()), now)
    counters.recount_mission(mission_id)
    return told


def cancel_slots(
    mission_id: UUID, *, by: By, text: str, now: datetime, canceller: Canceller = Canceller.ORGANISATION
) -> int:
    """Cancel the slots of a mission that are not over, and return how many people were told.

    The caller moves the mission afterwards, and recounts it.
    """
    cancellable = SLOT_MOVES.sources(target=SlotState.CANCELLED, actor=by.actor)
    slots = [slot for slot in _locked_slots(mission_id) if slot.state in cancellable and slot.ends_at > now]
    return sum(cancel_locked_slot(slot, by=by, text=text, now=now, canceller=canceller) for slot in slots)


def _locked_slots(mission_id: UUID) -> list[Slot]:
    counters.one_manager_at_a_time(mission_id)
    ids = list(Slot.objects.filter(mission_id=mission_id).values_list("pk", flat=True))
    return list(counters.lock_slots(ids))


def locked_mission(mission_id: UUID) -> Mission:
    """Lock a mission and return it with its organisation. Raises Mission.DoesNotExist."""
    rows = Mission.objects.select_related("organisation", "crisis").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=mission_id)


def move_mission(mission: Mission, step: Step, now: datetime) -> None:
    """Change the state of a mission that is locked, and journal it. Raises WrongState."""
    before = MissionState(mission.state)
    if not MISSION_MOVES.may(source=before, target=step.target, actor=step.by.actor):
        raise WrongState
    mission.state, mission.state_reason, mission.state_changed_at = step.target.value, step.reason.strip(), now
    if step.target is MissionState.ONLINE and mission.published_at is None:
        mission.published_at = now
    mission.save(update_fields=["state", "state_reason", "state_changed_at", "published_at"])
    copies.outdate([mission])
    record(
        actor=step.by.person_id,
        role=step.by.role,
        verb=f"mission.{step.target.value}",
        thing_kind="mission",
        thing_id=mission.pk,
        detail={"from": before.value},
        now=now,
    )


def _said(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()
