"""Making, changing, suspending and erasing people."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from entraide.accounts.actions.followers import tell_followers
from entraide.accounts.arrivals import LinkSpent
from entraide.accounts.models import AddressChange, ApiToken, Grant, Invitation, Person, WorkMailWish
from entraide.accounts.rules import MailState, PersonState
from entraide.foundation.mail import forget_mail_to
from entraide.foundation.rows import insert_rows
from entraide.journal import api as journal


class BadAddress(ValueError):
    """A text that is no mail address."""


class NotActive(Exception):
    """A person is suspended or erased, so that this cannot be done to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a person says of themselves."""

    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    locale: str = "fr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Who does something, in which role, and when: what the journal writes of it."""

    actor: UUID | None
    role: str = ""
    now: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """The person of an address, and whether they were made just now."""

    person: Person
    is_new: bool


def normal_address(text: str) -> str:
    """Return a mail address as it is kept: trimmed, in lower case. Raises BadAddress."""
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise BadAddress(text[:100]) from error
    if len(address) > 254:
        raise BadAddress(text[:100])
    return address


def create_person(*, email: str, profile: Profile, deed: Deed) -> tuple[Person, bool]:
    """Return the person of an address, and whether they are new; one who exists already is left as they are.

    Two requests at once for one address get the same person. Raises BadAddress.
    """
    address = normal_address(email)
    made = create_people(profiles={address: profile}, deed=deed)[address]
    return made.person, made.is_new


@transaction.atomic
def create_people(*, profiles: Mapping[str, Profile], deed: Deed) -> dict[str, Made]:
    """Return the person of each address, in a few statements; whoever exists already is left as they are.

    The addresses are in their normal form. Two transactions at once for one address get the same person; they take
    addresses in the same order, so that neither waits for the other in turn.
    """
    new = {address: Person(email=address, **asdict(profiles[address])) for address in sorted(profiles)}
    insert_rows(new.values(), ignore_conflicts=True)
    found = {person.email: person for person in Person.objects.filter(email__in=list(new))}
    made = {address: Made(found[address], is_new=found[address].pk == row.pk) for address, row in new.items()}
    arrived = [each.person for each in made.values() if each.is_new]
    insert_rows(EmailAddress(user=person, email=person.email, primary=True, verified=False) for person in arrived)
    journal.record_all(
        [
            journal.Deed(
                actor=deed.actor, role=deed.role, verb="create_person", thing_kind="person", thing_id=person.pk
            )
            for person in arrived
        ],
        now=deed.now,
    )
    return made


def change_profile(*, person_id: UUID, profile: Profile) -> None:
    """Write what a person says of themselves."""
    Person.objects.filter(pk=person_id, state=PersonState.ACTIVE).update(**asdict(profile))


@transaction.atomic
def suspend_person(*, person_id: UUID, deed: Deed) -> None:
    """Keep a person from signing in, and end the sessions they have. Their roles wait."""
    _move(person_id, PersonState.ACTIVE, PersonState.SUSPENDED)
    _write(person_id, "suspend_person", deed)
    tell_followers(kind="person", thing_id=person_id, state=PersonState.SUSPENDED)


@transaction.atomic
def reinstate_person(*, person_id: UUID, deed: Deed) -> None:
    """Let a suspended person sign in again."""
    _move(person_id, PersonState.SUSPENDED, PersonState.ACTIVE)
    _write(person_id, "reinstate_person", deed)
    tell_followers(kind="person", thing_id=person_id, state=PersonState.ACTIVE)


@transaction.atomic
def erase_person(*, person_id: UUID, deed: Deed) -> None:
    """Take everything that says who a person is, and every way in. The id stays, so that counts stay true.

    Erasing someone twice changes nothing the second time.
    """
    person = Person.objects.select_for_update().filter(pk=person_id).exclude(state=PersonState.ERASED).first()
    if person is None:
        return
    for address in _addresses(person):
        Invitation.objects.filter(email=address).delete()
        forget_mail_to(address=address)
    AddressChange.objects.filter(person=person).delete()
    EmailAddress.objects.filter(user=person).delete()
    WorkMailWish.objects.filter(person=person).delete()
    close_ways_in(person_id=person_id, now=deed.now)
    Grant.objects.filter(person=person, revoked_at=None).update(revoked_at=deed.now, revoked_by=deed.actor)
    ApiToken.objects.filter(person=person).update(name="")
    Person.objects.filter(pk=person_id).update(
        email=f"{person_id}@erased.invalid",
        first_name="",
        last_name="",
        phone="",
        mail_refusal="",
        state=PersonState.ERASED,
    )
    _write(person_id, "erase_person", deed)
    tell_followers(kind="person", thing_id=person_id, state=PersonState.ERASED)


def _addresses(person: Person) -> set[str]:
    """Return a person's address and their former ones, but for those that are somebody else's by now."""
    former = set(AddressChange.objects.filter(person=person).values_list("from_address", flat=True))
    others = Person.objects.filter(email__in=former).exclude(pk=person.pk)
    return {person.email} | (former - set(others.values_list("email", flat=True)))


def close_ways_in(*, person_id: UUID, now: datetime) -> None:
    """End a person's sessions and tokens, and forget their passkeys and providers. A code by mail is what is left."""
    for model in (SocialAccount, Authenticator, UserSession):
        model.objects.filter(user_id=person_id).delete()
    ApiToken.objects.filter(person_id=person_id, revoked_at=None).update(revoked_at=now)
    Person.objects.filter(pk=person_id).update(sign_in_stamp=uuid4())


def sign_out_everywhere(*, person_id: UUID, deed: Deed) -> None:
    """End every session of a person, by changing what their sessions are bound to."""
    with transaction.atomic():
        Person.objects.filter(pk=person_id).update(sign_in_stamp=uuid4())
        UserSession.objects.filter(user_id=person_id).delete()
        _write(person_id, "sign_out_everywhere", deed)


def arrive(*, person_id: UUID, now: datetime) -> None:
    """Spend the link of a person's first mail, which mail has thus reached. Raises LinkSpent for the second of two."""
    first = Person.objects.filter(pk=person_id, state=PersonState.ACTIVE, last_seen_at=None)
    if not first.update(last_seen_at=now):
        raise LinkSpent


def note_sign_in(*, person_id: UUID, mail_arrived: bool, now: datetime) -> None:
    """Remember when a person was last here; a code that they read proves that mail reaches them."""
    proven = {"mail_state": MailState.OK, "mail_refusal": ""} if mail_arrived else {}
    Person.objects.filter(pk=person_id).update(last_seen_at=now, **proven)


def record_bounce(*, address: str, reason: str) -> None:
    """Remember that mail to an address comes back, and why; an address that nobody has is passed over."""
    Person.objects.filter(email=address.strip().lower()).update(
        mail_state=MailState.BOUNCED, mail_refusal=reason.replace("\x00", "")[:300]
    )


def _move(person_id: UUID, source: PersonState, target: PersonState) -> None:
    moved = Person.objects.filter(pk=person_id, state=source).update(state=target, sign_in_stamp=uuid4())
    if not moved:
        raise NotActive(str(person_id))


def _write(person_id: UUID, verb: str, deed: Deed) -> None:
    journal.record(actor=deed.actor, role=deed.role, verb=verb, thing_kind="person", thing_id=person_id, now=deed.now)
