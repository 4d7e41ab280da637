"""What the notices say, and that each goes once."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from icalendar import Calendar
from procrastinate.contrib.django.models import ProcrastinateJob

from entraide.volunteering import letters, tasks
from entraide.volunteering.actions import attendance, holds, hours, passing_time, reconfirming, slots
from entraide.volunteering.actions.deciding import accept_candidates, refuse_candidates
from entraide.volunteering.actions.leaving import Leave, cancel_participation
from entraide.volunteering.models import Notice
from entraide.volunteering.place_links import participation_of_link
from entraide.volunteering.rules.repetition import Window
from entraide.volunteering.rules.words import CancelReason, RefusalReason
from tests.letters import WaitingLetter, waiting_letters
from tests.volunteering.situations import acting, joined, mission_online, organiser, slot_tomorrow, volunteer_adult

pytestmark = pytest.mark.django_db


def send_all(now: datetime) -> None:
    for pk in Notice.objects.filter(sent_at=None).order_by("created_at").values_list("pk", flat=True):
        letters.send(notice_id=pk, now=now)


def mails() -> list[WaitingLetter]:
    return waiting_letters()


def last_text(now: datetime) -> str:
    send_all(now)
    letter = mails()[-1]
    assert "&#x27;" not in letter.subject + letter.text
    return f"{letter.subject}\n{letter.text}"


def test_a_notice_and_its_job_are_written_with_the_change_or_not_at_all(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now)
    sends = ProcrastinateJob.objects.filter(task_name="volunteering.send_notices")
    with pytest.raises(RuntimeError), transaction.atomic():
        joined(slot, now=now)
        raise RuntimeError
    assert (Notice.objects.count(), sends.count()) == (0, 0)
    joined(slot, now=now)
    assert (Notice.objects.count(), sends.count()) == (1, 1)


def test_a_confirmation_gives_the_whole_address_and_a_calendar(now: datetime) -> None:
    mission = mission_online(now=now, information="Entrée par la cour", contact="Claude au portail")
    participation = joined(slot_tomorrow(mission, now=now), now=now)
    text = last_text(now)
    assert "Préparer des colis" in text and "12 rue des Frères" in text and "Entrée par la cour" in text
    assert "10:30" in text, "the time is that of the place"
    [attachment] = mails()[-1].attachments
    [event] = Calendar.from_ical(attachment.content).walk("VEVENT")
    assert str(event["uid"]).startswith(str(participation.pk))
    assert event.decoded("dtstart") == participation.slot.starts_at
    assert "METHOD" not in attachment.content


def test_before_an_answer_the_address_stays_at_its_public_precision(now: datetime) -> None:
    joined(slot_tomorrow(mission_online(now=now, admission="review"), now=now, hours=24 * 10), now=now)
    text = last_text(now)
    assert "rue des Frères" in text and "12 rue" not in text


def test_each_notice_goes_once_even_when_its_job_runs_again(now: datetime) -> None:
    joined(slot_tomorrow(mission_online(now=now), now=now), now=now)
    ids = [str(pk) for pk in Notice.objects.values_list("pk", flat=True)]
    for _ in range(2):
        tasks.send_notices(notice_ids=ids)
    assert len(mails()) == 1
    assert Notice.objects.get().sent_at is not None


def test_the_mail_is_in_the_readers_language(now: datetime) -> None:
    slot, volunteer = slot_tomorrow(mission_online(now=now), now=now), volunteer_adult()
    type(volunteer.person).objects.filter(pk=volunteer.person_id).update(locale="en")
    joined(slot, now=now, volunteer=volunteer)
    assert "Thursday 16 April 2026, 10:30 to 12:30" in last_text(now)


def test_a_refusal_says_why_and_proposes_other_slots(now: datetime) -> None:
    mission = mission_online(now=now, admission="review")
    slot, slot_another_day = (slot_tomorrow(mission, now=now, hours=24 * day) for day in (5, 6))
    candidate = joined(slot, now=now)
    refuse_candidates(
        acting=organiser(mission.organisation_id),
        participation_ids=[candidate.pk],
        reason=RefusalReason.OTHER,
        text="Équipe déjà formée à 100%",
        now=now,
    )
    text = last_text(now)
    assert "Équipe déjà formée à 100%" in text
    assert f"/missions/{slot_another_day.mission_id}/" in text


def test_a_slot_that_moved_gives_both_times(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now)
    joined(slot, now=now)
    starts_at = now + timedelta(days=3)
    window = Window(starts_at, starts_at + timedelta(hours=1))
    slots.move_slot(acting=organiser(slot.mission.organisation_id), slot_id=slot.pk, window=window, now=now)
    text = last_text(now)
    assert "16 " in text and "18 " in text and "12:30" in text and "11:30" in text


def test_a_cancelled_slot_strikes_out_its_event(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now)
    joined(slot, now=now)
    slots.cancel_slot(acting=organiser(slot.mission.organisation_id), slot_id=slot.pk, text="Alerte météo", now=now)
    assert "Alerte météo" in last_text(now)
    assert "STATUS:CANCELLED" in mails()[-1].attachments[0].content


def test_what_is_no_longer_true_is_not_sent(now: datetime) -> None:
    slot, volunteer = slot_tomorrow(mission_online(now=now), now=now), volunteer_adult()
    participation = joined(slot, now=now, volunteer=volunteer)
    cancel_participation(acting=acting(volunteer), leave=Leave(participation.pk, CancelReason.OTHER), now=now)
    send_all(now)
    assert mails() == []


def test_a_question_is_answered_by_the_link_of_its_mail_and_leaves_with_its_deadline(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now, hours=24 * 5)
    participation = joined(slot, now=now)
    reconfirming.ask_to_reconfirm(now=now + timedelta(days=3))
    text = last_text(now + timedelta(days=3))
    link = re.search(r"/fr/place/\S+/", mails()[-1].text)
    assert link and link.group() in mails()[-1].html
    assert participation_of_link(link.group().split("/")[3]).pk == participation.pk
    assert "19 " in text and "22:30" in text, "the deadline is twelve hours before, in the time of the place"


def test_a_question_that_was_answered_is_not_sent(now: datetime) -> None:
    slot, volunteer = slot_tomorrow(mission_online(now=now), now=now, hours=24 * 5), volunteer_adult()
    participation = joined(slot, now=now, volunteer=volunteer)
    send_all(now)
    reconfirming.ask_to_reconfirm(now=now + timedelta(days=3))
    at = now + timedelta(days=3, minutes=1)
    reconfirming.reconfirm(acting=acting(volunteer), participation_id=participation.pk, now=at)
    send_all(at)
    assert len(mails()) == 1


def test_a_place_given_back_for_want_of_an_answer_is_told_with_other_slots(now: datetime) -> None:
    mission = mission_online(now=now)
    slot, later = (slot_tomorrow(mission, now=now, hours=24 * day) for day in (5, 6))
    joined(slot, now=now)
    reconfirming.ask_to_reconfirm(now=now + timedelta(days=3))
    reconfirming.release_unanswered(now=now + timedelta(days=4, hours=12))
    text = last_text(now + timedelta(days=4, hours=12))
    assert f"/missions/{later.mission_id}/" in text
    assert "STATUS:CANCELLED" in mails()[-1].attachments[0].content


def test_the_reminder_gives_the_address_the_contact_and_the_way_out(now: datetime) -> None:
    mission = mission_online(now=now, contact="Claude au portail")
    slot = slot_tomorrow(mission, now=now, hours=24 * 5)
    joined(slot, now=now)
    send_all(now)
    passing_time.remind_of_slots(now=now + timedelta(days=4))
    text = last_text(now + timedelta(days=4))
    assert "12 rue des Frères" in text and "Claude au portail" in text and "/fr/place/" in text


def test_the_reminder_of_somebody_who_was_asked_and_did_not_answer_says_until_when(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now, hours=24 * 5)
    joined(slot, now=now)
    reconfirming.ask_to_reconfirm(now=now + timedelta(days=3))
    passing_time.remind_of_slots(now=now + timedelta(days=4))
    assert "22:30" in last_text(now + timedelta(days=4))


def test_attested_hours_are_told_with_their_number(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now)
    participation, by = joined(slot, now=now), organiser(slot.mission.organisation_id)
    attendance.mark_present(acting=by, participation_ids=[participation.pk], now=slot.starts_at)
    hours.attest_hours(acting=by, minutes={participation.pk: 150}, now=slot.ends_at)
    assert "2 h 30" in last_text(slot.ends_at)


def test_a_warning_goes_once_before_the_hold_ends(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now, admission="review"), now=now, hours=24 * 10)
    candidate = joined(slot, now=now)
    told = [holds.warn_of_ending_holds(now=now + timedelta(hours=hours)) for hours in (53, 54, 60, 73)]
    assert told == [0, 1, 0, 0]
    assert candidate.hold_until is not None
    assert last_text(now)


def test_an_accepted_candidate_hears_it_in_html_too(now: datetime) -> None:
    mission = mission_online(now=now, admission="review", title="Colis <b>& co</b>")
    candidate = joined(slot_tomorrow(mission, now=now, hours=24 * 10), now=now)
    accept_candidates(acting=organiser(mission.organisation_id), participation_ids=[candidate.pk], now=now)
    last_text(now)
    html = mails()[-1].html
    assert "Colis &lt;b&gt;&amp; co&lt;/b&gt;" in html and "<b>&" not in html
