"""Reads for pages and for decisions: the roles that people hold, organisations to check, people to find."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.utils.translation import get_language

from entraide.accounts.devices import device_of
from entraide.accounts.models import ApiToken, Grant, Invitation, Organisation, Person
from entraide.accounts.permissions import Acting, HeldRole
from entraide.accounts.rules import MailState, OrganisationState, PersonState, Role, Scope, ScopeKind
from entraide.crises import api as crises
from entraide.foundation import localised
from entraide.foundation.pagination import Page
from entraide.foundation.paging import page_of
from entraide.territories import api as territories

SESSIONS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class SignedInAt:
    """One session: since when, and the browser and system that it was begun with."""

    since: datetime
    device: tuple[str, str]
    is_here: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The sessions of a person, and how many more than are listed."""

    listed: list[SignedInAt]
    more: int


def held_roles(*, person_id: UUID, now: datetime) -> list[HeldRole]:
    """Return the roles that a person holds at `now`, in the order of `Role`, with the names of their scopes."""
    order = list(Role)
    grants = Grant.objects.in_force(now).filter(person_id=person_id)
    return sorted(described(grants), key=lambda held: (order.index(held.role), held.scope_name))


def acting_as(*, person_id: UUID, grant_id: str | None, now: datetime) -> Acting:
    """Return a person in the role of one of their grants, or without a role when that grant counts no more."""
    if grant_id is None:
        return Acting(person_id)
    held = described(Grant.objects.in_force(now).filter(person_id=person_id, id=grant_id))
    return Acting(person_id, held[0] if held else None)


def described(grants: Iterable[Grant]) -> list[HeldRole]:
    """Return grants with the names of their scopes and the départements that they cover, in the order given."""
    rows = list(grants)
    names = _scope_names(rows)
    return [
        HeldRole(
            grant_id=row.id,
            role=Role(row.role),
            scope=Scope(kind=ScopeKind(row.scope_kind), id=row.scope_id),
            scope_name=names.get((row.scope_kind, row.scope_id), row.scope_id),
            role_name=str(Grant.ROLES[row.role]),
            departements=_departements(row),
            expires_at=row.expires_at,
        )
        for row in rows
    ]


def scope_name(scope: Scope) -> str:
    """Return the name of what a role is limited to, nothing for the platform."""
    if scope.kind is ScopeKind.PLATFORM:
        return ""
    return _scope_names([Grant(scope_kind=scope.kind, scope_id=scope.id)]).get((scope.kind, scope.id), scope.id)


def organisations_to_moderate(*, departements: frozenset[str] | None) -> QuerySet[Organisation]:
    """Return the organisations that wait for a decision there, the longest first."""
    return Organisation.objects.to_moderate().in_departements(departements)


def organisations_found(*, text: str, state: str, departements: frozenset[str] | None) -> QuerySet[Organisation]:
    """Return organisations by a part of their name or one of their numbers, and by state, newest first."""
    found = Organisation.objects.in_departements(departements)
    if state:
        found = found.filter(state=state)
    if text:
        compact = text.replace(" ", "")
        found = found.filter(Q(name__icontains=text) | Q(siren=compact) | Q(siret=compact) | Q(rna=compact.upper()))
    return found.order_by("-id")


def same_number(organisation: Organisation) -> list[Organisation]:
    """Return the other organisations that gave the same SIREN or RNA number: copies, branches or impostors."""
    alike = Q()
    if organisation.siren:
        alike |= Q(siren=organisation.siren)
    if organisation.rna:
        alike |= Q(rna=organisation.rna)
    if not alike:
        return []
    others = Organisation.objects.filter(alike).exclude(pk=organisation.pk)
    return list(others.exclude(state=OrganisationState.DEREGISTERED).order_by("id")[:20])


def members(*, organisation_id: UUID, now: datetime) -> list[Grant]:
    """Return the grants of an organisation's people, managers first."""
    grants = Grant.objects.in_force(now).of_organisation(organisation_id).select_related("person")
    return list(grants.order_by("role", "person__last_name", "id"))


def open_invitations(*, organisation_id: UUID, now: datetime) -> list[Invitation]:
    """Return the invitations that nobody accepted yet."""
    waiting = Invitation.objects.filter(organisation_id=organisation_id, accepted_at=None, revoked_at=None)
    return list(waiting.filter(expires_at__gt=now).order_by("-id"))


