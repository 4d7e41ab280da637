"""Who opens the desk and the moderation pages in tests, and what they find there."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from entraide.accounts import api as accounts
from entraide.volunteering.models import Mission, Participation, Slot
from tests.strict_client import StrictClient
from tests.volunteering import situations as given

ROLES = {
    "manager": (accounts.Role.ORGANISATION_MANAGER, accounts.ScopeKind.ORGANISATION),
    "member": (accounts.Role.ORGANISATION_MEMBER, accounts.ScopeKind.ORGANISATION),
    "referent": (accounts.Role.REFERENT, accounts.ScopeKind.DEPARTEMENT),
    "operator": (accounts.Role.OPERATOR, accounts.ScopeKind.PLATFORM),
}


@dataclass
class Desk:
    """An organisation with an online mission that answers each request, a slot tomorrow, and three candidates."""

    now: datetime
    organisation: accounts.Organisation
    mission: Mission
    slot: Slot
    candidates: list[Participation] = field(default_factory=list)

    @property
    def first(self) -> Participation:
        """The candidate whose hold ends first."""
        return self.candidates[0]


def desk(*, candidates: int = 3) -> Desk:
    """Return a desk as it is at this moment: pages read the clock."""
    now = datetime.now(UTC)
    organisation = given.organisation_validated(now=now)
    mission = given.mission_online(now=now, organisation=organisation, admission="review")
    slot = given.slot_tomorrow(mission, now=now, capacity=10)
    made = Desk(now, organisation, mission, slot)
    made.candidates = [given.joined(slot, now=now) for _ in range(candidates)]
    return made


def signed_in(word: str, scope_id: UUID | str = "") -> StrictClient:
    """Return somebody's browser: "nobody", "volunteer", or a role of ROLES within a scope."""
    client = StrictClient()
    if word == "nobody":
        return client
    deed = accounts.Deed(actor=None, now=datetime.now(UTC))
    profile = accounts.Profile(first_name=word.title(), last_name="Démo")
    person, _ = accounts.create_person(email=f"{word}{scope_id}@example.org".lower(), profile=profile, deed=deed)
    client.force_login(person)
    if word in ROLES:
        role, kind = ROLES[word]
        scope = accounts.Scope(kind=kind, id=str(scope_id))
        grant = accounts.grant_role(person_id=person.pk, role=role, scope=scope, deed=deed)
        session = client.session
        session["acting_grant"] = str(grant.pk)
        session.save()
    return client
