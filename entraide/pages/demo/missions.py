"""Posts the missions of the demonstration and keeps slots ahead of the clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from entraide.accounts.api import Acting
from entraide.foundation import ids
from entraide.pages.demo import cast, plan
from entraide.pages.demo.crowd import OfferedSlot
from entraide.pages.demo.plan import PlannedMission, TemplateFacts
from entraide.volunteering import api as volunteering

FINISHED = frozenset(
    {
        volunteering.MissionState.DONE,
        volunteering.MissionState.CANCELLED,
        volunteering.MissionState.FLAGGED,
        volunteering.MissionState.ARCHIVED,
    }
)
POSTED_BEFORE = timedelta(days=4)
MOST_SEASONS = 50
OWN_WORDS = "Texte rédigé par la structure pour la démonstration : venez en tenue de travail, avec des bottes."


@dataclass(slots=True)
class Offered:
    """How many missions and slots a run added, and the slots that nobody asked for yet."""

    missions: int = 0
    slots: int = 0
    untouched: list[OfferedSlot] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Posted:
    """A planned mission, the id of its present season, and whether that one is in the database."""

    plan: PlannedMission
    id: UUID
    seed: str
    exists: bool


def offer(*, seed: str, managers: Mapping[str, Acting], now: datetime) -> Offered:
    """Post the missions that are missing, and add to the others the slots that the clock has come to."""
    templates = {each.slug: each for each in volunteering.templates_on_offer()}
    facts = _facts(templates.values())
    planned = [each for organisation in cast.ORGANISATIONS for each in plan.missions_of(organisation, facts)]
    posted = _seasons(seed, planned)
    offered = Offered()
    known = {(each.mission_id, each.starts_at) for each in _slots(posted, now)}
    for each in posted:
        acting = managers[each.plan.organisation]
        if each.exists:
            _add_slots(each, acting, known, now)
        else:
            _post(each, templates[each.plan.template].pk, acting, now)
            offered.missions += 1
    by_id = {each.id: each.plan.organisation for each in posted}
    states = volunteering.mission_states(mission_ids=by_id)
    found = _slots(posted, now)
    offered.slots = sum((each.mission_id, each.starts_at) not in known for each in found)
    offered.untouched = [
        OfferedSlot(
            id=each.id,
            organisation=by_id[each.mission_id],
            starts_at=each.starts_at,
            ends_at=each.ends_at,
            places=each.places,
            is_reviewed=each.admission is volunteering.Admission.REVIEW,
        )
        for each in found
        if each.is_untouched and states[each.mission_id] is volunteering.MissionState.ONLINE
    ]
    return offered


def _facts(templates: Iterable[volunteering.Template]) -> list[TemplateFacts]:
    return [
        TemplateFacts(
            slug=each.slug,
            kind=each.kind,
            remote=each.mode == volunteering.Mode.REMOTE,
            duration=timedelta(minutes=each.duration_minutes),
            capacity=each.capacity,
        )
        for each in templates
    ]


def _seasons(seed: str, planned: Sequence[PlannedMission]) -> list[_Posted]:
    """Return each mission with its present season: one that is finished is followed by another one like it."""
    seeds = {
        (each.key, season): f"{seed} mission {each.key} {season}" for each in planned for season in range(MOST_SEASONS)
    }
    states = volunteering.mission_states(mission_ids=[ids.seeded_id(each) for each in seeds.values()])
    found = []
    for each in planned:
        season = 0
        while season < MOST_SEASONS - 1 and states.get(ids.seeded_id(seeds[each.key, season])) in FINISHED:
            season += 1
        own = seeds[each.key, season]
        found.append(_Posted(each, ids.seeded_id(own), own, ids.seeded_id(own) in states))
    return found


def _slots(posted: Iterable[_Posted], now: datetime) -> list[volunteering.ScheduledSlot]:
    return volunteering.scheduled_slots(mission_ids=[each.id for each in posted], since=now - POSTED_BEFORE)


def _windows(planned: PlannedMission, since: datetime, now: datetime) -> list[volunteering.Window]:
    zone = volunteering.zone_of(cast.departement_of(planned.town))
    return [volunteering.Window(*each) for each in planned.times(zone=zone, since=since, until=now + plan.AHEAD)]


def _add_slots(each: _Posted, acting: Acting, known: set[tuple[UUID, datetime]], now: datetime) -> None:
    """Add the slots that are missing. A mission that its organisation changed or a referent holds is left alone."""
    missing = [window for window in _windows(each.plan, now, now) if (each.id, window.starts_at) not in known]
    if not missing:
        return
    with ids.seeded(f"{each.seed} {missing[0].starts_at.isoformat()}"):
        slots = volunteering.NewSlots(windows=missing, capacity_max=each.plan.capacity)
        volunteering.add_slots(acting=acting, mission_id=each.id, slots=slots, now=now)


def _post(each: _Posted, template_id: UUID, acting: Acting, now: datetime) -> None:
    posted_at, planned = now - POSTED_BEFORE, each.plan
    new = volunteering.NewMission(
        organisation_id=acting.organisation_id or UUID(int=0),
        template_id=template_id,
        windows=tuple(_windows(planned, now - plan.BEFORE, now)),
        capacity=planned.capacity,
        place=None if planned.remote else _place(planned),
        description=OWN_WORDS if planned.own_words else "",
        information="Données de démonstration : ne vous déplacez pas.",
        contact="accueil@" + cast.MAIL_DOMAIN,
        admission=_admission(planned),
        groups_welcome=planned.organisation == cast.DESK,
    )
    with ids.seeded(each.seed):
        volunteering.create_mission(acting=acting, new=new, now=posted_at)
    volunteering.submit_mission(acting=acting, mission_id=each.id, now=posted_at)


def _admission(planned: PlannedMission) -> volunteering.Admission | None:
    """Let the first organisation answer half of its requests, so that its desk has both ways to show."""
    if planned.organisation != cast.DESK:
        return None
    number = int(planned.key.rpartition("/")[2])
    return volunteering.Admission.REVIEW if number % 2 == 0 else volunteering.Admission.INSTANT


def _place(planned: PlannedMission) -> volunteering.NewPlace:
    return volunteering.NewPlace(
        commune_code=planned.town, postcode=cast.POSTCODES[planned.town], street=planned.street, label=planned.place
    )