def sessions_of(*, person_id: UUID, here: str, now: datetime) -> SignedIn:
    """Return where a person is signed in: the session whose key is `here` first, then the newest."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    theirs = UserSession.objects.filter(Exists(alive), user_id=person_id)
    shown = theirs.order_by(Case(When(session_key=here, then=0), default=1), "-created_at", "-id")[:SESSIONS_SHOWN]
    listed = [
        SignedInAt(since=row.created_at, device=device_of(row.user_agent), is_here=row.session_key == here)
        for row in shown
    ]
    return SignedIn(listed, more=theirs.count() - len(listed) if len(listed) == SESSIONS_SHOWN else 0)


def tokens_of(*, person_id: UUID, now: datetime) -> list[ApiToken]:
    """Return a person's tokens in force, newest first."""
    return list(ApiToken.objects.in_force(now).filter(person_id=person_id).order_by("-id"))


def people_found(*, text: str) -> QuerySet[Person]:
    """Return people by a part of their name or address, newest first. Erased ones are nobody any more."""
    found = Person.objects.exclude(state=PersonState.ERASED)
    for word in text.split()[:5]:
        found = found.filter(Q(email__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word))
    return found.order_by("-id")


def names_of(*, person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of people, their address where they gave none. Erased people are missing."""
    found = Person.objects.filter(pk__in=set(person_ids)).exclude(state=PersonState.ERASED)
    return {person.pk: person.get_full_name() or person.email for person in found}


def people_with_bounced_mail(*, after: str) -> Page[Person]:
    """Return a page of the people whose mail comes back, those who changed last first. Raises BadCursor."""
    return page_of(_bounced(), order={"-updated_at": datetime, "-id": UUID}, after=after)


def bounced_count() -> int:
    """Return how many people's mail comes back."""
    return _bounced().count()


def _bounced() -> QuerySet[Person]:
    return Person.objects.filter(mail_state=MailState.BOUNCED).exclude(state=PersonState.ERASED)


def person_by_email(*, email: str) -> Person | None:
    """Return the person of a mail address, if any."""
    return Person.objects.filter(email=email.strip().lower()).first()


def verified_email_of(*, person_id: UUID) -> str:
    """Return the address that a person has shown to be theirs, by a code sent there; empty while they have not."""
    shown = EmailAddress.objects.filter(user_id=person_id, verified=True, primary=True)
    return shown.values_list("email", flat=True).first() or ""


def organisation_ids_of(*, person_id: UUID, now: datetime) -> list[UUID]:
    """Return the organisations in which a person holds a role."""
    held = Grant.objects.in_force(now).filter(person_id=person_id, scope_kind=ScopeKind.ORGANISATION)
    return [UUID(scope_id) for scope_id in held.values_list("scope_id", flat=True).distinct()]


def _departements(grant: Grant) -> frozenset[str]:
    if grant.scope_kind == ScopeKind.DEPARTEMENT:
        return frozenset({grant.scope_id})
    if grant.scope_kind == ScopeKind.REGION:
        return frozenset(each.code for each in territories.departements() if each.region_id == grant.scope_id)
    return frozenset()


def _scope_names(rows: Iterable[Grant]) -> Mapping[tuple[str, str], str]:
    """Return names by kind and id, with one query for each kind that occurs."""
    wanted: dict[str, set[str]] = {}
    for row in rows:
        wanted.setdefault(row.scope_kind, set()).add(row.scope_id)
    names: dict[tuple[str, str], str] = {}
    for kind, ids in wanted.items():
        names |= {(kind, key): name for key, name in _names_of(ScopeKind(kind), ids)}
    return names


def _names_of(kind: ScopeKind, ids: set[str]) -> Iterable[tuple[str, str]]:
    match kind:
        case ScopeKind.ORGANISATION:
            rows = Organisation.objects.filter(id__in=ids).values_list("id", "name")
            return [(str(key), name) for key, name in rows]
        case ScopeKind.DEPARTEMENT:
            return [(each.code, str(each)) for each in territories.departements() if each.code in ids]
        case ScopeKind.REGION:
            return [(each.code, each.name) for each in territories.regions() if each.code in ids]
        case ScopeKind.CRISIS:
            language = get_language() or "fr"
            return [(str(each.pk), localised.text(each.name, language)) for each in crises.all_crises()]
        case ScopeKind.PLATFORM:
            return []
