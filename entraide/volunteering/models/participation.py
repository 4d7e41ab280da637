"""The table of participations: one volunteer's place in one slot."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from entraide.foundation.records import Record
from entraide.volunteering.models.columns import one_of, words
from entraide.volunteering.rules.hours import MOST_MINUTES
from entraide.volunteering.rules.seats import MOST_SEATS
from entraide.volunteering.rules.states import AHEAD, EXPECTED, LEFT, OCCUPIES, TAKES, ParticipationState
from entraide.volunteering.rules.words import Admission, CheckIn, Source

_OCCUPIES = [state.value for state in OCCUPIES]
_HELD = ParticipationState.HELD.value
_TO_RECONFIRM = ParticipationState.TO_RECONFIRM.value
_SAID_BY = [each.value for each in CheckIn]
_COUNTED = [ParticipationState.DONE.value, ParticipationState.ATTESTED.value]


class ParticipationQuerySet(models.QuerySet["Participation"]):
    """Named filters."""

    def occupying(self) -> Self:
        """Keep those counted in their slot's `held` or `taken`, holds that have ended included."""
        return self.filter(state__in=_OCCUPIES)

    def taking(self) -> Self:
        """Keep those counted in their slot's `taken`."""
        return self.filter(state__in=[state.value for state in TAKES])

    def expected(self) -> Self:
        """Keep those whose volunteer is expected to come."""
        return self.filter(state__in=[state.value for state in EXPECTED])

    def standing(self, now: datetime) -> Self:
        """Keep those that occupy a place at `now`: a hold that has ended does not, tidied or not."""
        return self.occupying().exclude(state=_HELD, hold_until__lte=now)

    def unanswered(self, now: datetime) -> Self:
        """Keep those whose volunteer was asked whether they still come and did not say so in time."""
        return self.filter(state=_TO_RECONFIRM, reconfirm_until__lte=now)

    def counted(self) -> Self:
        """Keep those whose hours count."""
        return self.filter(state__in=_COUNTED)

    def ahead(self) -> Self:
        """Keep those whose volunteer is expected, or may be once the organisation has answered."""
        return self.filter(state__in=[state.value for state in AHEAD])

    def ended_holds(self, now: datetime) -> Self:
        """Keep the holds that are over but still counted in their slot."""
        return self.filter(state=_HELD, hold_until__lte=now)

    def waiting(self, now: datetime) -> Self:
        """Keep those that wait for the organisation's answer and may still get it."""
        return self.filter(state=_HELD, hold_until__gt=now)


class Participation(Record):
    """A volunteer's place in a slot, from the hold to the attested hours. `reason` is a word of a closed list.

    `seats` are the places of the slot that it takes: the volunteer's own and one for each person they bring.
    `reconfirm_until` is when a place to be reconfirmed is given back; `minutes` count since `done_at`. `checked_in_at`
    is when `check_in_by` said that the volunteer came; it is empty for whoever came before that was kept.
    """

    slot = models.ForeignKey("volunteering.Slot", on_delete=models.PROTECT, related_name="participations")
    volunteer = models.ForeignKey("volunteering.Volunteer", on_delete=models.PROTECT, related_name="participations")
    state = models.CharField(max_length=26)
    seats = models.PositiveSmallIntegerField(default=1, db_default=1)
    admission = models.CharField(max_length=12)
    held_at = models.DateTimeField()
    hold_until = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    reconfirm_until = models.DateTimeField(null=True)
    motivation = models.TextField(max_length=2_000, blank=True)
    declared = words(size=60)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    reason_text = models.TextField(max_length=1_000, blank=True)
    source = models.CharField(max_length=10)
    idempotency_key = models.UUIDField(null=True)
    minutes = models.PositiveSmallIntegerField(null=True)
    done_at = models.DateTimeField(null=True)
    checked_in_at = models.DateTimeField(null=True)
    check_in_by = models.CharField(max_length=10, blank=True, default="", db_default="")

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("state", ParticipationState, name="participation_state_is_known"),
            one_of("admission", Admission, name="participation_admission_is_known"),
            models.CheckConstraint(condition=Q(seats__range=(1, MOST_SEATS)), name="participation_seats_in_range"),
            one_of("source", Source, name="participation_source_is_known"),
            models.UniqueConstraint(
                fields=["slot", "volunteer"],
                condition=Q(state__in=_OCCUPIES),
                name="participation_one_per_person_and_slot",
            ),
            models.UniqueConstraint(fields=["volunteer", "idempotency_key"], name="participation_once_per_key"),
            models.CheckConstraint(
                condition=~Q(state=_HELD) | Q(hold_until__isnull=False), name="participation_hold_has_an_end"
            ),
            models.CheckConstraint(
                condition=~Q(state=_TO_RECONFIRM) | Q(reconfirm_until__isnull=False),
                name="participation_question_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(minutes__range=(1, MOST_MINUTES)), name="participation_minutes_in_range"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_COUNTED) | Q(minutes__isnull=False, done_at__isnull=False),
                name="participation_done_has_hours",
            ),
            models.CheckConstraint(
                condition=Q(checked_in_at=None, check_in_by="")
                | Q(checked_in_at__isnull=False, check_in_by__in=_SAID_BY),
                name="participation_check_in_is_said",
            ),
        ]
        indexes = [
            models.Index(fields=["slot", "state"], name="participation_of_slot"),
            models.Index(fields=["volunteer", "-created_at"], name="participation_of_volunteer"),
            models.Index(fields=["hold_until"], name="participation_holds", condition=Q(state=_HELD)),
            models.Index(fields=["reconfirm_until"], name="participation_questions", condition=Q(state=_TO_RECONFIRM)),
            models.Index(
                fields=["done_at"], name="participation_to_attest", condition=Q(state=ParticipationState.DONE.value)
            ),
            models.Index(
                fields=["decided_at"], name="participation_left", condition=Q(state__in=[state.value for state in LEFT])
            ),
            models.Index(
                fields=["slot"], name="participation_came", condition=Q(state=ParticipationState.PRESENT.value)
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
