"""Writes the demonstration through the apps' own actions, as if its last days had happened.

Running it again adds what is missing: days later the missions have slots ahead again. Ids follow from a seed, so that
addresses are the same on every machine. Nobody is mailed: what the actions ask of the worker is dropped.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app as jobs_app
from procrastinate.testing import InMemoryConnector

from entraide.accounts import api as accounts
from entraide.crises import api as crises
from entraide.foundation import ids
from entraide.pages.demo import cast, missions, participations
from entraide.pages.demo.accounts import account_of, demo_accounts
from entraide.volunteering import api as volunteering

SEED = "entraide demo"
CRISIS_SEED = f"{SEED} crisis"
BEGAN_BEFORE = timedelta(days=6)
REFERENT_OF = "67"


@dataclass(slots=True)
class People:
    """The people of the demonstration by address, and in whose role organisations act by their key."""

    ids: dict[str, UUID] = field(default_factory=dict)
    managers: dict[str, accounts.Acting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one run wrote."""

    missions: int
    slots: int
    participations: int


@transaction.atomic
def tell(*, now: datetime) -> Loaded:
    """Write what is missing of the demonstration."""
    with _nobody_mailed():
        volunteering.load_templates()
        began = now - BEGAN_BEFORE
        people = _people(began)
        _crisis(people, now)
        _organisations(people, began)
        crises.forget()
        offered = missions.offer(seed=SEED, managers=people.managers, now=now)
        made = participations.happen(people=people.ids, managers=people.managers, slots=offered.untouched, now=now)
        volunteering.expire_holds(now=now)
        volunteering.advance_slots(now=now)
    return Loaded(missions=offered.missions, slots=offered.slots, participations=made)


@contextmanager
def _nobody_mailed() -> Iterator[None]:
    with jobs_app.replace_connector(InMemoryConnector()):
        yield


def _people(began: datetime) -> People:
    people = People()
    names = {each.email: (each.first, each.last) for each in cast.VOLUNTEERS}
    names |= {each.address: (each.first_name, "Démo") for each in demo_accounts()}
    for email, (first, last) in names.items():
        people.ids[email] = _person(email, first, last, began)
    homes = {email: home for home, emails in cast.neighbours().items() for email in emails}
    for number, email in enumerate([account_of(None).address, *homes]):
        _volunteer(people.ids[email], homes.get(email, cast.DESK), number, began)
    operator = people.ids[account_of(accounts.Role.OPERATOR).address]
    _grant(operator, accounts.Role.OPERATOR, accounts.PLATFORM, began)
    referent = people.ids[account_of(accounts.Role.REFERENT).address]
    territory = accounts.Scope(kind=accounts.ScopeKind.DEPARTEMENT, id=REFERENT_OF)
    _grant(referent, accounts.Role.REFERENT, territory, began)
    return people


def _volunteer(person_id: UUID, home: str, number: int, began: datetime) -> None:
    postcode = cast.POSTCODES[next(each.towns[0] for each in cast.ORGANISATIONS if each.key == home)]
    profile = volunteering.NewProfile(
        birth_date=date(1960 + number % 44, 1 + number % 12, 1 + number % 28), postcode=postcode, languages=("fr",)
    )
    with ids.seeded(f"{SEED} volunteer {person_id}"):
        volunteering.open_profile(person_id=person_id, profile=profile, now=began)


def _crisis(people: People, now: datetime) -> None:
    """Open the flood once. An operator who closed it finds it closed at the next start."""
    crisis_id = ids.seeded_id(CRISIS_SEED)
    operator = people.ids[account_of(accounts.Role.OPERATOR).address]
    if crises.crisis(crisis_id) is None:
        with ids.seeded(CRISIS_SEED):
            crises.open_crisis(opening=cast.FLOOD, actor=operator, role="operator", now=now - BEGAN_BEFORE)
        crises.change_level(
            crisis_id=crisis_id,
            seen=crises.Level.ALERT,
            wanted=crises.Level.MOBILISATION,
            actor=operator,
            role="operator",
            now=now - BEGAN_BEFORE + timedelta(days=1),
        )
    coordinator = people.ids[account_of(accounts.Role.CRISIS_COORDINATOR).address]
    scope = accounts.Scope(kind=accounts.ScopeKind.CRISIS, id=str(crisis_id))
    _grant(coordinator, accounts.Role.CRISIS_COORDINATOR, scope, now)


def _organisations(people: People, began: datetime) -> None:
    operator = people.ids[account_of(accounts.Role.OPERATOR).address]
    for number, organisation in enumerate(cast.ORGANISATIONS):
        manager = _manager(people, organisation, began)
        organisation_id = organisation_id_of(organisation.key)
        if not accounts.Organisation.objects.filter(pk=organisation_id).exists():
            with ids.seeded(f"{SEED} organisation {organisation.key}"):
                accounts.register_organisation(details=cast.details(organisation, number), person_id=manager, now=began)
            _check(organisation, organisation_id, accounts.Deed(actor=operator, role="operator", now=began))
        held = accounts.held_roles(person_id=manager, now=datetime.now(UTC))
        people.managers[organisation.key] = accounts.Acting(manager, held[0])
    member = people.ids[account_of(accounts.Role.ORGANISATION_MEMBER).address]
    scope = accounts.Scope(kind=accounts.ScopeKind.ORGANISATION, id=str(organisation_id_of(cast.DESK)))
    _grant(member, accounts.Role.ORGANISATION_MEMBER, scope, began)


def organisation_id_of(key: str) -> UUID:
    """Return the id of an organisation of the demonstration."""
    return ids.seeded_id(f"{SEED} organisation {key}")


def _manager(people: People, organisation: cast.Cast, began: datetime) -> UUID:
    if organisation.key == cast.DESK:
        return people.ids[account_of(accounts.Role.ORGANISATION_MANAGER).address]
    return _person(f"responsable.{organisation.key}@{cast.MAIL_DOMAIN}", "Responsable", "Démo", began)


def _person(email: str, first: str, last: str, began: datetime) -> UUID:
    """Return the person of an address, made when nobody has it yet."""
    found = accounts.person_by_email(email=email)
    if found is not None:
        return found.pk
    profile = accounts.Profile(first_name=first, last_name=last)
    deed = accounts.Deed(actor=None, role="demo", now=began)
    with ids.seeded(f"{SEED} person {email}"):
        return accounts.create_person(email=email, profile=profile, deed=deed)[0].pk


def _check(organisation: cast.Cast, organisation_id: UUID, deed: accounts.Deed) -> None:
    steps = {
        "validated": (accounts.OrganisationStep.TAKE_UP, accounts.OrganisationStep.VALIDATE),
        "in_review": (accounts.OrganisationStep.TAKE_UP,),
        "submitted": (),
    }
    for step in steps[organisation.outcome]:
        taken = accounts.Step(step=step, actor=accounts.Actor.OPERATOR, level=2)
        accounts.take_step(organisation_id=organisation_id, step=taken, deed=deed)


def _grant(person_id: UUID, role: accounts.Role, scope: accounts.Scope, now: datetime) -> None:
    with ids.seeded(f"{SEED} grant {person_id} {role}"):
        accounts.grant_role(person_id=person_id, role=role, scope=scope, deed=accounts.Deed(actor=None, now=now))
