"""Missions that a partner platform sends: written many at once, ended when it has them no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.db.models import F

from entraide.foundation.ids import new_id
from entraide.foundation.rows import insert_rows, update_rows
from entraide.journal.api import Deed, record_all
from entraide.territories.api import Commune
from entraide.volunteering import copies
from entraide.volunteering.actions.missions import address_of
from entraide.volunteering.models import Mission, MissionPlace, Template
from entraide.volunteering.permissions import SYSTEM
from entraide.volunteering.rules.addresses import public_address
from entraide.volunteering.rules.search_keys import search_key
from entraide.volunteering.rules.states import MISSION_MOVES, MISSION_PUBLIC, MissionState
from entraide.volunteering.rules.words import Activity, Admission, Domain, Kind, Mode, Precision, TemplateState

# How long a mission without an end is shown before its partner has to say again that it is there.
OPEN_ENDED = timedelta(days=365)
LONGEST_TITLE, LONGEST_DESCRIPTION = 160, 10_000
TEMPLATE = "partner"
_WAITING = (MissionState.SUBMITTED, MissionState.MORE_INFO)
# What was decided about a mission here stands, whatever its partner sends.
_SETTLED = (MissionState.FLAGGED, MissionState.CANCELLED)


class Written(StrEnum):
    """What became of a mission that was sent."""

    CREATED = "created"
    CHANGED = "changed"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class PartnerPlace:
    """Where a mission of a partner is; the commune is loaded."""

    commune: Commune
    postcode: str
    street: str = ""
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerMission:
    """A mission as a partner gives it, in our words. `id` is the mission that it was before, None for a new one.

    `departement` is where it is looked for when no place is known. Times: None for a start that is not told, or for no
    end.
    """

    id: UUID | None
    organisation_id: UUID
    organisation: str
    partner: str
    apply_url: str
    title: str
    description: str
    domain: Domain
    activity: Activity
    kind: Kind
    mode: Mode
    age_min: int
    places_left: int
    starts_at: datetime | None
    ends_at: datetime | None
    departement: str = ""
    places: Sequence[PartnerPlace] = ()
    also_at: Sequence[dict[str, str]] = field(default_factory=tuple)


# A row and the mission that it was filled with.
_Filled = tuple[Mission, PartnerMission]


@transaction.atomic
def put_partner_missions(
    *, missions: Sequence[PartnerMission], trusted: bool, now: datetime
) -> list[tuple[UUID, Written]]:
    """Write missions of a partner and return the id of each, in their order.

    Those of a trusted partner go online; others wait for a referent, also when words change that were read already. A
    mission that ended comes back as a new one; one that was flagged here stays so, and nothing of it is written.
    """
    template = _template()
    known = {row.pk: row for row in Mission.objects.select_for_update(no_key=True).filter(pk__in=_ids(missions))}
    new: list[_Filled] = []
    changed: list[_Filled] = []
    written: list[tuple[UUID, Written]] = []
    deeds: list[Deed] = []
    for each in missions:
        row = known.get(each.id) if each.id else None
        if row is not None and row.state in _SETTLED:
            written.append((row.pk, Written.SETTLED))
            continue
        is_new = row is None or row.state in (MissionState.DONE, MissionState.ARCHIVED)
        target = Mission(id=new_id(), template=template) if row is None or is_new else row
        before = "" if is_new else target.state
        read_anew = is_new or _reads_otherwise(target, each)
        _fill(target, each, template, now)
        _place(target, each)
        target.state = _state(target, before, read_anew=read_anew, trusted=trusted).value
        if target.state != before:
            target.state_changed_at = now
        if target.state in MISSION_PUBLIC and target.published_at is None:
            target.published_at = now
        (new if is_new else changed).append((target, each))
        written.append((target.pk, Written.CREATED if is_new else Written.CHANGED))
        deeds.append(_deed(target.pk, "mission.received", state=target.state))
    _save(new, changed)
    copies.outdate(row for row, _ in [*new, *changed])
    record_all(deeds, now=now)
    return written


def _ids(missions: Sequence[PartnerMission]) -> list[UUID]:
    return [each.id for each in missions if each.id]


def _save(new: list[_Filled], changed: list[_Filled]) -> None:
    insert_rows(row for row, _ in new)
    if changed:
        update_rows([row for row, _ in changed], _WRITTEN)
        with connection.cursor() as cursor:
            cursor.execute(_REMOVE_PLACES, [[row.pk for row, _ in changed]])
    insert_rows(_row_of(place, row) for row, each in [*new, *changed] for place in each.places)


# Nothing stands on them: missions of partners have no slots.
_REMOVE_PLACES = "DELETE FROM volunteering_missionplace WHERE mission_id = ANY(%s)"
_WRITTEN = (
    "organisation_id", "title", "description", "kind", "domain", "activity", "mode", "age_min", "state",
    "state_changed_at", "published_at", "starts_at", "partner_starts_at", "ends_at", "open_ended", "places_left",
    "commune_name",
    "departement_code", "latitude", "longitude", "search_key", "partner", "apply_url", "also_at",
)  # fmt: skip


def _fill(row: Mission, each: PartnerMission, template: Template, now: datetime) -> None:
    row.template_version, row.follows_template = template.template_version, False
    row.organisation_id = each.organisation_id
    row.title, row.description = each.title[:LONGEST_TITLE], each.description[:LONGEST_DESCRIPTION]
    row.kind, row.domain, row.activity, row.mode = each.kind, each.domain, each.activity, each.mode
    row.admission, row.age_min, row.places_left = Admission.REVIEW, each.age_min, each.places_left
    row.partner, row.apply_url, row.also_at = each.partner, each.apply_url, list(each.also_at)
    row.partner_starts_at = each.starts_at or now
    row.open_ended = each.ends_at is None
    row.ends_at = each.ends_at or max(now, row.partner_starts_at) + OPEN_ENDED
    row.starts_at = row.ends_at if row.partner_starts_at <= now else row.partner_starts_at


def _place(row: Mission, each: PartnerMission) -> None:
    row.departement_code, row.commune_name = each.departement, ""
    row.latitude = row.longitude = None
    if each.places:
        place = _row_of(each.places[0], row)
        shown = public_address(address_of(place), precision=Precision(place.public_precision))
        row.departement_code, row.commune_name = place.commune.departement_id, place.commune.name
        row.latitude, row.longitude = shown.point or (None, None)
    row.search_key = search_key(row.title, each.organisation, row.commune_name)


def _row_of(place: PartnerPlace, row: Mission) -> MissionPlace:
    latitude, longitude = place.point or (None, None)
    return MissionPlace(
        mission=row, commune=place.commune, postcode=place.postcode, street=place.street[:200], latitude=latitude,
        longitude=longitude, public_precision=Precision.EXACT.value,
    )  # fmt: skip


def _reads_otherwise(row: Mission, each: PartnerMission) -> bool:
    """Say whether a referent would read other words than those of the row, or be led elsewhere."""
    texts = (each.title[:LONGEST_TITLE], each.description[:LONGEST_DESCRIPTION], each.apply_url)
    return (row.title, row.description, row.apply_url) != texts


def _state(row: Mission, before: str, *, read_anew: bool, trusted: bool) -> MissionState:
    online = MissionState.ONLINE if row.places_left > 0 else MissionState.FULL
    if before == MissionState.PAUSED and not read_anew:
        return MissionState.PAUSED
    if trusted:
        return MissionState.PAUSED if before == MissionState.PAUSED else online
    if before in MISSION_PUBLIC and not read_anew:
        return online
    return MissionState.SUBMITTED


@transaction.atomic
def end_partner_missions(*, mission_ids: Sequence[UUID], now: datetime) -> int:
    """End missions that their partner has no more; those that wait for a referent leave the queue. Return how many."""
    live = MISSION_MOVES.sources(target=MissionState.DONE, actor=SYSTEM.actor)
    rows = Mission.objects.filter(pk__in=mission_ids, state__in=[*live, *_WAITING]).exclude(partner="")
    ids = list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    ended = Mission.objects.filter(pk__in=ids).update(state=MissionState.DONE.value, state_changed_at=now)
    record_all([_deed(mission_id, "mission.withdrawn") for mission_id in ids], now=now)
    copies.outdate_all(ids)
    return ended


_ALSO_AT = """
UPDATE volunteering_mission AS mission SET also_at = told.also_at
FROM json_to_recordset(%s) AS told(id uuid, also_at jsonb)
WHERE mission.id = told.id AND mission.also_at <> told.also_at
RETURNING mission.id
"""


def tell_also_at(*, also_at: Mapping[UUID, Sequence[dict[str, str]]]) -> None:
    """Write at which other platforms missions are offered too, where that is not what was told."""
    told = [{"id": key, "also_at": list(places)} for key, places in also_at.items()]
    with connection.cursor() as cursor:
        cursor.execute(_ALSO_AT, [msgspec.json.encode(told).decode()])
        changed = [key for (key,) in cursor.fetchall()]
    copies.outdate_all(changed)


def pass_starts_of_partners(*, now: datetime) -> int:
    """Move missions of partners that have begun to their place in lists by date; return how many."""
    begun = Mission.objects.exclude(partner="").filter(starts_at__lte=now, starts_at__lt=F("ends_at"))
    return begun.update(starts_at=F("ends_at"))


def _deed(mission_id: UUID, verb: str, **detail: str) -> Deed:
    return Deed(actor=None, role=SYSTEM.role, verb=verb, thing_kind="mission", thing_id=mission_id, detail=detail)


def _template() -> Template:
    """Return the template that stands for none: a mission of a partner follows no text of ours."""
    found, _ = Template.objects.get_or_create(
        slug=TEMPLATE,
        template_version=1,
        defaults={
            "digest": "", "kind": Kind.OTHER.value, "domain": Domain.SOLIDARITY.value,
            "activity": Activity.OTHER.value, "mode": Mode.ON_SITE.value, "admission": Admission.REVIEW.value,
            "title": {}, "subtitle": {}, "objective": {}, "description": {}, "duration_minutes": 60, "capacity": 1,
            "state": TemplateState.RETIRED.value,
        },
    )  # fmt: skip
    return found
