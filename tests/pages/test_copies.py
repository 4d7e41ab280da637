"""Edges are told of what changed: the right paths, once, and only when the change has happened."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from config import environment as names
from entraide.accounts import api as accounts
from entraide.crises import api as crises
from entraide.foundation import edges
from entraide.foundation.edges import NotTold
from entraide.foundation.env import Environment, SettingError
from entraide.pages.tasks import renew_lists, renew_missions, show_crisis, tell_edge
from entraide.volunteering.actions import details, missions, partner_missions, passing_time, publishing, slots
from entraide.volunteering.actions.following_organisation import follow_organisation
from entraide.volunteering.actions.terms import change_terms, digest_of_terms, terms_of
from entraide.volunteering.models import Mission, Slot
from entraide.volunteering.rules.repetition import Window
from entraide.volunteering.rules.states import MissionState
from entraide.volunteering.tasks import show_organisation
from tests.entraidectl.edge import backend as backends
from tests.entraidectl.edge.backend import Backend, Reply
from tests.volunteering import situations as given

NORTH, SOUTH = "http://10.0.0.1:9146", "http://10.0.0.2:9146"
LISTS = [f"/{language}/{path}" for path in ("", "missions/", "missions/map/") for language in ("fr", "en")]
FEEDS = [f"/{language}/feeds/missions.{kind}" for kind in ("atom", "csv", "jsonld") for language in ("fr", "en")]


@pytest.fixture(autouse=True)
def two_edges(settings: Settings) -> None:
    settings.EDGES, settings.EDGE_SECRET = (NORTH, SOUTH), "secret"


def jobs(name: str) -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name=name).order_by("id"))


def outdated() -> list[str]:
    """Return the missions that jobs were asked for, in the order of the jobs."""
    return [key for job in jobs("pages.renew_missions") for key in job.args["mission_ids"]]


def online(now: datetime) -> Mission:
    """A mission online, with a slot tomorrow."""
    mission = given.mission_online(now=now)
    given.slot_tomorrow(mission, now=now)
    return mission


def as_organiser(mission: Mission) -> dict[str, object]:
    return {"acting": given.organiser(mission.organisation_id), "mission_id": mission.pk}


def slot_of(mission: Mission) -> dict[str, object]:
    slot = Slot.objects.get(mission=mission)
    return {"acting": given.organiser(mission.organisation_id), "slot_id": slot.pk}


def pause(mission: Mission, now: datetime) -> None:
    publishing.pause_mission(**as_organiser(mission), reason="", now=now)  # type: ignore[arg-type]


def resume(mission: Mission, now: datetime) -> None:
    Mission.objects.filter(pk=mission.pk).update(state=MissionState.PAUSED.value)
    publishing.resume_mission(**as_organiser(mission), now=now)  # type: ignore[arg-type]


def close(mission: Mission, now: datetime) -> None:
    publishing.close_mission(**as_organiser(mission), now=now)  # type: ignore[arg-type]


def cancel(mission: Mission, now: datetime) -> None:
    publishing.cancel_mission(**as_organiser(mission), text="Annulée", now=now)  # type: ignore[arg-type]


def flag(mission: Mission, now: datetime) -> None:
    publishing.flag_missions(acting=given.referent("67"), mission_ids=[mission.pk], reason="Douteuse", now=now)


def validate(mission: Mission, now: datetime) -> None:
    Mission.objects.filter(pk=mission.pk).update(state=MissionState.SUBMITTED.value, published_at=None)
    publishing.validate_missions(acting=given.referent("67"), mission_ids=[mission.pk], now=now)


def edit(mission: Mission, now: datetime) -> None:
    texts = replace(missions.texts_of(mission), information="Sonnez deux fois.")
    missions.edit_mission(**as_organiser(mission), texts=texts, now=now)  # type: ignore[arg-type]


def promise_otherwise(mission: Mission, now: datetime) -> None:
    before = terms_of(mission)
    wanted, seen = replace(before, description="Tout autre chose."), digest_of_terms(before)
    change_terms(**as_organiser(mission), wanted=wanted, seen=seen, now=now)  # type: ignore[arg-type]


def add_details(mission: Mission, now: datetime) -> None:
    before = details.details_of(mission)
    wanted, seen = replace(before, access_notes="Une rampe à gauche."), details.digest_of_details(before)
    details.set_details(**as_organiser(mission), wanted=wanted, seen=seen, now=now)  # type: ignore[arg-type]


def call_it_a_priority(mission: Mission, now: datetime) -> None:
    details.set_priority(acting=given.referent("67"), mission_id=mission.pk, is_priority=True, now=now)


def add_slot(mission: Mission, now: datetime) -> None:
    window = Window(now + timedelta(days=3), now + timedelta(days=3, hours=2))
    slots.add_slots(**as_organiser(mission), slots=slots.NewSlots((window,), capacity_max=2), now=now)  # type: ignore[arg-type]


def move_slot(mission: Mission, now: datetime) -> None:
    window = Window(now + timedelta(days=2), now + timedelta(days=2, hours=2))
    slots.move_slot(**slot_of(mission), window=window, now=now)  # type: ignore[arg-type]


def resize_slot(mission: Mission, now: datetime) -> None:
    slots.resize_slot(**slot_of(mission), capacity_max=9, now=now)  # type: ignore[arg-type]


def close_slot(mission: Mission, now: datetime) -> None:
    slots.close_slot(**slot_of(mission), now=now)  # type: ignore[arg-type]


def cancel_slot(mission: Mission, now: datetime) -> None:
    slots.cancel_slot(**slot_of(mission), text="", now=now)  # type: ignore[arg-type]


def end_in_time(mission: Mission, now: datetime) -> None:
    assert passing_time.finish_missions(now=now + timedelta(days=4)) == 1


def withdraw(mission: Mission, now: datetime) -> None:
    Mission.objects.filter(pk=mission.pk).update(partner="Autre", apply_url="https://autre.example.org/1")
    assert partner_missions.end_partner_missions(mission_ids=[mission.pk], now=now) == 1


def offer_elsewhere_too(mission: Mission, now: datetime) -> None:
    also = {mission.pk: [{"name": "Autre", "url": "https://autre.example.org/1"}]}
    partner_missions.tell_also_at(also_at=also)
    partner_missions.tell_also_at(also_at=also)


def suspend_its_organisation(mission: Mission, now: datetime) -> None:
    accounts.Organisation.objects.filter(pk=mission.organisation_id).update(state="suspended")
    follow_organisation(organisation_id=mission.organisation_id, now=now)


CHANGES: tuple[Callable[[Mission, datetime], None], ...] = (
    pause, resume, close, cancel, flag, validate, edit, promise_otherwise, add_details, call_it_a_priority, add_slot,
    move_slot, resize_slot, close_slot, cancel_slot, end_in_time, withdraw, offer_elsewhere_too,
    suspend_its_organisation,
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_whatever_changes_a_public_page_asks_for_new_copies_once(
    change: Callable[[Mission, datetime], None], now: datetime
) -> None:
    mission = online(now)
    change(mission, now)
    assert outdated() == [str(mission.pk)]


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_without_an_edge_nothing_is_asked_for(
    change: Callable[[Mission, datetime], None], now: datetime, settings: Settings
) -> None:
    settings.EDGES = ()
    change(online(now), now)
    assert outdated() == []


@pytest.mark.django_db
def test_what_was_never_published_has_no_copies(now: datetime) -> None:
    draft = given.mission_online(now=now, state=MissionState.DRAFT.value, published_at=None)
    given.slot_tomorrow(draft, now=now)
    edit(draft, now)
    add_slot(draft, now)
    assert outdated() == []
    publishing.submit_mission(**as_organiser(draft), now=now)  # type: ignore[arg-type]
    assert outdated() == ([str(draft.pk)] if Mission.objects.get(pk=draft.pk).published_at else [])


@pytest.mark.django_db
def test_new_details_of_an_organisation_reach_all_its_missions(now: datetime) -> None:
    mission = online(now)
    other = given.mission_online(now=now, organisation=mission.organisation)
    organisation = mission.organisation
    wanted = accounts.OrganisationDetails(
        name=organisation.name, legal_form=accounts.LegalForm(organisation.legal_form), description="Autrement dit."
    )
    accounts.edit_organisation(organisation_id=organisation.pk, details=wanted, deed=accounts.Deed(actor=None, now=now))
    for job in jobs("volunteering.show_organisation"):
        show_organisation(**job.args)
    assert sorted(outdated()) == sorted([str(mission.pk), str(other.pk)])


@pytest.mark.django_db(transaction=True)
def test_a_change_that_did_not_happen_is_not_told(now: datetime) -> None:
    mission = online(now)
    with pytest.raises(RuntimeError), transaction.atomic():
        pause(mission, now)
        raise RuntimeError
    assert outdated() == []
    # Each transaction asks for itself: the worker may be at the job of the one while the other is not over.
    pause(mission, now)
    publishing.resume_mission(**as_organiser(mission), now=now)  # type: ignore[arg-type]
    assert outdated() == [str(mission.pk)] * 2


@pytest.mark.django_db
def test_each_edge_is_told_of_all_that_shows_a_mission(now: datetime) -> None:
    mission = online(now)
    renew_missions(mission_ids=[str(mission.pk)])
    told: dict[str, dict[str, list[str]]] = {NORTH: {}, SOUTH: {}}
    for job in jobs("pages.tell_edge"):
        for what in ("renewed", "forgotten"):
            told[job.args["edge"]].setdefault(what, []).extend(job.args[what])
    assert told[NORTH] == told[SOUTH]
    assert told[NORTH]["renewed"] == [f"/fr/missions/{mission.pk}/", f"/en/missions/{mission.pk}/"]
    shown_in = (
        f"feeds/organisations/{mission.organisation_id}.ics", "feeds/departements/67.ics", "feeds/communes/67482.ics",
        "missions/map/67/",
    )  # fmt: skip
    assert told[NORTH]["forgotten"] == [f"/{language}/{path}" for path in shown_in for language in ("fr", "en")]


@pytest.mark.django_db
def test_however_many_missions_change_lists_are_told_of_once_and_later(now: datetime) -> None:
    for _ in range(3):
        renew_missions(mission_ids=[str(online(now).pk)])
    waiting = jobs("pages.renew_lists")
    assert [job.args["edge"] for job in waiting] == [NORTH, SOUTH]
    assert all(job.scheduled_at for job in waiting)


@pytest.mark.django_db
def test_many_missions_are_told_of_by_parts(now: datetime) -> None:
    organisation = given.organisation_validated(now=now)
    many = [given.mission_online(now=now, organisation=organisation) for _ in range(60)]
    renew_missions(mission_ids=[str(mission.pk) for mission in many])
    parts = [len(job.args["renewed"]) for job in jobs("pages.tell_edge") if job.args["edge"] == NORTH]
    assert [length for length in parts if length] == [100, 20]


@pytest.mark.django_db
def test_of_a_mission_that_is_not_there_nobody_is_told() -> None:
    renew_missions(mission_ids=[str(uuid4())])
    assert jobs("pages.tell_edge") == jobs("pages.renew_lists") == []


@pytest.mark.django_db
def test_a_crisis_is_shown_where_everybody_reads(now: datetime, settings: Settings) -> None:
    for edges_named, asked in (((), 0), ((NORTH,), 1)):
        settings.EDGES = edges_named
        opening = crises.Opening(
            slug=f"crue-{asked}", name={"fr": "Crue"}, kind=crises.Kind.MET, level=crises.Level.WATCH, zones=[],
            banner={"fr": "Restez chez vous."},
        )  # fmt: skip
        crises.open_crisis(opening=opening, actor=None, role="operator", now=now)
        assert len(jobs("pages.show_crisis")) == asked
    show_crisis()
    [told] = jobs("pages.tell_edge")
    assert told.args == {
        "edge": NORTH, "renewed": ["/fr/signup/", "/en/signup/", "/fr/help/", "/en/help/"], "forgotten": [],
    }  # fmt: skip
    assert len(jobs("pages.renew_lists")) == 1


class TestTelling:
    """What an edge hears, over HTTP."""

    @pytest.fixture
    def edge(self, settings: Settings) -> Iterator[Backend]:
        edges._left_alone_until.clear()
        with backends.running() as running:
            settings.EDGES = (f"http://127.0.0.1:{running.port}",)
            yield running

    @staticmethod
    def address(edge: Backend) -> str:
        return f"http://127.0.0.1:{edge.port}"

    def test_each_path_in_each_encoding_with_the_secret(self, edge: Backend) -> None:
        tell_edge(edge=self.address(edge), renewed=["/fr/missions/a/"], forgotten=["/fr/feeds/missions.atom"])
        assert [(asked.method, asked.target, asked.headers["Accept-Encoding"]) for asked in edge.asked] == [
            *(("DELETE", "/fr/feeds/missions.atom", encoding) for encoding in ("identity", "gzip", "br")),
            *(("GET", "/fr/missions/a/", encoding) for encoding in ("identity", "gzip", "br")),
        ]
        assert {asked.headers["Authorization"] for asked in edge.asked} == {"Bearer secret"}

    def test_lists_are_renewed_and_feeds_forgotten(self, edge: Backend) -> None:
        renew_lists(edge=self.address(edge), attempts=0)
        told = {(asked.method, asked.target) for asked in edge.asked}
        assert told == {*(("GET", path) for path in LISTS), *(("DELETE", path) for path in FEEDS)}

    @pytest.mark.django_db
    def test_lists_that_were_not_told_wait_with_the_next_change(
        self, edge: Backend, now: datetime, caplog: pytest.LogCaptureFixture
    ) -> None:
        edge.stop()
        renew_lists(edge=self.address(edge), attempts=0)
        renew_missions(mission_ids=[str(online(now).pk)])
        [waiting] = jobs("pages.renew_lists")
        assert waiting.args == {"edge": self.address(edge), "attempts": 1}
        ProcrastinateJob.objects.filter(pk=waiting.pk).delete()
        # At some time it is over; the next change begins anew.
        renew_lists(edge=self.address(edge), attempts=8)
        assert jobs("pages.renew_lists") == []
        assert "an edge was not told of changes" in caplog.text

    def test_an_edge_that_the_settings_name_no_more_hears_nothing(self, edge: Backend, settings: Settings) -> None:
        settings.EDGES = (NORTH,)
        tell_edge(edge=self.address(edge), renewed=["/fr/"], forgotten=[])
        assert edge.asked == []

    @pytest.mark.parametrize("status", [403, 429, 500, 502])
    def test_what_it_did_not_do_is_told_so_that_the_job_is_tried_again(self, edge: Backend, status: int) -> None:
        edge.reply = lambda asked: Reply(status=status if asked.target == "/fr/" else 200)
        with pytest.raises(NotTold):
            tell_edge(edge=self.address(edge), renewed=["/fr/", "/en/"], forgotten=[])
        # One page that cannot be had keeps no other from being renewed.
        assert "/en/" in edge.targets()

    def test_a_page_that_is_gone_is_told_with_the_others(self, edge: Backend) -> None:
        edge.reply = lambda asked: Reply(status=404)
        tell_edge(edge=self.address(edge), renewed=["/fr/"], forgotten=["/en/"])

    def test_one_that_is_away_is_left_alone_for_a_while(self, edge: Backend) -> None:
        edge.stop()
        for _ in range(2):
            with pytest.raises(NotTold):
                tell_edge(edge=self.address(edge), renewed=["/fr/"], forgotten=[])
        edge.start()
        with pytest.raises(NotTold, match="a moment ago"):
            tell_edge(edge=self.address(edge), renewed=["/fr/"], forgotten=[])
        assert edge.asked == []
        edges._left_alone_until.clear()
        tell_edge(edge=self.address(edge), renewed=["/fr/"], forgotten=[])
        assert edge.targets() == ["/fr/"] * 3


def test_edges_without_their_secret_keep_a_process_from_starting() -> None:
    named = {"EDGES": f"{NORTH}, {SOUTH}"}
    with pytest.raises(SettingError, match="EDGE_SECRET is not set"):
        names.require_edge_secret(Environment(named))
    known = Environment({**named, "EDGE_SECRET": "secret"})
    names.require_edge_secret(known)
    assert known.value(names.EDGES) == (NORTH, SOUTH)
    names.require_edge_secret(Environment({}))
