"""Whatever people do in whatever order and however time passes, the books balance (against the real database)."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from entraide.volunteering.actions import (
    attendance,
    deciding,
    holds,
    hours,
    joining,
    leaving,
    passing_time,
    publishing,
    reconfirming,
    slots,
)
from entraide.volunteering.actions import (
    check_in as checking_in,
)
from entraide.volunteering.models import Mission, Notice, Participation, Slot, Volunteer
from entraide.volunteering.rules.repetition import Window
from entraide.volunteering.rules.states import PARTICIPATION_MOVES
from entraide.volunteering.rules.words import CancelReason, CheckIn, RefusalReason
from tests.volunteering.situations import (
    acting,
    books_balance,
    mission_online,
    organiser,
    slot_tomorrow,
    volunteer_adult,
)

pytestmark = pytest.mark.django_db
WHO = st.integers(0, 4)
WHICH = st.integers(0, 2)
ANY = st.integers(0, 30)


class People(RuleBasedStateMachine):
    """Five volunteers, two organisations' missions, three slots: people join, are answered, leave and come."""

    told_again: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 4, 15, 8, 30, tzinfo=UTC)
        self.volunteers: list[Volunteer] = []
        self.slots: list[Slot] = []
        self.seen: dict[UUID, str] = {}

    @initialize(capacity=st.integers(1, 5))
    def set_out(self, capacity: int) -> None:
        """Begin with nobody anywhere."""
        for table in (Notice, Participation, Slot, Mission):
            table.objects.all().delete()
        self.volunteers = [volunteer_adult() for _ in range(5)]
        reviewed = mission_online(now=self.now, admission="review", groups_welcome=True)
        at_once = mission_online(now=self.now, groups_welcome=True)
        self.slots = [
            slot_tomorrow(reviewed, now=self.now, capacity=capacity, hours=30),
            slot_tomorrow(reviewed, now=self.now, capacity=capacity, hours=200),
            slot_tomorrow(at_once, now=self.now, capacity=capacity, hours=31),
        ]

    @rule(crowd=st.sets(WHO, min_size=1), which=WHICH, insist=st.booleans(), seats=st.integers(1, 4))
    def join(self, crowd: set[int], which: int, insist: bool, seats: int) -> None:
        """Some ask for a place, one after the other, alone or each with others."""
        for who in sorted(crowd):
            wish = joining.Wish(self.slots[which].pk, uuid4(), insist=insist, seats=seats)
            try:
                joining.join_slot(acting=acting(self.volunteers[who]), wish=wish, now=self.now)
            except joining.JoinRefused as refused:
                assert refused.reasons

    @rule(some=ANY, accepts=st.booleans(), which=WHICH)
    def decide(self, some: int, accepts: bool, which: int) -> None:
        """The organisation answers some of its candidates, and by mistake somebody already answered."""
        held = Participation.objects.filter(slot=self.slots[which], state="held").order_by("pk")
        ids = [*held.values_list("pk", flat=True)[: 1 + some % 3], *_some(some)[:1]]
        organisation = organiser(self.slots[which].mission.organisation_id)
        if accepts:
            deciding.accept_candidates(acting=organisation, participation_ids=ids, now=self.now)
        else:
            reason = RefusalReason.ENOUGH_PEOPLE
            deciding.refuse_candidates(acting=organisation, participation_ids=ids, reason=reason, text="", now=self.now)

    @rule(some=ANY)
    @precondition(lambda self: Participation.objects.exists())
    def leave(self, some: int) -> None:
        """Somebody gives a place back."""
        rows = list(Participation.objects.select_related("volunteer").order_by("pk"))
        row = rows[some % len(rows)]
        try:
            leaving.cancel_participation(
                acting=acting(row.volunteer), leave=leaving.Leave(row.pk, CancelReason.OTHER), now=self.now
            )
        except leaving.TooLateToCancel:
            # A hold that has ended holds nothing any more, tidied up or not.
            ended = row.hold_until is not None and row.state == "held" and row.hold_until <= self.now
            assert (
                row.state not in ("held", "confirmed", "to_reconfirm")
                or Slot.objects.get(pk=row.slot_id).starts_at <= self.now
                or ended
            )

    @rule(some=ANY, seats=st.integers(0, 4))
    @precondition(lambda self: Participation.objects.exists())
    def come_with_fewer(self, some: int, seats: int) -> None:
        """Somebody comes with fewer people, or would like to bring more."""
        rows = list(Participation.objects.select_related("volunteer").order_by("pk"))
        row = rows[some % len(rows)]
        try:
            kept = leaving.come_with_fewer(
                acting=acting(row.volunteer), participation_id=row.pk, seats=seats, now=self.now
            )
        except leaving.OnlyFewer:
            assert not 1 <= seats <= row.seats
        except leaving.TooLateToCancel:
            assert Participation.objects.get(pk=row.pk).seats == row.seats
        else:
            assert (kept.seats, kept.state) == (seats, row.state)

    @rule(some=ANY, came=st.booleans(), which=WHICH)
    def attend(self, some: int, came: bool, which: int) -> None:
        """The organisation ticks its list."""
        ids = _some(some)
        mark = attendance.mark_present if came else attendance.mark_absent
        mark(acting=organiser(self.slots[which].mission.organisation_id), participation_ids=ids, now=self.now)

    @rule(who=WHO, which=WHICH)
    def check_in(self, who: int, which: int) -> None:
        """Somebody scans the code at a door, expected there or not."""
        volunteer, slot = self.volunteers[who], Slot.objects.get(pk=self.slots[which].pk)
        row = Participation.objects.occupying().filter(volunteer=volunteer, slot=slot).first()
        try:
            here = checking_in.check_in(acting=acting(volunteer), slot_id=slot.pk, by=CheckIn.QR, now=self.now)
        except checking_in.NotCheckedIn:
            is_open = slot.starts_at - timedelta(hours=1) <= self.now < slot.ends_at and slot.state != "cancelled"
            assert not (is_open and row and row.state in ("confirmed", "to_reconfirm", "present"))
        else:
            assert row and here.pk == row.pk and here.state in ("present", "done", "attested")

    @rule(some=ANY, which=WHICH, minutes=st.sampled_from([None, 1, 90, 1440]))
    def attest(self, some: int, which: int, minutes: int | None) -> None:
        """The organisation attests hours, also of people who did not come or of slots that are not over."""
        by = organiser(self.slots[which].mission.organisation_id)
        hours.attest_hours(acting=by, minutes=dict.fromkeys(_some(some), minutes), now=self.now)

    @rule(some=ANY)
    @precondition(lambda self: Participation.objects.exists())
    def keep(self, some: int) -> None:
        """Somebody says that they still come, asked or not."""
        row = Participation.objects.select_related("volunteer", "slot").order_by("pk")[
            some % Participation.objects.count()
        ]
        try:
            kept = reconfirming.reconfirm(acting=acting(row.volunteer), participation_id=row.pk, now=self.now)
        except reconfirming.NothingToReconfirm:
            assert row.state not in ("confirmed", "to_reconfirm") or row.slot.starts_at <= self.now
        else:
            assert kept.state == "confirmed"

    @rule(passed=st.sampled_from([1, 12, 24, 48, 200]))
    def wait(self, passed: int) -> None:
        """Time passes; the worker may sleep."""
        self.now += timedelta(hours=passed)

    @rule()
    def tidy(self) -> None:
        """The worker does its rounds."""
        holds.expire_holds(now=self.now)
        holds.warn_of_ending_holds(now=self.now)
        reconfirming.release_unanswered(now=self.now)
        reconfirming.ask_to_reconfirm(now=self.now)
        passing_time.advance_slots(now=self.now)
        hours.count_hours(now=self.now)
        hours.attest_untouched_hours(now=self.now)
        passing_time.remind_of_slots(now=self.now)
        passing_time.finish_missions(now=self.now)

    @invariant()
    def counters_equal_rows(self) -> None:
        """Every counter equals its rows, and no slot is overbooked."""
        books_balance()

    @invariant()
    def states_move_by_the_table(self) -> None:
        """A participation only goes where the table leads from where it was."""
        for row in Participation.objects.all():
            before = self.seen.get(row.pk, row.state)
            assert row.state == before or row.state in _reachable(before), f"{before} to {row.state}"
            self.seen[row.pk] = row.state

    @invariant()
    def who_came_was_said_to_have_come(self) -> None:
        """Whoever came has the time of it and who said it; whoever did not come has neither."""
        for row in Participation.objects.all():
            came = row.state in ("present", "done", "attested")
            assert (row.checked_in_at is not None, row.check_in_by != "") == (came, came)

    @invariant()
    def each_notice_is_written_once(self) -> None:
        """Nobody is told the same thing twice about one participation."""
        kinds = list(Notice.objects.exclude(kind__in=self.told_again).values_list("participation_id", "kind"))
        assert len(kinds) == len(set(kinds))


