"""The organisation posts a mission from a template and edits it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.accounts.api import Acting
from entraide.crises.api import crisis_of
from entraide.foundation.localised import text as in_language
from entraide.journal.api import record
from entraide.territories.api import commune
from entraide.volunteering import copies
from entraide.volunteering.actions import counters
from entraide.volunteering.actions.slots import NewSlots, insert_slots
from entraide.volunteering.models import Mission, MissionPlace, Template
from entraide.volunteering.permissions import By, by_organisation
from entraide.volunteering.rules.addresses import Address, public_address
from entraide.volunteering.rules.repetition import Window
from entraide.volunteering.rules.search_keys import search_key
from entraide.volunteering.rules.states import MissionState
from entraide.volunteering.rules.words import Admission, Precision


class UnknownCommune(Exception):
    """No commune has this code."""


class NotEditable(Exception):
    """The mission is finished or belongs to those who moderate it."""


class TextsChangedMeanwhile(Exception):
    """The mission's texts are no longer those that were seen; `mission` holds them as they are now."""

    def __init__(self, mission: Mission) -> None:
        super().__init__(str(mission.pk))
        self.mission = mission


@dataclass(frozen=True, slots=True)
class NewPlace:
    """Where a mission happens, and how much of it the public reads. `point` is (latitude, longitude) if it is known."""

    commune_code: str
    postcode: str
    street: str = ""
    label: str = ""
    point: tuple[float, float] | None = None
    precision: Precision = Precision.STREET


@dataclass(frozen=True, slots=True)
class NewMission:
    """What an organisation gives to post a mission; all the rest comes from the template.

    Empty texts and None mean: as in the template, in the mission's language.
    """

    organisation_id: UUID
    template_id: UUID
    windows: tuple[Window, ...]
    capacity: int | None = None
    place: NewPlace | None = None
    title: str = ""
    description: str = ""
    information: str = ""
    contact: str = ""
    admission: Admission | None = None
    groups_welcome: bool = False
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class MissionTexts:
    """The texts of a mission that its organisation may change while it lives."""

    title: str
    description: str
    information: str
    contact: str


@transaction.atomic
def create_mission(*, acting: Acting, new: NewMission, now: datetime) -> Mission:
    """Create a draft with its place and slots.

    Raises NotAllowed, Template.DoesNotExist (also for a retired version), UnknownCommune or BadWindow.
    """
    by = by_organisation(acting, new.organisation_id)
    template = Template.objects.on_offer().get(pk=new.template_id)
    mission = _mission(new, template, by, now)
    mission.save(force_insert=True)
    place = put_place(mission, new.place) if new.place else None
    describe_for_search(mission, place)
    put_into_crisis(mission, now)
    if new.windows:
        capacity = template.capacity if new.capacity is None else new.capacity
        place_id = place.pk if place else None
        insert_slots(mission, NewSlots(new.windows, capacity_max=capacity, place_id=place_id), now=now)
    journal_deed(by, mission, "mission.created", now, template=str(template))
    counters.recount_mission(mission.pk)
    mission.refresh_from_db()
    return mission


def _mission(new: NewMission, template: Template, by: By, now: datetime) -> Mission:
    wording = in_language(template.description, new.language)
    description = new.description.strip() or wording
    return Mission(
        organisation_id=new.organisation_id,
        template=template,
        template_version=template.template_version,
        language=new.language,
        title=new.title.strip() or in_language(template.title, new.language),
        description=description,
        information=new.information.strip(),
        contact=new.contact.strip(),
        follows_template=same_text(description, wording),
        kind=template.kind,
        domain=template.domain,
        activity=template.activity,
        mode=template.mode,
        admission=(new.admission or Admission(template.admission)).value,
        groups_welcome=new.groups_welcome,
        publics=template.publics,
        requirements=template.requirements,
        age_min=template.age_min,
        created_by=by.person_id,
        state_changed_at=now,
    )


def same_text(one: str, other: str) -> bool:
    """Say whether two texts differ by white space at most, since a browser sends other line ends than it was given."""
    return one.split() == other.split()


