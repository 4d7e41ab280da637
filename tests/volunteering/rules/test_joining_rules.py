"""May this volunteer join this slot? The rules alone, on any facts."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from entraide.volunteering.rules.joining import (
    Asked,
    Busy,
    MissionFacts,
    SlotFacts,
    Standing,
    VolunteerFacts,
    overlapping,
    refusals,
)
from entraide.volunteering.rules.refusals import GroupsNotWelcome, TooFewPlaces
from entraide.volunteering.rules.states import MissionState, ParticipationState, SlotState
from entraide.volunteering.rules.words import Admission, ReserveState
from entraide.volunteering.rules.zones import age_on

NOW = datetime(2026, 4, 15, 8, 30, tzinfo=UTC)
TIMES = st.integers(-72, 72).map(lambda hours: NOW + timedelta(hours=hours))
CODES = st.frozensets(st.sampled_from(["car", "computer", "licence"]))
DATES = st.dates(date(1910, 1, 1), date(2026, 1, 1))

MISSIONS = st.builds(
    MissionFacts,
    state=st.sampled_from(MissionState),
    admission=st.sampled_from(Admission),
    age_min=st.integers(0, 30),
    age_max=st.none() | st.integers(30, 80),
    requirements=CODES,
    motivation_required=st.booleans(),
    registration_opens_at=st.none() | TIMES,
    registration_closes_at=st.none() | TIMES,
    departement_code=st.sampled_from(["67", "974", "987", ""]),
    groups_welcome=st.booleans(),
)
BUSY = st.builds(
    lambda starts_at, hours: Busy(uuid4(), starts_at, starts_at + timedelta(hours=hours)), TIMES, st.integers(1, 12)
)
VOLUNTEERS = st.builds(
    VolunteerFacts,
    birth_date=st.none() | DATES,
    reserve_state=st.sampled_from(ReserveState),
    declared=CODES,
    busy=st.lists(BUSY, max_size=3).map(tuple),
    standing=st.none() | st.builds(Standing, st.just(UUID(int=1)), st.sampled_from(ParticipationState)),
)


@st.composite
def slots(draw: st.DrawFn) -> SlotFacts:
    starts_at, capacity = draw(TIMES), draw(st.integers(1, 5))
    taken = draw(st.integers(0, capacity))
    held = draw(st.integers(0, capacity - taken))
    return SlotFacts(
        state=draw(st.sampled_from(SlotState)),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=draw(st.integers(1, 12))),
        capacity_max=capacity,
        taken=taken,
        held=held,
        ended_holds=draw(st.integers(0, held)),
    )


@given(MISSIONS, slots(), VOLUNTEERS, st.builds(Asked, st.booleans(), st.booleans(), st.integers(1, 6)))
def test_nobody_gets_a_place_against_a_reason(
    mission: MissionFacts, slot: SlotFacts, volunteer: VolunteerFacts, asked: Asked
) -> None:
    reasons = refusals(mission=mission, slot=slot, volunteer=volunteer, asked=asked, now=NOW)
    if not reasons:
        assert mission.state in ("online", "full") and mission.admission != "invitation"
        assert slot.state in ("open", "full") and slot.starts_at > NOW and slot.places_left >= asked.seats
        assert mission.groups_welcome or asked.seats == 1
        assert mission.requirements <= volunteer.declared
        assert asked.insist or not overlapping(starts_at=slot.starts_at, ends_at=slot.ends_at, busy=volunteer.busy)
    for reason in reasons:
        assert reason.message % reason.values
    assert len({reason.code for reason in reasons}) == len(reasons)


@given(MISSIONS, slots(), VOLUNTEERS)
def test_insisting_only_passes_over_an_overlap(
    mission: MissionFacts, slot: SlotFacts, volunteer: VolunteerFacts
) -> None:
    plain, insisting = (
        refusals(mission=mission, slot=slot, volunteer=volunteer, asked=Asked(True, insist), now=NOW)
        for insist in (False, True)
    )
    assert [reason for reason in plain if reason.code != "overlaps"] == list(insisting)


@given(MISSIONS, slots(), VOLUNTEERS, st.integers(2, 6))
def test_a_group_is_refused_for_what_refuses_one_and_for_its_size_alone(
    mission: MissionFacts, slot: SlotFacts, volunteer: VolunteerFacts, seats: int
) -> None:
    alone, together = (
        refusals(mission=mission, slot=slot, volunteer=volunteer, asked=Asked(True, True, size), now=NOW)
        for size in (1, seats)
    )
    of_size = [reason for reason in together if reason.code in ("groups_not_welcome", "too_few_places")]
    assert [reason for reason in together if reason not in of_size] == list(alone)
    is_offered = slot.state in ("open", "full") and slot.starts_at > NOW
    if not mission.groups_welcome:
        assert of_size == [GroupsNotWelcome(seats)]
    elif is_offered and 0 < slot.places_left < seats:
        assert of_size == [TooFewPlaces(slot.places_left, seats)]
    else:
        assert of_size == []


@given(slots(), BUSY)
def test_overlap_is_sharing_an_instant(slot: SlotFacts, other: Busy) -> None:
    shared = max(slot.starts_at, other.starts_at) < min(slot.ends_at, other.ends_at)
    assert bool(overlapping(starts_at=slot.starts_at, ends_at=slot.ends_at, busy=(other,))) == shared


@given(DATES, st.integers(0, 120))
def test_age_grows_by_one_on_birthdays(birth_date: date, years: int) -> None:
    born_on_a_leap_day = (birth_date.month, birth_date.day) == (2, 29)
    birthday = (
        date(birth_date.year + years, 3, 1) if born_on_a_leap_day else birth_date.replace(year=birth_date.year + years)
    )
    assert age_on(birthday, birth_date=birth_date) == years
    eve = birthday - timedelta(days=1)
    leaps = born_on_a_leap_day and eve.day == 29
    assert age_on(eve, birth_date=birth_date) == (years if leaps else years - 1)


def test_the_day_of_a_slot_is_that_of_its_place() -> None:
    at_midnight_in_paris = datetime(2026, 4, 15, 22, 30, tzinfo=UTC)
    mission = MissionFacts(
        MissionState.ONLINE, Admission.INSTANT, 18, None, frozenset(), False, None, None, departement_code="67"
    )
    slot = SlotFacts(SlotState.OPEN, at_midnight_in_paris, at_midnight_in_paris + timedelta(hours=1), 5, 0, 0)
    eighteen_on_the_16th = VolunteerFacts(date(2008, 4, 16), ReserveState.AVAILABLE, frozenset(), (), None)
    asked = Asked(motivated=False, insist=False)
    assert refusals(mission=mission, slot=slot, volunteer=eighteen_on_the_16th, asked=asked, now=NOW) == ()
