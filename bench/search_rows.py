"""Puts drawn missions into the database as the platform keeps them, so that pages can be asked for them."""

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection, transaction

from bench.search_missions.drawing import Made, missions
from entraide.accounts.models import Organisation
from entraide.foundation.ids import new_id
from entraide.foundation.rows import insert_rows
from entraide.volunteering.models import Mission, MissionPlace, Slot, Template
from entraide.volunteering.rules.search_keys import search_key

BATCH = 2_000


def make(*, count: int, now: datetime) -> None:
    """Make the first drawn missions, each with a place and a slot, unless as many are there and still to come."""
    if Mission.objects.ahead(now + timedelta(days=2)).count() >= count * 0.9 and Mission.objects.count() == count:
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE accounts_organisation, volunteering_mission CASCADE")
        organisations: dict[str, Organisation] = {}
        templates = {template.slug: template for template in Template.objects.on_offer()}
        waiting, done = missions(count, now=now), 0
        while batch := list(islice(waiting, BATCH)):
            insert_rows(_organisations(batch, organisations, now=now))
            rows = [_mission(made, organisations[made.organisation], templates, now=now) for made in batch]
            insert_rows(rows)
            places = [_place(mission, made) for mission, made in zip(rows, batch, strict=True)]
            insert_rows(places)
            insert_rows([_slot(place, made) for place, made in zip(places, batch, strict=True)])
            done += len(batch)
            sys.stderr.write(f"\rmaking missions in the database: {done:,}   ")
        sys.stderr.write("\n")


def _organisations(batch: Sequence[Made], known: dict[str, Organisation], *, now: datetime) -> list[Organisation]:
    found = []
    for name in dict.fromkeys(made.organisation for made in batch if made.organisation not in known):
        known[name] = Organisation(
            id=new_id(),
            name=name,
            legal_form="association",
            contact_email=f"organisation{len(known):05}@bench.example",
            state="validated",
            state_changed_at=now,
        )
        found.append(known[name])
    return found


def _mission(made: Made, organisation: Organisation, templates: dict[str, Template], *, now: datetime) -> Mission:
    need = made.need
    # What has no template of the catalogue is posted from one and worded anew, as organisations do.
    template = templates.get(need.template) or next(iter(templates.values()))
    point = (None, None) if made.is_anywhere else (made.place.latitude, made.place.longitude)
    return Mission(
        id=new_id(),
        organisation=organisation,
        template=template,
        template_version=template.template_version,
        title=made.title[:160],
        description=made.text,
        kind=template.kind,
        domain=need.domain,
        activity=need.activity,
        mode=need.mode,
        admission=template.admission,
        publics=list(need.publics),
        state="online",
        state_changed_at=now,
        published_at=made.published_at,
        starts_at=made.starts_at,
        ends_at=made.starts_at + timedelta(hours=3),
        places_left=made.places_left,
        commune_name=made.place.name[:60],
        departement_code=made.place.departement,
        latitude=point[0],
        longitude=point[1],
        search_key=search_key(made.title, made.place.name),
    )


def _place(mission: Mission, made: Made) -> MissionPlace:
    return MissionPlace(
        id=new_id(),
        mission=mission,
        street="1 place de la Mairie",
        postcode=made.place.postcode,
        commune_id=made.place.code,
        latitude=made.place.latitude,
        longitude=made.place.longitude,
    )


def _slot(place: MissionPlace, made: Made) -> Slot:
    return Slot(
        id=new_id(),
        mission=place.mission,
        place=place,
        starts_at=made.starts_at,
        ends_at=made.starts_at + timedelta(hours=3),
        capacity_max=made.places_left,
    )
