"""A volunteer's profile, told in steps: each answer saved, each step skippable, none lost."""

from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from pytest_django.fixtures import DjangoAssertNumQueries

from entraide.accounts import api as accounts
from entraide.foundation import clock
from entraide.journal.models import Entry
from entraide.territories.models import Commune, Postcode
from entraide.volunteering.models import Volunteer
from tests.strict_client import StrictClient
from tests.volunteering.situations import mission_online, slot_tomorrow, strasbourg, volunteer_adult

pytestmark = pytest.mark.django_db

STEPS = ("place", "causes", "availability", "languages", "phone")


@pytest.fixture
def now() -> datetime:
    """The present: pages read the clock themselves."""
    return clock.now()


@pytest.fixture
def volunteer(client: StrictClient) -> Volunteer:
    """Somebody who signed up a moment ago and came in."""
    found = volunteer_adult()
    Volunteer.objects.filter(pk=found.pk).update(reserve_state="preregistered")
    Postcode.objects.create(postcode="67000", commune=strasbourg())
    client.force_login(found.person)
    return found


@pytest.fixture
def person(client: StrictClient) -> accounts.Person:
    """Somebody with an account and no volunteer's profile."""
    found: accounts.Person = get_user_model().objects.create(email="referent@example.org", first_name="Ada")
    Postcode.objects.create(postcode="67000", commune=strasbourg())
    client.force_login(found)
    return found


def two_communes() -> None:
    """Give the postcode 67310 to two communes."""
    home = strasbourg()
    for code, name, population in (("67122", "Dahlenheim", 800), ("67492", "Traenheim", 700)):
        commune = Commune.objects.create(
            code=code,
            name=name,
            search_key=name.lower(),
            departement=home.departement,
            population=population,
            point_quality="none",
        )
        Postcode.objects.create(postcode="67310", commune=commune)


def told(volunteer: Volunteer) -> Volunteer:
    volunteer.refresh_from_db()
    return volunteer


def path_of(step: str) -> str:
    return f"/en/me/volunteer/{step}/"


@pytest.mark.parametrize("path", ["/en/me/volunteer/", "/en/me/volunteer/ready/", path_of("place")])
def test_a_profile_is_for_who_is_signed_in(client: StrictClient, path: str) -> None:
    assert client.get(path).headers["Location"].startswith("/en/account/login/?next=")


def test_each_answer_is_saved_and_leads_to_the_next_question(client: StrictClient, volunteer: Volunteer) -> None:
    answers: dict[str, dict[str, Any]] = {
        "place": {"postcode": "67 000", "radius_km": "30"},
        "causes": {"domains": ["health", "crisis"], "activities": ["cooking"]},
        "availability": {"availability": ["evening"]},
        "languages": {"languages": ["fr", "uk"]},
        "phone": {"phone": "06 12 34 56 78"},
    }
    path = path_of("place")
    for step, answer in answers.items():
        assert path == path_of(step)
        assert client.get(path).status_code == 200
        path = client.post(path, answer).headers["Location"]

    assert path == "/en/me/volunteer/ready/"
    found = told(volunteer)
    assert (found.postcode, found.commune_id, found.radius_km) == ("67000", "67482", 30)
    assert (found.domains, found.activities) == (["crisis", "health"], ["cooking"])
    assert (found.availability, found.languages) == (["evening"], ["fr", "uk"])
    assert accounts.Person.objects.get(pk=found.person_id).phone == "+33612345678"
    assert Entry.objects.filter(verb="volunteer.changed").count() == len(answers) - 1


def test_every_step_can_be_skipped_and_left_backwards(client: StrictClient, volunteer: Volunteer) -> None:
    for place, step in enumerate(STEPS):
        page = client.get(path_of(step)).content.decode()
        after = path_of(STEPS[place + 1]) if place + 1 < len(STEPS) else "/en/me/volunteer/ready/"
        assert f'href="{after}">Skip' in page
        assert (f'href="{path_of(STEPS[place - 1])}"' in page) is bool(place)
        assert 'aria-current="step"' in page
    assert told(volunteer).availability == []


def test_who_told_when_counts_as_available_and_who_did_not_as_registered(
    client: StrictClient, volunteer: Volunteer
) -> None:
    client.post(path_of("causes"), {"domains": ["health"]})
    assert told(volunteer).reserve_state == "registered"

    client.post(path_of("availability"), {"availability": ["weekend"]})
    assert told(volunteer).reserve_state == "available"


def test_a_pause_stays_through_changes_until_it_is_ended(client: StrictClient, volunteer: Volunteer) -> None:
    client.post(path_of("availability"), {"availability": ["weekend"]})
    assert client.post("/en/me/volunteer/pause/", {"wish": "pause"}).headers["Location"] == "/en/me/volunteer/"
    client.post(path_of("availability"), {"availability": ["evening"]})
    assert told(volunteer).reserve_state == "paused"
    assert "Nobody calls you." in client.get("/en/me/volunteer/").content.decode()

    client.post("/en/me/volunteer/pause/", {"wish": "resume"})
    assert told(volunteer).reserve_state == "available"
    client.post("/en/me/volunteer/pause/", {"wish": "resume"})
    client.post("/en/me/volunteer/pause/", {"wish": "\x00"})
    assert told(volunteer).reserve_state == "available"
    assert list(Entry.objects.filter(thing_kind="volunteer").order_by("pk").values_list("verb", flat=True)) == [
        "volunteer.changed",
        "volunteer.paused",
        "volunteer.changed",
        "volunteer.resumed",
    ]


