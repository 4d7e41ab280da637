"""A volunteer's own space: what is theirs and nobody else's, the calendar, the data, the way out."""

import html
import json
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from django.apps import apps
from django.urls import reverse
from icalendar import Calendar
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from entraide.accounts.actions.tokens import create_token
from entraide.accounts.api import ApiScope, Deed
from entraide.accounts.models import ApiToken, Person
from entraide.foundation import clock
from entraide.journal.models import Entry
from entraide.volunteering.models import Notice, Participation, Slot, Volunteer
from entraide.volunteering.rules.states import ParticipationState
from entraide.volunteering.rules.words import Admission, ReserveState
from entraide.volunteering.tasks import follow_person
from tests.strict_client import StrictClient
from tests.volunteering.desk_situations import signed_in
from tests.volunteering.situations import books_balance, joined, mission_online, slot_tomorrow, volunteer_adult

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """The present: pages read the clock themselves."""
    return clock.now()


@pytest.fixture
def volunteer(client: StrictClient) -> Volunteer:
    """A volunteer who is signed in."""
    found = volunteer_adult()
    client.force_login(found.person)
    return found


def place(volunteer: Volunteer, now: datetime, **mission: Any) -> Participation:
    return joined(slot_tomorrow(mission_online(now=now, **mission), now=now), now=now, volunteer=volunteer)


def events(content: bytes) -> list[dict[str, Any]]:
    return [dict(event) for event in Calendar.from_ical(content).walk("VEVENT")]


PRIVATE = ["/en/me/", "/en/me/data/", "/en/me/erase/", f"/en/me/participations/{UUID(int=7)}/"]


