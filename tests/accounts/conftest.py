"""People, organisations and roles as situations; codes read from the mails that wait to be sent."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.contrib.auth import SESSION_KEY as PERSON_KEY
from django.contrib.sessions.backends.db import SessionStore

from entraide.accounts.actions.grants import grant_role
from entraide.accounts.actions.organisations import OrganisationDetails, Step, register_organisation, take_step
from entraide.accounts.actions.people import Deed, Profile, create_person
from entraide.accounts.middleware import SESSION_KEY
from entraide.accounts.models import Grant, Organisation, Person
from entraide.accounts.rules import (
    PLATFORM,
    Actor,
    LegalForm,
    OrganisationStep,
    Role,
    Scope,
    ScopeKind,
)
from entraide.foundation import clock
from entraide.territories.models import Commune, Departement, NameStart, Postcode, Region
from entraide.territories.rules import PointQuality, Start
from tests.letters import WaitingLetter, waiting_letters
from tests.strict_client import StrictClient
from tests.windows import windows_begin_now

__all__ = ["windows_begin_now"]

SignIn = Callable[[StrictClient, Person], StrictClient]
MakePerson = Callable[..., Person]


def letters_to(address: str) -> list[WaitingLetter]:
    """Return the mails that were queued for an address, oldest first."""
    return waiting_letters(to=address)


def code_sent_to(address: str) -> str:
    """Return the code of the last mail to an address."""
    found = re.search(r"\d{4}-\d{4}", letters_to(address)[-1].text)
    assert found, letters_to(address)[-1].text
    return found.group()


def is_signed_in(client: StrictClient) -> bool:
    """Return whether the client's session belongs to a person."""
    return PERSON_KEY in client.session


def deed_by(person: Person | None, *, role: str = "", now: datetime | None = None) -> Deed:
    """Return a deed of a person, now."""
    return Deed(actor=person.pk if person else None, role=role, now=now or clock.now())


@pytest.fixture
def make_person(db: None) -> MakePerson:
    """Return what makes a person of an address."""

    def make(email: str, **profile: str) -> Person:
        person, _ = create_person(email=email, profile=Profile(**profile), deed=deed_by(None))
        return person

    return make


@pytest.fixture
def ada(make_person: MakePerson) -> Person:
    """A volunteer without any role."""
    return make_person("ada@example.org", first_name="Ada", last_name="Martin", locale="en")


@pytest.fixture
def bas_rhin(db: None) -> Departement:
    """A département with one commune, Strasbourg, served by 67000."""
    region = Region.objects.create(code="44", name="Grand Est")
    departement = Departement.objects.create(code="67", name="Bas-Rhin", region=region)
    Departement.objects.create(code="68", name="Haut-Rhin", region=region)
    strasbourg = Commune.objects.create(
        code="67482",
        name="Strasbourg",
        search_key="strasbourg",
        departement=departement,
        population=290_000,
        latitude=48.58,
        longitude=7.75,
        point_quality=PointQuality.EXACT,
    )
    Postcode.objects.create(postcode="67000", commune=strasbourg)
    NameStart.objects.create(key="strasbourg", kind=Start.NAME, commune=strasbourg, population=290_000)
    return departement


RED_CROSS_NUMBERS = {"siret": "73282932000074", "siren": "732829320"}


def details(**changes: str) -> OrganisationDetails:
    """Return complete details of an association of Strasbourg."""
    values = {
        "name": "Les Paniers du Rhin",
        "legal_form": LegalForm.ASSOCIATION,
        **RED_CROSS_NUMBERS,
        "description": "Brings food to people who live alone.",
        "commune": "67482",
        "departement": "67",
        "contact_email": "paniers@example.org",
    }
    return OrganisationDetails(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def manager(make_person: MakePerson) -> Person:
    """The person who registers and manages the organisation."""
    return make_person("manager@example.org", first_name="Mina", locale="en")


@pytest.fixture
def submitted_organisation(manager: Person, bas_rhin: Departement) -> Organisation:
    """An organisation that waits for its check."""
    return register_organisation(details=details(), person_id=manager.pk, now=clock.now())


@pytest.fixture
def validated_organisation(submitted_organisation: Organisation) -> Organisation:
    """An organisation that was checked."""
    step = Step(step=OrganisationStep.VALIDATE, actor=Actor.OPERATOR)
    take_step(organisation_id=submitted_organisation.pk, step=step, deed=deed_by(None))
    submitted_organisation.refresh_from_db()
    return submitted_organisation


@pytest.fixture
def operator(make_person: MakePerson) -> Person:
    """A person who holds the platform."""
    person = make_person("operator@example.org", locale="en")
    grant_role(person_id=person.pk, role=Role.OPERATOR, scope=PLATFORM, deed=deed_by(None))
    return person


@pytest.fixture
def referent(make_person: MakePerson, bas_rhin: Departement) -> Person:
    """The referent of Bas-Rhin."""
    person = make_person("referent@example.org", locale="en")
    scope = Scope(kind=ScopeKind.DEPARTEMENT, id="67")
    grant_role(person_id=person.pk, role=Role.REFERENT, scope=scope, deed=deed_by(None))
    return person


def sign_in(client: StrictClient, person: Person, *, minutes_ago: int = 0) -> StrictClient:
    """Sign a person in, in their first role if they have any, as if by a code some minutes ago."""
    client.force_login(person)
    session = client.session
    at = (clock.now() - timedelta(minutes=minutes_ago)).timestamp()
    session["account_authentication_methods"] = [{"method": "code", "at": at, "email": person.email}]
    session["account_authentication_methods_user"] = str(person.pk)
    if grant := Grant.objects.filter(person=person, revoked_at=None).order_by("id").first():
        session[SESSION_KEY] = str(grant.pk)
    session.save()
    return client


def session_of(client: StrictClient) -> SessionStore:
    """Return the client's session, to be changed and saved."""
    return client.session  # type: ignore[return-value]


def grant_of(person: Person) -> UUID:
    """Return a person's one grant in force."""
    return Grant.objects.get(person=person, revoked_at=None).pk
