"""What the machine notices in a mission, for the referent."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from entraide.volunteering.rules.publication import OrganisationStanding
from entraide.volunteering.rules.screening import Screened, findings


def ordinary(now: datetime) -> Screened:
    return Screened(
        own_text="Venez avec des bottes.",
        length=400,
        follows_template=True,
        first_start_at=now + timedelta(days=5),
        organisation=OrganisationStanding.VALIDATED,
    )


def codes(screened: Screened, now: datetime) -> list[str]:
    return [finding.code for finding in findings(screened, now=now)]


def test_an_ordinary_mission_is_noticed_for_nothing(now: datetime) -> None:
    assert codes(ordinary(now), now) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Écrivez à marie@example.org", "contact"),
        ("Appelez le 06 12 34 56 78", "contact"),
        ("Appelez le +33 6 12 34 56 78", "contact"),
        ("Voir https://example.org", "link"),
        ("Voir www.example.org", "link"),
        ("Dédommagement de 20 €", "money"),
        ("Mission rémunérée", "money"),
        ("A paid position", "money"),
    ],
)
def test_texts_are_noticed(now: datetime, text: str, code: str) -> None:
    assert codes(replace(ordinary(now), own_text=text), now) == [code]


@pytest.mark.parametrize("text", ["Payerne est loin", "Rendez-vous à 08 h 30", "Pays de la Loire", "le 06 au matin"])
def test_words_that_look_alike_are_not(now: datetime, text: str) -> None:
    assert codes(replace(ordinary(now), own_text=text), now) == []


def test_the_gravest_come_first(now: datetime) -> None:
    found = replace(
        ordinary(now),
        own_text="10 € par heure, tél. 06 12 34 56 78",
        follows_template=False,
        length=20,
        first_start_at=now + timedelta(hours=5),
        organisation=OrganisationStanding.NOT_YET,
    )
    assert codes(found, now) == ["money", "not_validated", "contact", "own_words", "short", "urgent"]


@pytest.mark.parametrize("first_start_at", [None, timedelta(0), timedelta(hours=-1)])
def test_a_mission_with_nothing_ahead_is_noticed(now: datetime, first_start_at: timedelta | None) -> None:
    start = None if first_start_at is None else now + first_start_at
    assert codes(replace(ordinary(now), first_start_at=start), now) == ["past"]