def test_a_postcode_of_several_communes_asks_which(client: StrictClient, volunteer: Volunteer) -> None:
    two_communes()

    asked = client.post(path_of("place"), {"postcode": "67310", "radius_km": "20"})

    # It is saved already, at the most populous one, so that who stops here is found all the same.
    assert told(volunteer).commune_id == "67122"
    page = client.get(asked.headers["Location"]).content.decode()
    assert "Dahlenheim" in page and "Traenheim" in page
    assert "checked" not in page
    chosen = client.post(path_of("place"), {"postcode": "67310", "radius_km": "20", "commune": "67492"})
    assert chosen.headers["Location"] == path_of("causes")
    assert told(volunteer).commune_id == "67492"


def test_another_postcode_forgets_the_commune_that_was_chosen_for_the_former_one(
    client: StrictClient, volunteer: Volunteer
) -> None:
    two_communes()
    client.post(path_of("place"), {"postcode": "67310", "radius_km": "20"})
    client.post(path_of("place"), {"postcode": "67000", "radius_km": "20", "commune": "67492"})
    assert told(volunteer).commune_id == "67482"


@pytest.mark.parametrize(
    ("step", "answer", "said"),
    [
        ("place", {"postcode": "00000", "radius_km": "20"}, "Enter a French postcode of five digits"),
        ("place", {"postcode": "67999", "radius_km": "20"}, "No commune has this postcode"),
        ("place", {"postcode": "67000", "radius_km": "99999999999"}, "Select a valid choice"),
        ("place", {"postcode": "67\x00000", "radius_km": "20"}, "Null characters are not allowed"),
        ("causes", {"domains": ["wizardry"]}, "Select a valid choice"),
        ("availability", {"availability": ["'; DROP"]}, "Select a valid choice"),
        ("languages", {"languages": ["klingon"]}, "Select a valid choice"),
        ("phone", {"phone": "12"}, "Enter a telephone number"),
        ("identity", {"first_name": "", "last_name": "1", "birth_date": "2020-01-01"}, "You can sign up from the age"),
    ],
)
def test_a_wrong_answer_says_what_is_wrong_and_changes_nothing(
    client: StrictClient, volunteer: Volunteer, step: str, answer: dict[str, Any], said: str
) -> None:
    before = Volunteer.objects.filter(pk=volunteer.pk).values().get()
    response = client.post(path_of(step), answer)
    assert response.status_code == 400
    assert said in response.content.decode()
    assert Volunteer.objects.filter(pk=volunteer.pk).values().get() == before


def test_a_language_chosen_elsewhere_is_kept(client: StrictClient, volunteer: Volunteer) -> None:
    Volunteer.objects.filter(pk=volunteer.pk).update(languages=["br"])
    assert 'value="br"' in client.get(path_of("languages")).content.decode()
    client.post(path_of("languages"), {"languages": ["br", "fr"]})
    assert told(volunteer).languages == ["br", "fr"]


def test_one_part_is_changed_by_itself_from_the_overview(client: StrictClient, volunteer: Volunteer) -> None:
    page = client.get("/en/me/volunteer/").content.decode()
    assert f"{path_of('languages')}?alone=1" in page

    alone = client.get(f"{path_of('languages')}?alone=1").content.decode()
    assert ">Skip<" not in alone
    response = client.post(path_of("languages"), {"languages": ["fr"], "alone": "1"})
    assert response.headers["Location"] == "/en/me/volunteer/"
    assert "French" in client.get("/en/me/volunteer/").content.decode()


def test_the_last_page_offers_missions_within_reach(
    client: StrictClient,
    volunteer: Volunteer,
    now: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    Volunteer.objects.filter(pk=volunteer.pk).update(commune=strasbourg())
    slot_tomorrow(mission_online(now=now, title="Tout près"), now=now)
    slot_tomorrow(mission_online(now=now, title="Trop loin", latitude=43.3, longitude=5.4), now=now)

    with django_assert_max_num_queries(6):
        page = client.get("/en/me/volunteer/ready/").content.decode()

    assert "Tout près" in page
    assert "Trop loin" not in page
    assert "/en/missions/?where=67000" in page


@pytest.mark.parametrize("path", ["/en/me/volunteer/", *(path_of(step) for step in ("identity", *STEPS))])
def test_a_page_of_the_profile_costs_few_queries(
    client: StrictClient, volunteer: Volunteer, path: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(6):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/en/me/volunteer/", "/en/me/volunteer/ready/", path_of("phone")])
def test_whoever_has_no_profile_is_led_to_open_one(client: StrictClient, person: accounts.Person, path: str) -> None:
    assert client.get(path).headers["Location"] == path_of("identity")
    assert path_of("identity") in client.get("/en/me/").content.decode()


def test_a_person_known_by_their_address_becomes_a_volunteer(client: StrictClient, person: accounts.Person) -> None:
    answer = {"first_name": "Ada", "last_name": "Exemple", "birth_date": "1990-12-31", "postcode": "67000"}
    refused = client.post(path_of("identity"), answer)
    assert refused.status_code == 400
    assert not Volunteer.objects.exists()

    response = client.post(path_of("identity"), {**answer, "consent": "on"})

    assert response.headers["Location"] == path_of("place")
    found = Volunteer.objects.get(person=person)
    assert (found.birth_date, found.postcode, found.commune_id) == (date(1990, 12, 31), "67000", "67482")
    assert found.reserve_state == "registered"
    person.refresh_from_db()
    assert person.last_name == "Exemple"


def test_an_erased_profile_holds_no_activity(client: StrictClient, volunteer: Volunteer) -> None:
    client.post(path_of("causes"), {"activities": ["cooking"]})
    assert '"cooking"' in client.get("/en/me/data/").content.decode()
    client.post("/en/me/erase/", {"sure": "on"})
    assert told(volunteer).activities == []
