"""What the API sends and takes, as documents."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import pydantic
from ninja import Field, Schema

from entraide.foundation.http_api import CleanText
from entraide.volunteering.models import Participation
from entraide.volunteering.queries import mission_page
from entraide.volunteering.queries.mine import state_at
from entraide.volunteering.queries.search import MissionRow
from entraide.volunteering.rules.seats import MOST_SEATS
from entraide.volunteering.rules.states import MissionState, ParticipationState, SlotState
from entraide.volunteering.rules.words import Admission, CancelReason, Domain, Kind, Mode

RequirementCode = Annotated[str, pydantic.StringConstraints(max_length=40), CleanText]

Seats = Annotated[int, pydantic.Field(ge=1, le=MOST_SEATS)]


class Strict(Schema):
    """A document in which a field that is not known is an error, never silently dropped."""

    model_config = pydantic.ConfigDict(extra="forbid")


class ProblemField(Schema):
    """What is wrong with one field."""

    field: str
    code: str
    detail: str


class ProblemDocument(Schema):
    """A problem document of RFC 9457."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[ProblemField] = []


class MissionLine(Schema):
    """A mission as a list shows it."""

    id: UUID
    title: str
    organisation: str
    commune: str
    departement: str
    kind: Kind
    mode: Mode
    admission: Admission
    age_min: int
    next_slot_at: datetime
    places_left: int
    published_at: datetime
    distance_km: float | None

    @classmethod
    def of(cls, row: MissionRow) -> "MissionLine":
        """Return the line of a row."""
        return cls(
            id=row.id,
            title=row.title,
            organisation=row.organisation,
            commune=row.commune,
            departement=row.departement,
            kind=Kind(row.kind),
            mode=Mode(row.mode),
            admission=Admission(row.admission),
            age_min=row.age_min,
            next_slot_at=row.starts_at,
            places_left=row.places_left,
            published_at=row.published_at,
            distance_km=row.distance_km,
        )


class MissionPage(Schema):
    """Some missions, and the cursor of those after them."""

    items: list[MissionLine]
    next: str | None


class SlotDocument(Schema):
    """A slot with the places that could be taken at this moment. The address is at the precision chosen."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    state: SlotState
    places: int
    places_left: int
    address: list[str]

    @classmethod
    def of(cls, slot: mission_page.SlotRow, *, address: list[str]) -> "SlotDocument":
        """Return the document of a slot; a closed one offers no place."""
        return cls(
            id=slot.id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            state=SlotState(slot.state),
            places=slot.capacity_max,
            places_left=slot.places_left if slot.joinable else 0,
            address=address,
        )


class Requirement(Schema):
    """What a volunteer must have, with its name in French and English."""

    kind: str
    code: str
    label: dict[str, str]


class MissionDocument(Schema):
    """A mission with its slots."""

    id: UUID
    state: MissionState
    title: str
    description: str
    organisation: str
    language: str
    kind: Kind
    domain: Domain
    mode: Mode
    admission: Admission
    groups_welcome: bool
    publics: list[str]
    age_min: int
    age_max: int | None
    requirements: list[Requirement]
    motivation_required: bool
    slots: list[SlotDocument]

    @classmethod
    def of(cls, mission: mission_page.MissionPage) -> "MissionDocument":
        """Return the document of a mission."""
        addresses = {key: list(place.lines) for key, place in mission.places.items()}
        return cls(
            id=mission.id,
            state=MissionState(mission.state),
            title=mission.title,
            description=mission.description,
            organisation=mission.organisation,
            language=mission.language,
            kind=Kind(mission.kind),
            domain=Domain(mission.domain),
            mode=Mode(mission.mode),
            admission=Admission(mission.admission),
            groups_welcome=mission.groups_welcome,
            publics=list(mission.publics),
            age_min=mission.age_min,
            age_max=mission.age_max,
            requirements=[Requirement(**requirement) for requirement in mission.requirements],
            motivation_required=mission.motivation_required,
            slots=[
                SlotDocument.of(slot, address=addresses.get(slot.place_id, []) if slot.place_id else [])
                for slot in mission.slots
            ],
        )


class ParticipationDocument(Schema):
    """A participation as its volunteer sees it.

    `seats` are how many people come on it, the volunteer among them; `hold_until` is when a held place is given back by
    itself, `reconfirm_until` when one that is `to_reconfirm` is; `minutes` are those counted once the volunteer came,
    which was noted at `checked_in_at`.
    """

    id: UUID
    slot: UUID
    mission: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    state: ParticipationState
    seats: int
    hold_until: datetime | None
    reconfirm_until: datetime | None
    minutes: int | None
    checked_in_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, row: Participation, *, now: datetime) -> "ParticipationDocument":
        """Return the document of a participation, whose slot and mission are loaded."""
        return cls(
            id=row.pk,
            slot=row.slot_id,
            mission=row.slot.mission_id,
            title=row.slot.mission.title,
            starts_at=row.slot.starts_at,
            ends_at=row.slot.ends_at,
            state=state_at(row, now=now),
            seats=row.seats,
            hold_until=row.hold_until,
            reconfirm_until=row.reconfirm_until,
            minutes=row.minutes,
            checked_in_at=row.checked_in_at,
            created_at=row.held_at,
        )


class ParticipationPage(Schema):
    """Some participations, the latest first, and the cursor of those after them."""

    items: list[ParticipationDocument]
    next: str | None


class Application(Strict):
    """What somebody asks for who applies. `declared` are the codes of requirements that they fulfil.

    `seats` are how many people come, the volunteer among them: more than one where the mission welcomes groups.
    """

    slot: UUID
    motivation: Annotated[str, pydantic.StringConstraints(max_length=2_000), CleanText] = ""
    declared: list[RequirementCode] = Field(default_factory=list, max_length=60)
    insist: bool = False
    seats: Seats = 1


class FewerSeats(Strict):
    """With how many people somebody comes after all: no more than before."""

    seats: Seats


class Cancellation(Strict):
    """Why somebody gives a place back."""

    reason: CancelReason
    text: Annotated[str, pydantic.StringConstraints(max_length=1_000), CleanText] = ""
