"""Saved searches: kept by their person, told of by mail or feed, ended by a link."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import get_user_model
from django.core import mail

from entraide.accounts.api import Acting
from entraide.foundation import clock
from entraide.foundation.mail.sending import send_waiting
from entraide.volunteering.actions import saved_searches as actions
from entraide.volunteering.actions.erasing import forget_volunteer
from entraide.volunteering.actions.saved_searches import Saving
from entraide.volunteering.models import SavedSearch, Volunteer
from entraide.volunteering.queries.own_data import my_data
from entraide.volunteering.rules.saved_searches import MOST_SAVED, Cadence
from entraide.volunteering.search_letters import tell_of_new_missions
from tests.strict_client import StrictClient
from tests.volunteering.desk_situations import signed_in
from tests.volunteering.listed import strasbourg_by_name
from tests.volunteering.situations import acting, mission_online, slot_tomorrow, volunteer_adult

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """The present: pages read the clock themselves."""
    return clock.now()


@pytest.fixture
def volunteer() -> Volunteer:
    return volunteer_adult()


def saved(
    volunteer: Volunteer, *, now: datetime, query: str = "?kind=food_aid", cadence: Cadence = Cadence.AT_ONCE
) -> SavedSearch:
    return actions.save_search(
        acting=acting(volunteer), query=query, saving=Saving("Aide alimentaire", cadence), now=now
    )


def published(*, at: datetime, title: str = "Trier des colis") -> None:
    slot_tomorrow(mission_online(now=at, title=title), now=at, hours=200)


def mails() -> list[str]:
    """Send what waits and return the texts."""
    mail.outbox.clear()
    send_waiting(now=clock.now())
    return [str(message.body) for message in mail.outbox]


def test_what_is_new_is_told_once_with_a_way_out(volunteer: Volunteer, now: datetime) -> None:
    search = saved(volunteer, now=now - timedelta(hours=3))
    published(at=now - timedelta(hours=4), title="Ancienne")
    published(at=now - timedelta(hours=2), title="Nouvelle")
    published(at=now - timedelta(seconds=5), title="A l'instant")
    assert tell_of_new_missions(cadence=Cadence.AT_ONCE, now=now) == 1
    (text,) = mails()
    assert "Nouvelle" in text
    assert "Ancienne" not in text
    # What is younger than the index may be is told of the next time, and only then.
    assert "A l'instant" not in text
    assert f"/searches/{search.stop_token}/stop/" in text
    assert tell_of_new_missions(cadence=Cadence.AT_ONCE, now=now + timedelta(minutes=10)) == 0
    assert tell_of_new_missions(cadence=Cadence.AT_ONCE, now=now + timedelta(minutes=61)) == 1
    (text,) = mails()
    assert "A l'instant" in text
    assert "Nouvelle" not in text


def test_what_does_not_fit_is_not_told(volunteer: Volunteer, now: datetime) -> None:
    saved(volunteer, now=now - timedelta(hours=3), query="?kind=childcare")
    published(at=now - timedelta(hours=2))
    assert tell_of_new_missions(cadence=Cadence.AT_ONCE, now=now) == 0


def test_a_day_s_missions_are_one_mail(volunteer: Volunteer, now: datetime) -> None:
    saved(volunteer, now=now - timedelta(days=1), cadence=Cadence.DAILY)
    for number in range(12):
        published(at=now - timedelta(hours=2), title=f"Mission {number}")
    assert tell_of_new_missions(cadence=Cadence.AT_ONCE, now=now) == 0
    assert tell_of_new_missions(cadence=Cadence.DAILY, now=now) == 1
    (text,) = mails()
    assert text.count("Mission ") == 10
    published(at=now + timedelta(hours=1))
    assert tell_of_new_missions(cadence=Cadence.DAILY, now=now + timedelta(hours=2)) == 0


def test_nobody_is_told_whose_account_is_suspended(volunteer: Volunteer, now: datetime) -> None:
    saved(volunteer, now=now - timedelta(hours=3))
    get_user_model().objects.filter(pk=volunteer.person_id).update(state="suspended")
    published(at=now - timedelta(hours=2))
    assert tell_of_new_missions(cadence=Cadence.AT_ONCE, now=now) == 0


def test_saving_the_same_again_changes_it(volunteer: Volunteer, now: datetime) -> None:
    saved(volunteer, now=now)
    again = saved(volunteer, now=now, cadence=Cadence.FEED)
    assert SavedSearch.objects.get() == again
    assert again.cadence == Cadence.FEED.value


def test_nobody_saves_without_bound(volunteer: Volunteer, now: datetime) -> None:
    for number in range(MOST_SAVED):
        saved(volunteer, now=now, query=f"?q=mission{number}")
    with pytest.raises(actions.TooManySaved):
        saved(volunteer, now=now, query="?q=encore")


def test_nobody_touches_the_searches_of_others(volunteer: Volunteer, now: datetime) -> None:
    search = saved(volunteer, now=now)
    other = Acting(UUID(str(volunteer_adult().person_id)))
    actions.delete_search(acting=other, search_id=search.pk)
    with pytest.raises(SavedSearch.DoesNotExist):
        actions.change_search(acting=other, search_id=search.pk, saving=Saving("x", Cadence.FEED), now=now)
    assert SavedSearch.objects.filter(pk=search.pk).exists()


def test_who_is_erased_leaves_no_search(volunteer: Volunteer, now: datetime) -> None:
    saved(volunteer, now=now)
    person_id = UUID(str(volunteer.person_id))
    assert my_data(person_id=person_id)["searches"][0]["query"] == "?kind=food_aid"
    forget_volunteer(person_id=person_id, now=now)
    assert not SavedSearch.objects.exists()


def test_a_search_is_saved_changed_and_deleted_by_its_pages(now: datetime) -> None:
    client = signed_in("volunteer")
    path = "/en/me/searches/new/?q=colis+strasbourg&kind=food_aid&after=x&sort=new"
    shown = client.get(path)
    assert shown.status_code == 200
    assert client.post(path, {"name": "", "cadence": "hourly"}).status_code == 400
    client.post(path, {"name": "Colis", "cadence": "daily"})
    search = SavedSearch.objects.get()
    assert (search.query, search.cadence) == ("?q=colis+strasbourg&kind=food_aid", "daily")
    listed = client.get("/en/me/searches/").content.decode()
    assert "Colis" in listed
    assert f"{search.feed_token}.atom" in listed
    client.post(f"/en/me/searches/{search.pk}/", {"name": "Mes colis", "cadence": "feed"})
    search.refresh_from_db()
    assert (search.name, search.cadence) == ("Mes colis", "feed")
    client.post(f"/en/me/searches/{search.pk}/delete/")
    assert not SavedSearch.objects.exists()
    assert client.get(f"/en/me/searches/{search.pk}/").status_code == 404


def test_a_search_is_named_after_its_words_and_its_place(now: datetime) -> None:
    strasbourg_by_name()
    shown = signed_in("volunteer").get("/fr/me/searches/new/?q=colis+strasbourg").content.decode()
    assert 'value="colis, Près de Strasbourg (67), 25 km"' in shown
    assert "«\N{NO-BREAK SPACE}colis\N{NO-BREAK SPACE}»" in shown


def test_nothing_is_no_search_to_save() -> None:
    response = signed_in("volunteer").get("/en/me/searches/new/?kind=%00&radius=-1")
    assert response.status_code == 302
    assert response.headers["Location"] == "/en/missions/"


def test_the_link_of_a_mail_ends_the_mails_without_signing_in(
    client: StrictClient, volunteer: Volunteer, now: datetime
) -> None:
    search = saved(volunteer, now=now)
    path = f"/en/searches/{search.stop_token}/stop/"
    shown = client.get(path)
    assert shown.status_code == 200
    assert "no-store" in shown.headers["Cache-Control"]
    search.refresh_from_db()
    # A mail program that opens links ends nothing.
    assert search.cadence == "at_once"
    client.post(path)
    search.refresh_from_db()
    assert search.cadence == "feed"
    assert "No more mail" in client.get(path).content.decode()
    assert client.get(f"/en/searches/{uuid4()}/stop/").status_code == 404


def test_a_feed_holds_what_the_search_finds(client: StrictClient, volunteer: Volunteer, now: datetime) -> None:
    search = saved(volunteer, now=now)
    published(at=now - timedelta(hours=2), title="Trier & porter")
    response = client.get(f"/fr/feeds/searches/{search.feed_token}.atom")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    text = response.content.decode()
    assert "Trier &amp; porter" in text
    assert "Aide alimentaire" in text
    assert client.get(f"/fr/feeds/searches/{uuid4()}.atom").status_code == 404
    assert client.get(f"/fr/feeds/searches/{search.stop_token}.atom").status_code == 404
