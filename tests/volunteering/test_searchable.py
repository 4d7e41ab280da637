"""Missions as the search finds them: whatever changes a document is noted, by itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction

from entraide.accounts.api import Organisation
from entraide.search.documents import Document
from entraide.search.models import Change
from entraide.volunteering import searchable
from entraide.volunteering.actions import counters
from entraide.volunteering.models import Mission, MissionPlace, Slot
from tests.volunteering.situations import joined, mission_online, organisation_validated, slot_tomorrow, strasbourg

pytestmark = pytest.mark.django_db


@pytest.fixture
def mission(now: datetime) -> Mission:
    """A mission that is found, with two slots."""
    found = mission_online(now=now, publics=["seniors"])
    slot_tomorrow(found, now=now)
    slot_tomorrow(found, now=now, hours=48)
    return found


def documents(mission: Mission) -> list[Document]:
    return [replace(found, shown={}) for found in searchable.read([str(mission.pk)])]


def noted() -> set[str]:
    """Return the missions noted since the last call."""
    keys = set(Change.objects.filter(kind=searchable.KIND).values_list("key", flat=True))
    Change.objects.all().delete()
    return keys


def test_a_mission_is_found_by_all_that_a_visitor_reads_of_it(mission: Mission) -> None:
    (found,) = documents(mission)
    assert found.key == str(mission.pk)
    assert [text.text for text in found.titles] == ["Préparer des colis"]
    assert found.names == ("Les Tabliers solidaires", "Strasbourg", "Bas-Rhin")
    assert {"Aide alimentaire", "Food aid", "Sur place", "Older people"} <= {text.text for text in found.labels}
    assert found.facets["open_to"] == ("minors", "adults")
    assert found.facets["departement"] == ("67",)
    assert len(found.starts) == 2
    assert found.places_left == 6
    assert found.point == pytest.approx((48.5734, 7.7521))


@pytest.mark.parametrize("state", ["draft", "paused", "full", "cancelled", "archived"])
def test_a_mission_that_nobody_can_join_is_not_found(mission: Mission, state: str) -> None:
    Mission.objects.filter(pk=mission.pk).update(state=state)
    assert documents(mission) == []


@pytest.mark.parametrize("state", ["suspended", "flagged", "deregistered"])
def test_nor_is_one_of_an_organisation_that_is_barred(mission: Mission, state: str) -> None:
    Organisation.objects.filter(pk=mission.organisation_id).update(state=state)
    assert documents(mission) == []


def test_all_are_read_by_parts(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searchable, "READ_AT_ONCE", 2)
    organisation = organisation_validated(now=now)
    made = [mission_online(now=now, organisation=organisation) for _ in range(5)]
    for mission in made:
        slot_tomorrow(mission, now=now)
    assert sorted(found.key for found in searchable.every()) == sorted(str(mission.pk) for mission in made)


# What else each column may hold, where the kind of column does not say it.
OTHERS: dict[str, list[Any]] = {
    "state": ["online", "paused", "full", "suspended", "closed", "cancelled"],
    "kind": ["homework_help"],
    "domain": ["culture"],
    "activity": ["cleaning"],
    "mode": ["remote"],
    "admission": ["review"],
    "publics": [["children"]],
    "language": ["en"],
    "departement_code": ["68"],
    "legal_form": ["other"],
    "public_precision": ["commune"],
    "taken": [1, 3],
    "held": [1, 3],
    "capacity_max": [9],
    "places_left": [0, 1, 400],
    "age_min": [18],
    "age_max": [90],
}


def other_values(field: Any, row: models.Model) -> list[Any]:
    if field.name in OTHERS:
        return OTHERS[field.name]
    value = getattr(row, field.attname)
    match field:
        case models.DateTimeField():
            return [value + timedelta(minutes=5)] if value else []
        case models.FloatField():
            return [(value or 0.0) + 1.0]
        case models.BooleanField():
            return [not value]
        case models.IntegerField():
            return [(value or 0) + 1]
        case models.JSONField() | ArrayField():
            return []
        case models.CharField() | models.TextField():
            return ["67" if field.max_length and field.max_length < 5 else "Autre"]
    return []


def changes_of(row: models.Model) -> Iterator[tuple[str, Any]]:
    for field in row._meta.concrete_fields:
        if not field.primary_key:
            yield from ((field.attname, value) for value in other_values(field, row))


def test_no_column_changes_a_document_without_a_note(mission: Mission, now: datetime) -> None:
    """Change every column of everything that a document is made of, each by itself, as no action could forget to."""
    strasbourg()
    rows = [mission, mission.organisation, mission.places.get(), mission.slots.order_by("starts_at")[0]]
    changed, before = set(), documents(mission)
    noted()
    for row in rows:
        for name, value in changes_of(row):
            with transaction.atomic():
                point = transaction.savepoint()
                try:
                    with transaction.atomic():
                        type(row)._default_manager.filter(pk=row.pk).update(**{name: value})
                except IntegrityError as error:
                    assert "constraint" in str(error), f"{row._meta.label}.{name}"
                    continue
                after, keys = documents(mission), noted()
                transaction.savepoint_rollback(point)
            Change.objects.all().delete()
            if without_small_steps(after) != without_small_steps(before):
                changed.add(f"{row._meta.label}.{name}")
                assert keys == {str(mission.pk)}, f"{row._meta.label}.{name} = {value}"
    # The test itself must see what it says that it sees.
    assert {
        "volunteering.Mission.title", "volunteering.Mission.places_left", "volunteering.Mission.state",
        "volunteering.Slot.starts_at", "volunteering.Slot.state", "accounts.Organisation.name",
        "accounts.Organisation.state", "volunteering.Mission.latitude",
    } <= changed  # fmt: skip


def without_small_steps(found: list[Document]) -> list[Document]:
    """Leave out the differences of places left that need not be noted: 4 or 5, 6 to 10, 11 to 20…"""
    steps = (1, 2, 3, 4, 6, 11, 21, 51, 101, 501)
    return [replace(each, places_left=sum(each.places_left >= step for step in steps)) for each in found]


def test_slots_and_places_that_come_and_go_are_noted(mission: Mission, now: datetime) -> None:
    noted()
    slot = slot_tomorrow(mission, now=now, hours=72)
    assert noted() == {str(mission.pk)}
    Slot.objects.filter(pk=slot.pk).delete()
    assert noted() == {str(mission.pk)}
    place = MissionPlace.objects.create(mission=mission, postcode="67000", commune=strasbourg())
    assert noted() == {str(mission.pk)}
    place.delete()
    assert noted() == {str(mission.pk)}


def test_a_mission_that_comes_online_and_goes_is_noted(mission: Mission) -> None:
    Mission.objects.filter(pk=mission.pk).update(state="draft")
    noted()
    Mission.objects.filter(pk=mission.pk).update(title="Un brouillon")
    assert noted() == set()
    Mission.objects.filter(pk=mission.pk).update(state="online")
    assert noted() == {str(mission.pk)}
    Mission.objects.filter(pk=mission.pk).update(state="cancelled")
    assert noted() == {str(mission.pk)}


def test_of_many_who_join_few_are_noted(now: datetime) -> None:
    mission = mission_online(now=now)
    slot = slot_tomorrow(mission, now=now, capacity=40)
    noted()
    for _ in range(40):
        joined(slot, now=now)
    count = Change.objects.filter(kind=searchable.KIND).count()
    # From 40 places to none: at 20, 10, 5, 3, 2, 1 and 0, and the slot and the mission that are full.
    assert 1 <= count <= 9
    assert documents(mission) == []


def test_an_organisation_s_other_name_is_noted_for_each_of_its_missions(mission: Mission, now: datetime) -> None:
    other = mission_online(now=now, organisation=mission.organisation)
    mission_online(now=now, organisation=organisation_validated(now=now, name="Une autre"))
    noted()
    Organisation.objects.filter(pk=mission.organisation_id).update(name="Les Tabliers")
    assert noted() == {str(mission.pk), str(other.pk)}


def test_the_feed_is_told_in_the_transaction_of_the_change(mission: Mission) -> None:
    noted()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (here,) = cursor.fetchone()
    Mission.objects.filter(pk=mission.pk).update(title="Trier")
    assert list(Change.objects.values_list("transaction", flat=True)) == [here]


def test_counting_anew_what_was_right_notes_nothing(mission: Mission) -> None:
    noted()
    counters.recount_mission(UUID(str(mission.pk)))
    assert noted() == set()
