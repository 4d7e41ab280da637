"""Three hundred people ask, are answered, leave and time passes, in any order: the rules alone never overbook."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from entraide.volunteering.rules.holds import has_ended, hold_until
from entraide.volunteering.rules.joining import Asked, MissionFacts, SlotFacts, Standing, VolunteerFacts, refusals
from entraide.volunteering.rules.refusals import Refusal
from entraide.volunteering.rules.seats import may_come_with_fewer
from entraide.volunteering.rules.states import (
    OCCUPIES,
    PARTICIPATION_MOVES,
    TAKES,
    Actor,
    MissionState,
    ParticipationState,
    SlotState,
)
from entraide.volunteering.rules.words import Admission, ReserveState

PEOPLE = 300
REVIEW_HOLD = timedelta(hours=24)
MORNING = datetime(2026, 4, 15, 8, 30, tzinfo=UTC)
CROWD = st.sampled_from([1, 2, 10, PEOPLE])
SOMEBODY = st.integers(0, PEOPLE - 1)


@dataclass
class Row:
    """One person's latest application."""

    state: ParticipationState
    until: datetime | None
    seats: int = 1


class Rush(RuleBasedStateMachine):
    """One slot, whose counters only tidying and answers bring up to date, as in the database."""

    @initialize(capacity=st.integers(1, 10), admission=st.sampled_from([Admission.INSTANT, Admission.REVIEW]))
    def set_out(self, capacity: int, admission: Admission) -> None:
        """Begin with nobody, four days before the slot."""
        self.now, self.capacity, self.admission = MORNING, capacity, admission
        self.starts_at = MORNING + timedelta(days=4)
        self.rows: dict[int, Row] = {}
        self.refused: set[int] = set()

    @rule(first=SOMEBODY, many=CROWD, seats=st.sampled_from([1, 1, 2, 5, 20]))
    def ask(self, first: int, many: int, seats: int) -> None:
        """Some ask one after the other, alone or with others; each is let in, or told a reason that is true."""
        for who in ((first + number) % PEOPLE for number in range(many)):
            reasons = {reason.code for reason in self.reasons_against(who, seats=seats)}
            left, is_ahead = self.capacity - self.standing(), self.now < self.starts_at
            assert ("slot_full" in reasons) == (is_ahead and left == 0)
            assert ("too_few_places" in reasons) == (is_ahead and 0 < left < seats)
            assert ("refused_before" in reasons) == (who in self.refused)
            if not reasons:
                until = hold_until(
                    admission=self.admission, review_hold=REVIEW_HOLD, starts_at=self.starts_at, now=self.now
                )
                state = ParticipationState.HELD if until else ParticipationState.CONFIRMED
                self.rows[who] = Row(state, until, seats)

    @rule(some=st.sets(st.integers(0, 20), min_size=1, max_size=4), accepts=st.booleans())
    def answer(self, some: set[int], accepts: bool) -> None:
        """The organisation answers those whose hold still runs."""
        target = ParticipationState.CONFIRMED if accepts else ParticipationState.REFUSED
        for who in self.chosen(some):
            if not has_ended(until=self.rows[who].until, now=self.now) and self.move(who, target, Actor.ORGANISATION):
                self.refused |= set() if accepts else {who}

    @rule(some=st.sets(st.integers(0, 20), min_size=1, max_size=4))
    def leave(self, some: set[int]) -> None:
        """Some give their places back."""
        for who in self.chosen(some):
            if not has_ended(until=self.rows[who].until, now=self.now):
                self.move(who, ParticipationState.CANCELLED_BY_VOLUNTEER, Actor.VOLUNTEER)

    @rule(some=st.sets(st.integers(0, 20), min_size=1, max_size=4), wanted=st.integers(0, 6))
    def come_with_fewer(self, some: set[int], wanted: int) -> None:
        """Some groups become smaller, or try to become larger."""
        for who in self.chosen(some):
            row = self.rows[who]
            if not self.is_over(row) and may_come_with_fewer(seats=row.seats, wanted=wanted):
                row.seats = wanted

    @rule(hours=st.sampled_from([1, 12, 24, 48]))
    def wait(self, hours: int) -> None:
        """Time passes, and holds end by it."""
        self.now += timedelta(hours=hours)

    @rule()
    def tidy(self) -> None:
        """The worker expires the holds that have ended, which changes nobody's answer."""
        before = {who: self.reasons_against(who) for who in range(0, PEOPLE, 30)}
        for who, row in self.rows.items():
            if has_ended(until=row.until, now=self.now):
                self.move(who, ParticipationState.EXPIRED, Actor.SYSTEM)
        assert before == {who: self.reasons_against(who) for who in before}

    @invariant()
    def never_overbooked(self) -> None:
        """No more places are given than there are, and none stands in a hold past the slot's beginning."""
        assert self.standing() <= self.capacity
        assert all(row.seats >= 1 for row in self.rows.values())
        assert all(row.until <= self.starts_at for row in self.rows.values() if row.until)

    def reasons_against(self, who: int, *, seats: int = 1) -> tuple[Refusal, ...]:
        """Return what the rules say to somebody now."""
        rows = self.rows.values()
        slot = SlotFacts(
            state=SlotState.OPEN,
            starts_at=self.starts_at,
            ends_at=self.starts_at + timedelta(hours=2),
            capacity_max=self.capacity,
            taken=sum(row.seats for row in rows if row.state in TAKES),
            held=sum(row.seats for row in rows if row.state is ParticipationState.HELD),
            ended_holds=sum(row.seats for row in rows if self.is_over(row)),
        )
        row = self.rows.get(who)
        standing = Standing(UUID(int=who), row.state) if row and not self.is_over(row) else None
        if who in self.refused and (standing is None or standing.state not in OCCUPIES):
            standing = Standing(UUID(int=who), ParticipationState.REFUSED)
        volunteer = VolunteerFacts(date(1990, 5, 1), ReserveState.AVAILABLE, frozenset(), (), standing)
        asked = Asked(motivated=False, insist=False, seats=seats)
        return refusals(mission=self.mission(), slot=slot, volunteer=volunteer, asked=asked, now=self.now)

    def mission(self) -> MissionFacts:
        """Return an online mission without conditions."""
        return MissionFacts(MissionState.ONLINE, self.admission, 16, None, frozenset(), False, None, None, "67", True)

    def chosen(self, some: set[int]) -> list[int]:
        """Return some of those who have applied."""
        known = list(self.rows)
        return [known[number % len(known)] for number in some] if known else []

    def move(self, who: int, target: ParticipationState, actor: Actor) -> bool:
        """Move an application where the table lets this actor, and say whether it did."""
        row = self.rows[who]
        if not PARTICIPATION_MOVES.may(source=row.state, target=target, actor=actor):
            return False
        self.rows[who] = Row(target, None, row.seats)
        return True

    def is_over(self, row: Row) -> bool:
        """Say whether a row is a hold that has ended, tidied or not yet."""
        return row.state is ParticipationState.HELD and has_ended(until=row.until, now=self.now)

    def standing(self) -> int:
        """Return how many places are given."""
        return sum(row.seats for row in self.rows.values() if row.state in OCCUPIES and not self.is_over(row))


def test_the_rules_give_no_place_too_many_in_any_order() -> None:
    run_state_machine_as_test(Rush, settings=settings(max_examples=60, stateful_step_count=20, deadline=None))
