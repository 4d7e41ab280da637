"""Makes the missions that benchmarks read: a whole country's, drawn from a fixed seed."""

import random
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.db import models, transaction

from entraide.accounts.models import Organisation
from entraide.foundation.ids import new_id
from entraide.territories.models import Commune
from entraide.volunteering.models import Mission, MissionPlace, Slot, Template

Row = TypeVar("Row", bound=models.Model)
ORGANISATIONS = 2_000
SLOTS_EACH = 5
BATCH = 2_000
SHARE_REMOTE = 0.1


def make(*, missions: int, now: datetime) -> None:
    """Make missions with five slots each, unless as many are already there and still to come."""
    if Mission.objects.ahead(now + timedelta(days=2)).count() >= missions:
        return
    draw = random.Random(2020)  # noqa: S311 (drawn data, no secret)
    with transaction.atomic():
        for kind in (Slot, MissionPlace, Mission, Organisation):
            kind.objects.all().delete()
        organisations = [_organisation(number, now=now) for number in range(ORGANISATIONS)]
        _store(organisations, told="organisations")
        communes = list(Commune.objects.exclude(latitude=None).order_by("-population")[:10_000])
        templates = list(Template.objects.on_offer())
        rows = [
            _mission(draw, number, organisations=organisations, communes=communes, templates=templates, now=now)
            for number in range(missions)
        ]
        _store([mission for mission, _ in rows], told="missions")
        places = [_place(mission, commune) for mission, commune in rows]
        _store(places, told="places")
        _store(
            [slot for place in places for slot in _slots(draw, place=place)],
            told="slots",
        )


def _organisation(number: int, *, now: datetime) -> Organisation:
    return Organisation(
        id=new_id(),
        name=f"Association {number:04}",
        legal_form="association",
        contact_email=f"association{number:04}@bench.example",
        state="validated",
        state_changed_at=now,
    )


def _mission(
    draw: random.Random,
    number: int,
    *,
    organisations: list[Organisation],
    communes: list[Commune],
    templates: list[Template],
    now: datetime,
) -> tuple[Mission, Commune]:
    template = draw.choice(templates)
    # Missions are where people are: small communes are drawn less often than large ones.
    commune = communes[min(int(draw.expovariate(1 / 2_000)), len(communes) - 1)]
    starts_at = now + timedelta(days=draw.randint(1, 30), hours=draw.randint(0, 12))
    mission = Mission(
        id=new_id(),
        organisation=draw.choice(organisations),
        template=template,
        template_version=template.template_version,
        title=f"{template.title['fr']} – {commune.name} ({number})"[:160],
        description=f"{template.description['fr']}\n" * 2,
        kind=template.kind,
        domain=template.domain,
        activity=template.activity,
        mode="remote" if draw.random() < SHARE_REMOTE else "on_site",
        admission=template.admission,
        publics=list(template.publics),
        requirements=template.requirements,
        age_min=template.age_min,
        state="online",
        state_changed_at=now,
        published_at=now,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=SLOTS_EACH),
        places_left=SLOTS_EACH * template.capacity,
        commune_name=commune.name[:60],
        departement_code=commune.departement_id,
        latitude=commune.latitude,
        longitude=commune.longitude,
        search_key=f"{template.title['fr']} {commune.name}".lower(),
    )
    return mission, commune


def _place(mission: Mission, commune: Commune) -> MissionPlace:
    return MissionPlace(
        id=new_id(),
        mission=mission,
        street="1 place de la Mairie",
        postcode="00000",
        commune=commune,
        latitude=commune.latitude,
        longitude=commune.longitude,
    )


def _slots(draw: random.Random, *, place: MissionPlace) -> Iterator[Slot]:
    capacity = draw.choice((2, 4, 6, 10))
    starts_at = place.mission.starts_at
    if starts_at is None:
        return
    for day in range(SLOTS_EACH):
        yield Slot(
            id=new_id(),
            mission=place.mission,
            place=place,
            starts_at=starts_at + timedelta(days=day),
            ends_at=starts_at + timedelta(days=day, hours=3),
            capacity_max=capacity,
            taken=draw.randint(0, capacity - 1),
        )


def _store(rows: Iterable[Row], *, told: str) -> None:
    """Insert the rows in batches, saying how far it is."""
    waiting, done = iter(rows), 0
    while batch := list(islice(waiting, BATCH)):
        type(batch[0])._default_manager.bulk_create(batch)
        done += len(batch)
        sys.stderr.write(f"\rmaking {told}: {done:,}   ")
    sys.stderr.write("\n")
