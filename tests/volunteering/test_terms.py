"""Changing what a mission promises: those who agreed to it are told, keep their place, and new words are read again."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from entraide.journal.models import Entry
from entraide.territories.models import Commune, NameStart, Postcode
from entraide.territories.rules import Start
from entraide.volunteering.actions.missions import NewPlace, NotEditable, TextsChangedMeanwhile, UnknownCommune
from entraide.volunteering.actions.terms import MissionTerms, change_terms, digest_of_terms, terms_of
from entraide.volunteering.letters import send
from entraide.volunteering.models import Mission, Notice, Slot
from entraide.volunteering.permissions import NotAllowed
from entraide.volunteering.rules.words import Admission
from tests.accounts.conftest import letters_to
from tests.volunteering import situations as given
from tests.volunteering.desk_situations import Desk, desk, signed_in

pytestmark = pytest.mark.django_db
ELSEWHERE = NewPlace(commune_code="67180", postcode="67500", street="3 place d'Armes")


@pytest.fixture
def made() -> Desk:
    """An online mission of a validated organisation, with three candidates for tomorrow."""
    found = desk()
    haguenau()
    return found


def haguenau() -> None:
    home = given.strasbourg()
    town = Commune.objects.create(
        code="67180",
        name="Haguenau",
        search_key="haguenau",
        departement=home.departement,
        population=35_000,
        latitude=48.81,
        longitude=7.79,
        point_quality="exact",
    )
    Postcode.objects.create(postcode="67500", commune=town)
    NameStart.objects.create(key="haguenau", kind=Start.NAME, commune=town, population=35_000)


def change(made: Desk, now: datetime | None = None, **changes: Any) -> Mission:
    before = terms_of(Mission.objects.get(pk=made.mission.pk))
    change_terms(
        acting=given.organiser(made.organisation.pk),
        mission_id=made.mission.pk,
        wanted=replace(before, **changes),
        seen=digest_of_terms(before),
        now=now or made.now,
    )
    return Mission.objects.get(pk=made.mission.pk)


def told() -> list[Notice]:
    return list(Notice.objects.filter(kind="mission_changed"))


def test_another_place_is_told_to_everyone_who_has_or_awaits_one(made: Desk) -> None:
    given.slot_tomorrow(made.mission, now=made.now, hours=50)
    moved = change(made, place=ELSEWHERE)

    assert (moved.commune_name, moved.state) == ("Haguenau", "online")
    assert {notice.person_id for notice in told()} == {each.volunteer.person_id for each in made.candidates}
    assert {str(slot.place.commune_id) for slot in Slot.objects.all() if slot.place} == {"67180"}
    assert Entry.objects.get(verb="mission.terms_changed").detail == {"changed": ["place"]}
    given.books_balance()


def test_what_is_over_stays_where_it_was(made: Desk) -> None:
    over = given.slot_tomorrow(made.mission, now=made.now, hours=-48, state="over")
    change(made, place=ELSEWHERE)
    over.refresh_from_db()
    assert over.place and over.place.street == "12 rue des Frères"


def test_how_people_get_in_is_told_to_nobody(made: Desk) -> None:
    assert change(made, admission=Admission.INSTANT).admission == "instant"
    assert told() == []


def test_each_change_is_told_once_and_says_what_changed(made: Desk) -> None:
    change(made, age_min=18, requirements=("no_symptoms",))
    change(made, age_min=21)
    person = made.first.volunteer.person
    mine = [notice for notice in told() if notice.person_id == person.pk]
    assert [notice.detail["changed"] for notice in mine] == [["ages", "requirements"], ["ages"]]

    person.locale = "en"
    person.save(update_fields=["locale"])
    assert send(notice_id=mine[0].pk, now=made.now)
    letter = letters_to(person.email)[-1].text
    assert "What changed: the ages, what is required." in letter
    # Who still awaits an answer does not read the number of the street.
    assert "12 rue" not in letter


def test_somebody_who_would_be_refused_today_keeps_the_place_they_have(made: Desk) -> None:
    change(made, age_min=90)
    made.first.refresh_from_db()
    assert made.first.state == "held"
    given.books_balance()


def test_words_of_a_mission_that_were_read_are_read_again(made: Desk) -> None:
    changed = change(made, title="Tout autre chose", description="Venez nombreux pour autre chose.")
    assert (changed.state, changed.follows_template) == ("submitted", False)
    assert {notice.detail["title"] for notice in told()} == {"Préparer des colis"}
    with pytest.raises(NotEditable):
        change(made, age_min=17)


def test_two_who_change_it_at_once_do_not_overwrite_each_other(made: Desk) -> None:
    seen = digest_of_terms(terms_of(made.mission))
    change(made, age_min=18)
    with pytest.raises(TextsChangedMeanwhile):
        change_terms(
            acting=given.organiser(made.organisation.pk),
            mission_id=made.mission.pk,
            wanted=replace(terms_of(made.mission), age_min=20),
            seen=seen,
            now=made.now,
        )


def test_only_the_organisation_changes_its_mission(made: Desk) -> None:
    terms: MissionTerms = terms_of(made.mission)
    stranger = given.organisation_validated(now=made.now, name="Les Voisins")
    with pytest.raises(NotAllowed):
        change_terms(
            acting=given.organiser(stranger.pk),
            mission_id=made.mission.pk,
            wanted=replace(terms, age_min=20),
            seen=digest_of_terms(terms),
            now=made.now,
        )


def test_an_unknown_commune_changes_nothing(made: Desk) -> None:
    with pytest.raises(UnknownCommune):
        change(made, place=replace(ELSEWHERE, commune_code="99999"), age_min=40)
    assert Mission.objects.get(pk=made.mission.pk).age_min == 16
    assert told() == []


def page(made: Desk) -> str:
    return f"/en/organisation/{made.organisation.pk}/missions/{made.mission.pk}/terms/"


def answer(made: Desk, **changes: Any) -> dict[str, Any]:
    terms = terms_of(Mission.objects.get(pk=made.mission.pk))
    shown = {
        "title": terms.title,
        "description": terms.description,
        "commune": "67500 Haguenau",
        "street": "3 place d'Armes",
        "age_min": "18",
        "age_max": "",
        "requirements": ["no_symptoms"],
        "admission": "review",
        "seen": digest_of_terms(terms),
    }
    return {**shown, **changes}


def test_the_page_says_what_a_change_means_before_it_is_made(
    made: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in("member", made.organisation.pk)
    client.get(page(made))
    with django_assert_max_num_queries(12):
        assert client.get(page(made)).status_code == 200

    asked = client.post(
        page(made), answer(made, title="Autre chose", description="Autre chose encore.")
    ).content.decode()
    assert "3 people who have or await a place will be told" in asked
    assert "leaves the public list until a referent has read" in asked
    assert told() == []

    done = client.post(page(made), answer(made, sure="1"), follow=True).content.decode()
    assert "3 people are being told." in done
    found = Mission.objects.get(pk=made.mission.pk)
    assert (found.age_min, found.commune_name, found.state) == (18, "Haguenau", "online")
    assert [item["code"] for item in found.requirements] == ["no_symptoms"]


def test_a_change_that_concerns_nobody_is_made_at_once() -> None:
    made = desk(candidates=0)
    haguenau()
    client = signed_in("manager", made.organisation.pk)
    response = client.post(page(made), answer(made))
    assert response.headers["Location"] == page(made).removesuffix("terms/")
    assert Mission.objects.get(pk=made.mission.pk).age_min == 18


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"age_min": "-1"},
        {"age_min": "9" * 30},
        {"age_max": "3"},
        {"requirements": ["wizardry"]},
        {"admission": "bribe"},
        {"commune": "Nulle-Part"},
        {"title": "a\x00b"},
    ],
    ids=str,
)
def test_a_wrong_answer_changes_nothing(made: Desk, wrong: dict[str, Any]) -> None:
    client = signed_in("member", made.organisation.pk)
    assert client.post(page(made), answer(made, sure="1", **wrong)).status_code == 400
    assert Mission.objects.get(pk=made.mission.pk).age_min == 16


def test_others_do_not_open_the_page(made: Desk) -> None:
    stranger = given.organisation_validated(now=datetime.now(UTC), name="Les Voisins")
    assert signed_in("manager", stranger.pk).get(page(made)).status_code == 403
    assert signed_in("volunteer").get(page(made)).status_code == 403


def test_a_mission_that_a_referent_reads_is_left(made: Desk) -> None:
    Mission.objects.filter(pk=made.mission.pk).update(state="submitted")
    response = signed_in("member", made.organisation.pk).get(page(made), follow=True)
    assert "cannot be changed" in response.content.decode()
    assert "/terms/" not in response.content.decode()
