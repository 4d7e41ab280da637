"""Situations that the tests of volunteering start from, named as one would tell them."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model

from entraide.accounts.api import Acting, HeldRole, Organisation, Role, Scope, ScopeKind
from entraide.territories.models import Commune, Departement, Region
from entraide.volunteering.actions.catalogue import load_templates
from entraide.volunteering.actions.joining import Wish, join_slot
from entraide.volunteering.models import (
    Mission,
    MissionPlace,
    Participation,
    ParticipationQuerySet,
    Slot,
    Template,
    Volunteer,
)
from entraide.volunteering.rules.states import MissionState, SlotState
from entraide.volunteering.rules.words import Admission, Kind

STRASBOURG = (48.5734, 7.7521)


def strasbourg() -> Commune:
    """Return the commune of most tests."""
    region, _ = Region.objects.get_or_create(code="44", defaults={"name": "Grand Est"})
    departement, _ = Departement.objects.get_or_create(code="67", defaults={"name": "Bas-Rhin", "region": region})
    found, _ = Commune.objects.get_or_create(
        code="67482",
        defaults={
            "name": "Strasbourg",
            "search_key": "strasbourg",
            "departement": departement,
            "population": 291_313,
            "latitude": STRASBOURG[0],
            "longitude": STRASBOURG[1],
            "point_quality": "exact",
        },
    )
    return found


def organisation_validated(
    *, now: datetime, state: str = "validated", name: str = "Les Tabliers solidaires"
) -> Organisation:
    """Return an organisation that may post missions."""
    return Organisation.objects.create(
        name=name, legal_form="association", state=state, departement="67", commune="67482", state_changed_at=now
    )


def template_of(kind: Kind = Kind.FOOD_AID) -> Template:
    """Return the catalogue's first template of a kind."""
    load_templates()
    return Template.objects.on_offer().filter(kind=kind.value).order_by("slug")[0]


def mission_online(*, now: datetime, organisation: Organisation | None = None, **changes: Any) -> Mission:
    """Return a mission that the public reads, in Strasbourg, with no requirement; its slots come apart."""
    template = template_of(changes.pop("kind", Kind.FOOD_AID))
    values = {
        "organisation": organisation or organisation_validated(now=now),
        "template": template,
        "template_version": template.template_version,
        "title": "Préparer des colis",
        "description": "Trier et composer des colis.",
        "kind": template.kind,
        "domain": template.domain,
        "activity": template.activity,
        "mode": "on_site",
        "admission": Admission.INSTANT.value,
        "age_min": 16,
        "state": MissionState.ONLINE.value,
        "state_changed_at": now,
        "published_at": now,
        "departement_code": "67",
        "commune_name": "Strasbourg",
        "latitude": STRASBOURG[0],
        "longitude": STRASBOURG[1],
    }
    mission = Mission.objects.create(**{**values, **changes})
    MissionPlace.objects.create(
        mission=mission, street="12 rue des Frères", postcode="67000", commune=strasbourg(), label="Entrepôt"
    )
    return mission


def slot_tomorrow(mission: Mission, *, now: datetime, capacity: int = 3, hours: int = 24, **changes: Any) -> Slot:
    """Add an open slot of two hours to a mission, keeping its counts true."""
    starts_at = now + timedelta(hours=hours)
    values = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2), "capacity_max": capacity}
    slot = Slot.objects.create(mission=mission, place=mission.places.first(), **{**values, **changes})
    ends_at = max(slot.ends_at, mission.ends_at or slot.ends_at)
    starts_at = min(slot.starts_at, mission.starts_at or slot.starts_at)
    mission.places_left += capacity if slot.state == SlotState.OPEN.value else 0
    mission.starts_at, mission.ends_at = starts_at, ends_at
    mission.save(update_fields=["places_left", "starts_at", "ends_at"])
    return slot


def volunteer_adult(*, birth_date: date = date(1990, 5, 1), **changes: Any) -> Volunteer:
    """Return a volunteer who may join most missions."""
    person = get_user_model().objects.create(
        email=f"{uuid4().hex}@example.org", first_name="Camille", last_name="Exemple"
    )
    return Volunteer.objects.create(
        person=person, birth_date=birth_date, postcode="67000", reserve_state="available", **changes
    )


def acting(volunteer: Volunteer) -> Acting:
    """Return a volunteer who acts for themselves."""
    return Acting(UUID(str(volunteer.person_id)))


def organiser(organisation_id: UUID) -> Acting:
    """Return somebody who acts for an organisation."""
    scope = Scope(kind=ScopeKind.ORGANISATION, id=str(organisation_id))
    return Acting(uuid4(), _role(Role.ORGANISATION_MANAGER, scope))


def referent(*departements: str) -> Acting:
    """Return a referent of some départements."""
    scope = Scope(kind=ScopeKind.DEPARTEMENT, id=departements[0])
    return Acting(uuid4(), _role(Role.REFERENT, scope, frozenset(departements)))


def _role(role: Role, scope: Scope, departements: frozenset[str] = frozenset()) -> HeldRole:
    return HeldRole(
        grant_id=uuid4(), role=role, scope=scope, scope_name="", role_name=role.value, departements=departements
    )


def joined(slot: Slot, *, now: datetime, volunteer: Volunteer | None = None, **wish: Any) -> Participation:
    """Let a volunteer join a slot."""
    who = volunteer or volunteer_adult()
    return join_slot(acting=acting(who), wish=Wish(slot.pk, uuid4(), **wish), now=now)


def books_balance() -> None:
    """Assert that every counter equals the rows that it stands for, and that nothing is overbooked."""
    left: dict[UUID, int] = {mission.pk: 0 for mission in Mission.objects.all()}
    for slot in Slot.objects.all():
        rows = Participation.objects.filter(slot=slot)
        held, taken = _seats(rows.filter(state="held")), _seats(rows.taking())
        assert (slot.held, slot.taken) == (held, taken), (
            f"slot {slot.pk}: {slot.held}+{slot.taken}, rows {held}+{taken}"
        )
        assert 0 <= held + taken <= slot.capacity_max
        if slot.state in ("open", "full"):
            assert slot.state == ("full" if held + taken == slot.capacity_max else "open")
            left[slot.mission_id] += slot.capacity_max - held - taken
    for mission in Mission.objects.all():
        assert mission.places_left == left[mission.pk], (
            f"mission {mission.pk}: {mission.places_left} {left[mission.pk]}"
        )
        if mission.state in ("online", "full"):
            assert mission.state == ("online" if left[mission.pk] else "full")


def _seats(rows: ParticipationQuerySet) -> int:
    return sum(rows.values_list("seats", flat=True))