def put_place(mission: Mission, new: NewPlace) -> MissionPlace:
    """Write another place of a mission. Raises UnknownCommune."""
    if commune(new.commune_code) is None:
        raise UnknownCommune(new.commune_code)
    latitude, longitude = new.point or (None, None)
    return MissionPlace.objects.create(
        mission=mission,
        label=new.label.strip(),
        street=new.street.strip(),
        postcode=new.postcode,
        commune_id=new.commune_code,
        latitude=latitude,
        longitude=longitude,
        public_precision=new.precision.value,
    )


def address_of(place: MissionPlace) -> Address:
    """Return a place, whose commune is loaded, as the rules take it."""
    point = (place.latitude, place.longitude)
    centre = (place.commune.latitude, place.commune.longitude)
    return Address(
        label=place.label,
        street=place.street,
        postcode=place.postcode,
        commune=place.commune.name,
        point=_both(point),
        commune_point=_both(centre),
    )


def _both(point: tuple[float | None, float | None]) -> tuple[float, float] | None:
    latitude, longitude = point
    return None if latitude is None or longitude is None else (latitude, longitude)


def describe_for_search(mission: Mission, place: MissionPlace | None) -> None:
    """Write what the lists filter by. A mission without a place is found in its organisation's département."""
    organisation = mission.organisation
    if place is None:
        mission.departement_code = organisation.departement
        mission.commune_name, mission.latitude, mission.longitude = "", None, None
    else:
        shown = public_address(address_of(place), precision=Precision(place.public_precision))
        mission.departement_code = place.commune.departement_id
        mission.commune_name = place.commune.name
        mission.latitude, mission.longitude = shown.point or (None, None)
    mission.search_key = search_key(mission.title, organisation.name, mission.commune_name)
    mission.save(update_fields=["departement_code", "commune_name", "latitude", "longitude", "search_key"])


def put_into_crisis(mission: Mission, now: datetime) -> None:
    """Make a mission part of the gravest crisis that reaches its département, of none where there is none."""
    mission.crisis = crisis_of(mission.departement_code, now)
    mission.save(update_fields=["crisis"])


def texts_of(mission: Mission) -> MissionTexts:
    """Return the texts of a mission that may be changed."""
    return MissionTexts(mission.title, mission.description, mission.information, mission.contact)


def digest_of_texts(texts: MissionTexts) -> str:
    """Return what tells these texts from others, for a form to carry."""
    parts = (texts.title, texts.description, texts.information, texts.contact)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@transaction.atomic
def edit_mission(
    *, acting: Acting, mission_id: UUID, texts: MissionTexts, now: datetime, seen: str | None = None
) -> Mission:
    """Change the texts of a mission. Raises Mission.DoesNotExist, NotAllowed or NotEditable.

    `seen` is the digest of the texts that were changed; TextsChangedMeanwhile is raised when others stand there now.

    Once a referent has it or it is online, title and description are settled: what may still change is how to come
    and whom to ask.
    """
    mission = Mission.objects.select_for_update(of=("self",), no_key=True).select_related("template", "organisation")
    row = mission.get(pk=mission_id)
    by = by_organisation(acting, row.organisation_id)
    if seen is not None and digest_of_texts(texts_of(row)) != seen:
        raise TextsChangedMeanwhile(row)
    if row.state in (MissionState.DRAFT, MissionState.MORE_INFO):
        row.title, row.description = texts.title.strip(), texts.description.strip()
        row.follows_template = same_text(row.description, in_language(row.template.description, row.language))
        row.search_key = search_key(row.title, row.organisation.name, row.commune_name)
    elif row.state not in (MissionState.SUBMITTED, MissionState.ONLINE, MissionState.FULL, MissionState.PAUSED):
        raise NotEditable
    row.information, row.contact = texts.information.strip(), texts.contact.strip()
    row.save(update_fields=["title", "description", "follows_template", "search_key", "information", "contact"])
    journal_deed(by, row, "mission.edited", now)
    copies.outdate([row])
    return row


def journal_deed(by: By, mission: Mission, verb: str, now: datetime, **detail: str) -> None:
    """Write down what was done to a mission, and by whom."""
    record(
        actor=by.person_id,
        role=by.role,
        verb=verb,
        thing_kind="mission",
        thing_id=mission.pk,
        detail=detail,
        now=now,
    )
