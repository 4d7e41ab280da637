"""What operators, the crisis and the worker ask of the line, and the one mail to those who want to be told."""

from datetime import datetime
from uuid import uuid4

import msgspec
import pytest
from django.db import IntegrityError, transaction

from entraide.crises import api as crises
from entraide.journal import api as journal
from entraide.waiting import api as waiting
from entraide.waiting.actions import tell_who_asked
from entraide.waiting.models import LineRow, ToTell
from entraide.waiting.rules.curve import Curve
from entraide.waiting.rules.line import Line
from entraide.waiting.tasks import follow, tell
from tests.letters import waiting_letters

pytestmark = pytest.mark.django_db
OPERATOR = uuid4()
BUSY = Line(
    moved_at=1_790_000_100_000,
    admitted_until=1_790_000_000_000,
    is_open=False,
    curve=Curve((1_790_000_000_000, 1_790_000_100_000), (0.0, 6000.0)),
)


def keep(line: Line) -> None:
    """Let the line stand as a process of the intake left it."""
    state = msgspec.to_builtins(line)
    LineRow.objects.update_or_create(pk=1, defaults={"state": state})


def mails() -> list[tuple[str, str]]:
    """Return the waiting mails: to whom, with which subject."""
    return [(letter.to, letter.subject) for letter in waiting_letters()]


def pause(now: datetime, *, paused: bool) -> bool:
    return waiting.set_paused(paused=paused, reason=waiting.Reason.MAIL, actor=OPERATOR, role="operator", now=now)


def test_a_line_that_nobody_moved_is_open_and_empty() -> None:
    state = waiting.line_state()

    assert (state.is_open, state.waiting, state.moved_at) == (True, 0, None)


def test_the_line_is_read_as_it_was_left() -> None:
    keep(BUSY)
    state = waiting.line_state()

    assert (state.is_open, state.waiting, state.per_second) == (False, 6000, 100.0)
    assert state.minutes == (0, 2)


def test_a_pause_is_journaled_once_and_ends(now: datetime) -> None:
    keep(BUSY)

    assert [pause(now, paused=True), pause(now, paused=True)] == [True, False]
    state = waiting.line_state()
    assert (state.is_paused, state.is_open, state.minutes) == (True, False, None)
    assert pause(now, paused=False)
    entries = journal.of_thing(thing_kind="line", thing_id="1")
    assert sorted(entry.verb for entry in entries) == ["line.paused", "line.resumed"]
    assert {(entry.actor, entry.detail["reason"]) for entry in entries} == {(OPERATOR, "mail")}


def test_a_bound_is_kept_and_lifted(now: datetime) -> None:
    for bound in (300.0, None):
        waiting.set_bound(most_per_second=bound, actor=OPERATOR, role="operator", now=now)
        assert waiting.line_state().most_per_second == bound
    details = [entry.detail["most_per_second"] for entry in journal.of_thing(thing_kind="line", thing_id="1")]
    assert sorted(details, key=str) == [300.0, None]


def test_the_crisis_asks_for_a_proof_of_work(now: datetime) -> None:
    follow(0)
    assert not waiting.line_state().asks_proof
    opening = crises.Opening(
        slug="flood",
        name={"fr": "Crue", "en": "Flood"},
        kind=crises.Kind.MET,
        level=crises.Level.MOBILISATION,
        zones=[],
        banner={},
    )
    crises.open_crisis(opening=opening, actor=None, role="operator", now=now)
    waiting.follow_crisis(now=now)

    assert waiting.line_state().asks_proof is crises.switches_in_force(now).proof_of_work is True


def test_the_lag_of_the_worker_is_noted() -> None:
    waiting.follow_crisis(now=datetime.fromisoformat("2026-04-15T08:30:00+00:00"))
    waiting.note_lag(seconds=420.4)

    assert LineRow.objects.get().lag_seconds == 420.0


def test_who_asked_is_told_once_in_their_language_and_forgotten() -> None:
    ToTell.objects.create(email="ada@example.org", locale="en")
    ToTell.objects.create(email="jeanne@example.org", locale="fr")
    tell(0)
    tell(0)

    assert [to for to, _ in mails()] == ["ada@example.org", "jeanne@example.org"]
    assert mails()[0][1] == "You can sign up now"
    assert not ToTell.objects.exists()


def test_nobody_is_told_while_others_wait_or_nobody_is_let_in(now: datetime) -> None:
    ToTell.objects.create(email="ada@example.org", locale="en")
    keep(BUSY)
    assert tell_who_asked() == 0
    LineRow.objects.all().delete()
    pause(now, paused=True)
    assert tell_who_asked() == 0

    assert mails() == []
    assert ToTell.objects.count() == 1


def test_so_many_are_told_at_once_those_who_asked_first_first() -> None:
    for name in ("ada", "grace", "jeanne"):
        ToTell.objects.create(email=f"{name}@example.org", locale="en")

    assert tell_who_asked(limit=2) == 2
    assert [row.email for row in ToTell.objects.all()] == ["jeanne@example.org"]


def test_there_is_one_line() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        LineRow.objects.create(pk=2)
