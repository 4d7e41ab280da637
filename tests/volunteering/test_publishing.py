"""A mission's way from a template to the public and out of it."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from entraide.crises import api as crises
from entraide.journal.models import Entry
from entraide.volunteering.actions import missions, publishing
from entraide.volunteering.actions.outcomes import Left, ReasonMissing
from entraide.volunteering.models import Mission, Notice, Slot
from entraide.volunteering.permissions import NotAllowed
from entraide.volunteering.rules.repetition import Window
from entraide.volunteering.rules.words import Kind
from tests.volunteering.situations import (
    books_balance,
    joined,
    mission_online,
    organisation_validated,
    organiser,
    referent,
    slot_tomorrow,
    strasbourg,
    template_of,
)

pytestmark = pytest.mark.django_db


def draft(
    now: datetime, *, organisation_state: str = "validated", kind: Kind = Kind.FOOD_AID, **given: object
) -> Mission:
    organisation = organisation_validated(now=now, state=organisation_state)
    place = missions.NewPlace(commune_code=strasbourg().code, postcode="67000", street="12 rue des Frères")
    starts_at = now + timedelta(days=3)
    asked = missions.NewMission(
        organisation_id=organisation.pk,
        template_id=template_of(kind).pk,
        **{"place": place, "windows": (Window(starts_at, starts_at + timedelta(hours=2)),), **given},  # type: ignore[arg-type]
    )
    return missions.create_mission(acting=organiser(organisation.pk), new=asked, now=now)


def submit(mission: Mission, now: datetime) -> str:
    return publishing.submit_mission(acting=organiser(mission.organisation_id), mission_id=mission.pk, now=now).value


def test_a_template_gives_all_but_the_place_and_the_time(now: datetime) -> None:
    mission = draft(now)
    template = mission.template
    assert (mission.title, mission.kind, mission.state) == (template.title["fr"], "food_aid", "draft")
    assert (mission.places_left, mission.departement_code, mission.commune_name) == (
        template.capacity,
        "67",
        "Strasbourg",
    )
    assert mission.follows_template and mission.requirements == template.requirements
    assert mission.search_key.endswith("strasbourg")
    books_balance()


def test_a_template_mission_of_a_validated_organisation_goes_online_at_once(now: datetime) -> None:
    mission = draft(now)
    assert submit(mission, now) == "online"
    mission.refresh_from_db()
    assert mission.published_at == now
    assert list(Entry.objects.filter(thing_id=str(mission.pk)).order_by("id").values_list("verb", flat=True)) == [
        "mission.created", "mission.submitted", "mission.online"
    ]  # fmt: skip
    books_balance()


def test_own_words_go_through_a_referent(now: datetime) -> None:
    mission = draft(now, description="Tout autre chose.")
    assert submit(mission, now) == "submitted"
    elsewhere = publishing.validate_missions(acting=referent("75"), mission_ids=[mission.pk], now=now)
    assert elsewhere.left == {mission.pk: Left.NOT_ALLOWED}
    here = publishing.validate_missions(acting=referent("67"), mission_ids=[mission.pk, uuid4()], now=now)
    assert (here.done, list(here.left.values())) == ([mission.pk], [Left.UNKNOWN])
    assert Mission.objects.get().state == "online"


def test_an_organisation_that_nobody_checked_goes_through_a_referent(now: datetime) -> None:
    assert submit(draft(now, organisation_state="submitted"), now) == "submitted"


def test_a_barred_organisation_submits_nothing(now: datetime) -> None:
    with pytest.raises(publishing.OrganisationBarred):
        submit(draft(now, organisation_state="suspended"), now)


def test_what_is_missing_is_named(now: datetime) -> None:
    mission = draft(now, place=None, windows=())
    with pytest.raises(publishing.Incomplete) as refused:
        submit(mission, now)
    assert [problem.field for problem in refused.value.problems] == ["place", "slots"]


def test_a_referent_asks_for_more_and_the_organisation_answers(now: datetime) -> None:
    mission = draft(now, description="Tout autre chose.")
    submit(mission, now)
    with pytest.raises(ReasonMissing):
        publishing.ask_more_info(acting=referent("67"), mission_ids=[mission.pk], reason=" ", now=now)
    publishing.ask_more_info(acting=referent("67"), mission_ids=[mission.pk], reason="Qui encadre ?", now=now)
    texts = missions.MissionTexts("Colis", "Tout autre chose, encadré.", "Entrée par la cour", "Claude, au portail")
    missions.edit_mission(acting=organiser(mission.organisation_id), mission_id=mission.pk, texts=texts, now=now)
    assert submit(mission, now) == "submitted"


def test_settled_texts_stay_while_practical_ones_change(now: datetime) -> None:
    mission = mission_online(now=now)
    texts = missions.MissionTexts("Autre titre", "Autre description", "Entrée par la cour", "")
    missions.edit_mission(acting=organiser(mission.organisation_id), mission_id=mission.pk, texts=texts, now=now)
    mission.refresh_from_db()
    assert (mission.title, mission.information) == ("Préparer des colis", "Entrée par la cour")


def test_a_paused_mission_takes_nobody_and_resumes(now: datetime) -> None:
    mission = mission_online(now=now)
    slot = slot_tomorrow(mission, now=now)
    acting = organiser(mission.organisation_id)
    publishing.pause_mission(acting=acting, mission_id=mission.pk, reason="", now=now)
    with pytest.raises(publishing.WrongState):
        publishing.pause_mission(acting=acting, mission_id=mission.pk, reason="", now=now)
    publishing.resume_mission(acting=acting, mission_id=mission.pk, now=now)
    assert joined(slot, now=now).state == "confirmed"
    books_balance()


def test_cancelling_a_mission_cancels_what_is_ahead_and_tells_everyone(now: datetime) -> None:
    mission = mission_online(now=now)
    for hours in (24, 48):
        joined(slot_tomorrow(mission, now=now, hours=hours), now=now)
    acting = organiser(mission.organisation_id)
    assert publishing.cancel_mission(acting=acting, mission_id=mission.pk, text="Local fermé", now=now) == 2
    assert set(Slot.objects.values_list("state", flat=True)) == {"cancelled"}
    assert Notice.objects.filter(kind="slot_cancelled").count() == 2
    books_balance()


def test_flagging_takes_a_mission_away_and_frees_its_people(now: datetime) -> None:
    mission = mission_online(now=now)
    joined(slot_tomorrow(mission, now=now), now=now)
    outcome = publishing.flag_missions(acting=referent("67"), mission_ids=[mission.pk], reason="Travail payé", now=now)
    mission.refresh_from_db()
    assert (outcome.done, mission.state, mission.places_left) == ([mission.pk], "flagged", 0)
    books_balance()


def test_only_its_organisation_cancels_a_mission(now: datetime) -> None:
    with pytest.raises(NotAllowed):
        publishing.cancel_mission(acting=organiser(uuid4()), mission_id=mission_online(now=now).pk, text="x", now=now)


def test_a_mission_posted_in_a_crisis_belongs_to_it(now: datetime) -> None:
    opening = crises.Opening(
        slug="crue", name={"fr": "Crue"}, kind=crises.Kind.MET, level=crises.Level.ALERT, zones=(), banner={}
    )
    crisis = crises.open_crisis(opening=opening, actor=None, role="operator", now=now)
    assert draft(now).crisis_id == crisis.pk