@pytest.mark.parametrize("path", PRIVATE)
def test_the_space_is_for_who_is_signed_in(client: StrictClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/en/account/login/?next=")


def test_an_empty_space_leads_to_missions(client: StrictClient, volunteer: Volunteer) -> None:
    response = client.get("/en/me/")
    assert response.headers["Cache-Control"] == "private, no-store, no-transform"
    found = response.content.decode()
    assert "Nothing planned yet" in found
    assert "/en/missions/?where=67000" in found


def test_the_space_shows_slots_answers_messages_and_the_past(
    client: StrictClient, volunteer: Volunteer, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    place(volunteer, now, title="Attendue")
    held = joined(
        slot_tomorrow(mission_online(now=now, title="En attente", admission=Admission.REVIEW.value), now=now, hours=60),
        now=now,
        volunteer=volunteer,
    )
    gone = joined(
        slot_tomorrow(
            mission_online(now=now, title="Sans réponse", admission=Admission.REVIEW.value), now=now, hours=70
        ),
        now=now,
        volunteer=volunteer,
    )
    Participation.objects.filter(pk=gone.pk).update(hold_until=now - timedelta(seconds=1))
    with django_assert_max_num_queries(12):
        found = client.get("/en/me/").content.decode()
    assert "Held for you until" in found and str(held.pk) in found
    assert "No answer in time" in found.split("Past and cancelled")[1]
    assert "Confirmed: Attendue" in found


def test_nobody_reads_or_moves_the_place_of_another(client: StrictClient, volunteer: Volunteer, now: datetime) -> None:
    other = place(volunteer_adult(), now)
    for path in ("", "cancel/", "entraide.ics"):
        assert client.get(f"/en/me/participations/{other.pk}/{path}").status_code == 404
    assert client.post(f"/en/me/participations/{other.pk}/cancel/", {"reason": "other"}).status_code == 404
    assert Participation.objects.get(pk=other.pk).state == ParticipationState.CONFIRMED


def test_a_place_is_given_back_with_a_reason_and_journaled(
    client: StrictClient, volunteer: Volunteer, now: datetime
) -> None:
    participation = place(volunteer, now)
    path = f"/en/me/participations/{participation.pk}/cancel/"
    assert "Give my place back" in client.get(path).content.decode()
    assert client.post(path, {}).status_code == 400
    assert client.post(path, {"reason": "\x00"}).status_code == 400
    assert client.post(path, {"reason": "not_available", "text": "Sorry"}).headers["Location"] == "/en/me/"
    participation.refresh_from_db()
    assert participation.state == ParticipationState.CANCELLED_BY_VOLUNTEER
    assert Entry.objects.filter(verb="participation.cancelled", thing_id=str(participation.pk)).count() == 1
    assert Slot.objects.get(pk=participation.slot_id).taken == 0
    assert client.get(path).status_code == 302
    books_balance()


def test_it_is_too_late_once_the_slot_has_begun(client: StrictClient, volunteer: Volunteer, now: datetime) -> None:
    participation = place(volunteer, now)
    Slot.objects.filter(pk=participation.slot_id).update(starts_at=now - timedelta(minutes=1))
    client.post(f"/en/me/participations/{participation.pk}/cancel/", {"reason": "other"})
    participation.refresh_from_db()
    assert participation.state == ParticipationState.CONFIRMED


def test_the_calendar_follows_each_place(client: StrictClient, volunteer: Volunteer, now: datetime) -> None:
    confirmed = place(volunteer, now)
    held = joined(
        slot_tomorrow(mission_online(now=now, admission=Admission.REVIEW.value), now=now, hours=60),
        now=now,
        volunteer=volunteer,
    )
    response = StrictClient().get(f"/calendar/{volunteer.calendar_token}.ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert not response.cookies
    calendar = Calendar.from_ical(response.content)
    assert "METHOD" not in calendar
    assert {str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")} == {"Europe/Paris"}
    found = {str(event["UID"]).split("@")[0]: event for event in calendar.walk("VEVENT")}
    assert str(found[str(confirmed.pk)]["STATUS"]) == "CONFIRMED"
    assert "12 rue des Frères" in str(found[str(confirmed.pk)]["LOCATION"])
    assert [alarm["ACTION"] for alarm in found[str(confirmed.pk)].walk("VALARM")] == ["DISPLAY"]
    assert str(found[str(held.pk)]["STATUS"]) == "TENTATIVE"
    assert "12 rue" not in str(found[str(held.pk)]["LOCATION"])


def test_a_moved_or_cancelled_slot_raises_the_sequence(
    client: StrictClient, volunteer: Volunteer, now: datetime
) -> None:
    participation = place(volunteer, now)
    path = f"/calendar/{volunteer.calendar_token}.ics"
    before = events(client.get(path).content)[0]
    Slot.objects.filter(pk=participation.slot_id).update(starts_at=now + timedelta(hours=25))
    moved = events(client.get(path).content)[0]
    Participation.objects.update(state=ParticipationState.CANCELLED_BY_ORGANISATION.value)
    cancelled = events(client.get(path).content)[0]
    assert before["UID"] == moved["UID"] == cancelled["UID"]
    assert before["SEQUENCE"] < moved["SEQUENCE"] < cancelled["SEQUENCE"]
    assert str(cancelled["STATUS"]) == "CANCELLED"


def test_an_unchanged_calendar_is_not_sent_again(client: StrictClient, volunteer: Volunteer, now: datetime) -> None:
    place(volunteer, now)
    path = f"/calendar/{volunteer.calendar_token}.ics"
    first = client.get(path)
    assert client.get(path, headers={"if-none-match": first.headers["ETag"]}).status_code == 304


def test_the_calendars_address_can_be_changed(client: StrictClient, volunteer: Volunteer) -> None:
    former = volunteer.calendar_token
    assert client.get("/en/me/calendar/").status_code == 405
    client.post("/en/me/calendar/")
    volunteer.refresh_from_db()
    assert client.get(f"/calendar/{former}.ics").status_code == 404
    assert client.get(f"/calendar/{volunteer.calendar_token}.ics").status_code == 200
    assert str(volunteer.calendar_token) in client.get("/en/me/").content.decode()


@pytest.mark.parametrize("token", ["x", "0", "%00", "' OR 1=1", str(UUID(int=7))])
def test_no_other_address_shows_a_calendar(client: StrictClient, token: str) -> None:
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_one_slot_is_a_file_for_the_calendar(client: StrictClient, volunteer: Volunteer, now: datetime) -> None:
    participation = place(volunteer, now)
    response = client.get(f"/en/me/participations/{participation.pk}/entraide.ics")
    assert "attachment" in response.headers["Content-Disposition"]
    assert len(events(response.content)) == 1


def test_a_person_takes_their_data_along(client: StrictClient, volunteer: Volunteer, now: datetime) -> None:
    place(volunteer, now)
    place(volunteer_adult(), now)
    response = client.get("/en/me/data/")
    assert response.headers["Cache-Control"] == "private, no-store, no-transform"
    found = json.loads(response.content)
    assert found["person"]["email"] == volunteer.person.email
    assert found["volunteer"]["birth_date"] == "1990-05-01"
    assert len(found["participations"]) == 1 and len(found["notices"]) == 1


# Where the rows of each table that names a person stand in what they take along.
TAKEN_ALONG = {
    "account_emailaddress": "addresses",
    "accounts_addresschange": "address_changes",
    "accounts_apitoken": "tokens",
    "accounts_grant": "roles",
    "accounts_workmailwish": "work_mail",
    "meetings_invitation": "meeting_invitations",
    "meetings_meeting": "planned_meetings",
    "meetings_participant": "meetings",
    "meetings_room": "rooms",
    "mfa_authenticator": "passkeys",
    "socialaccount_socialaccount": "providers",
    "usersessions_usersession": "sessions",
    "volunteering_notice": "notices",
    "volunteering_savedsearch": "searches",
    "volunteering_settlement": "sign_ups",
    "volunteering_volunteer": "volunteer",
}


def test_a_confirmed_place_leads_to_its_certificate_with_nothing_that_a_server_sees(
    client: StrictClient, volunteer: Volunteer, now: datetime, settings: Settings
) -> None:
    page = f"/en/me/participations/{place(volunteer, now, title='Trier & ranger').pk}/"
    waiting = joined(
        slot_tomorrow(mission_online(now=now, admission=Admission.REVIEW.value), now=now, hours=60),
        now=now, volunteer=volunteer,
    )  # fmt: skip
    settings.CERTIFICATES_URL = ""
    assert "travel certificate" not in client.get(page).content.decode()
    settings.CERTIFICATES_URL = "https://certificates.example.org"
    assert "travel certificate" not in client.get(f"/en/me/participations/{waiting.pk}/").content.decode()
    link = re.search(r'href="(https://certificates\.example\.org[^"]*)"', client.get(page).content.decode())
    assert link
    address, _, fragment = html.unescape(link[1]).partition("#")
    assert address == "https://certificates.example.org/"
    values = dict(parse_qsl(fragment))
    assert values["form"] == "entraide.mission"
    assert values["mission"] == "Trier & ranger"
    assert values["family_name"] == volunteer.person.last_name
    assert values["leaving_at"] < values["return_at"]


def test_every_table_that_names_a_person_is_taken_along(client: StrictClient, volunteer: Volunteer) -> None:
    naming = {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.is_relation and field.concrete and field.related_model is Person for field in model._meta.fields)
    }
    assert naming == set(TAKEN_ALONG)
    found = json.loads(client.get("/en/me/data/").content)
    assert set(TAKEN_ALONG.values()) <= set(found)


def test_a_person_reads_what_they_did_and_who_read_their_contacts(
    client: StrictClient, volunteer: Volunteer, now: datetime
) -> None:
    participation = place(volunteer, now)
    organisation_id = participation.slot.mission.organisation_id
    page = reverse("volunteering:attendance", args=[organisation_id, participation.slot_id])
    assert signed_in("manager", organisation_id).post(page, {"contacts": "show"}).status_code == 200
    found = json.loads(client.get("/en/me/data/").content)
    assert [deed["verb"] for deed in found["deeds"]] == ["slot.joined"]
    assert [read["slot_id"] for read in found["contacts_read"]] == [str(participation.slot_id)]


def test_no_secret_leaves_with_the_data(client: StrictClient, volunteer: Volunteer, now: datetime) -> None:
    deed = Deed(actor=volunteer.person_id, now=now)
    scopes = frozenset(ApiScope)
    _, secret = create_token(
        person_id=volunteer.person_id, name="cron", scopes=scopes, lasts=timedelta(days=1), deed=deed
    )
    text = client.get("/en/me/data/").content.decode()
    assert '"name": "cron"' in text
    for hidden in (secret, ApiToken.objects.get().digest, str(volunteer.calendar_token), "sign_in_stamp"):
        assert hidden not in text


def test_erasing_gives_places_back_and_says_nothing_of_who_it_was(
    client: StrictClient, volunteer: Volunteer, now: datetime
) -> None:
    participation = place(volunteer, now)
    token = volunteer.calendar_token
    assert "cannot be undone" in client.get("/en/me/erase/").content.decode()
    assert client.post("/en/me/erase/", {}).status_code == 400
    assert client.post("/en/me/erase/", {"sure": "on"}).headers["Location"] == "/en/erased/"
    volunteer.refresh_from_db()
    person = Person.objects.get(pk=volunteer.person_id)
    assert (person.first_name, person.state, volunteer.birth_date, volunteer.postcode) == ("", "erased", None, "")
    assert volunteer.reserve_state == ReserveState.ANONYMISED
    assert Participation.objects.get(pk=participation.pk).state == ParticipationState.CANCELLED_BY_VOLUNTEER
    assert client.get(f"/calendar/{token}.ics").status_code == 404
    assert client.get("/en/me/").status_code == 302
    assert client.get("/en/erased/").status_code == 200
    books_balance()


def test_an_erasure_by_an_operator_reaches_the_profile_too(volunteer: Volunteer, now: datetime) -> None:
    place(volunteer, now)
    for _ in range(2):
        follow_person(thing_id=str(volunteer.person_id), state="erased")
    volunteer.refresh_from_db()
    assert volunteer.reserve_state == ReserveState.ANONYMISED
    assert Slot.objects.get().taken == 0
    assert Notice.objects.count() == 1