class PeopleAndPlans(People):
    """The same while organisations change their plans; what is told of a time is told again of another time."""

    told_again = ("slot_moved", "reconfirm", "reminder")

    @rule(which=WHICH, ahead=st.integers(2, 100))
    def move(self, which: int, ahead: int) -> None:
        """The organisation moves a slot."""
        starts_at = self.now + timedelta(hours=ahead)
        self._change(
            which,
            lambda by, slot: slots.move_slot(
                acting=by, slot_id=slot, window=Window(starts_at, starts_at + timedelta(hours=2)), now=self.now
            ),
        )

    @rule(which=WHICH, capacity=st.integers(1, 4))
    def resize(self, which: int, capacity: int) -> None:
        """The organisation needs more or fewer people."""
        self._change(
            which, lambda by, slot: slots.resize_slot(acting=by, slot_id=slot, capacity_max=capacity, now=self.now)
        )

    @rule(which=WHICH, for_good=st.booleans())
    def close_or_cancel(self, which: int, for_good: bool) -> None:
        """The organisation takes nobody else, or cancels."""
        if for_good:
            self._change(which, lambda by, slot: slots.cancel_slot(acting=by, slot_id=slot, text="", now=self.now))
        else:
            self._change(which, lambda by, slot: slots.close_slot(acting=by, slot_id=slot, now=self.now))

    @rule(which=WHICH, how=st.sampled_from(["pause", "resume", "cancel", "close"]))
    def publish(self, which: int, how: str) -> None:
        """The organisation pauses, resumes, cancels or closes a mission."""
        mission = Mission.objects.get(pk=self.slots[which].mission_id)
        by = organiser(mission.organisation_id)
        try:
            if how == "pause":
                publishing.pause_mission(acting=by, mission_id=mission.pk, reason="", now=self.now)
            elif how == "resume":
                publishing.resume_mission(acting=by, mission_id=mission.pk, now=self.now)
            elif how == "cancel":
                publishing.cancel_mission(acting=by, mission_id=mission.pk, text="Fermé", now=self.now)
            else:
                publishing.close_mission(acting=by, mission_id=mission.pk, now=self.now)
        except publishing.WrongState:
            assert Mission.objects.get(pk=mission.pk).state == mission.state

    def _change(self, which: int, change: object) -> None:
        slot = self.slots[which]
        try:
            change(organiser(slot.mission.organisation_id), slot.pk)  # type: ignore[operator]
        except (slots.SlotNotChangeable, slots.CapacityTaken):
            return


def _some(where: int) -> list[UUID]:
    """Return up to three participations, from anywhere in the list."""
    ids = list(Participation.objects.order_by("pk").values_list("pk", flat=True))
    start = where % len(ids) if ids else 0
    return ids[start : start + 3]


def _reachable(before: str) -> set[str]:
    # A few moves may follow one another within one step: a worker that catches up, an attendance list corrected.
    reached = {before}
    for _ in range(3):
        reached |= {move.target.value for move in PARTICIPATION_MOVES.moves if move.source in reached}
    return reached - {before}


@pytest.mark.parametrize("machine", [People, PeopleAndPlans])
def test_the_books_balance_in_any_order(machine: type[People]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
