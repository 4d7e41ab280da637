"""Changing the address that a person signs in with: asked for, confirmed by a code, undone by a link.

The new address must be read before it counts, and the former one is told: whoever reads that mailbox can undo it for a
week. That is the stronger proof on purpose: an account that is taken over is given back without anybody's help.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from entraide.accounts import notices
from entraide.accounts.actions.people import Deed, NotActive, close_ways_in, normal_address, suspend_person
from entraide.accounts.models import AddressChange, Person
from entraide.accounts.rules import MailState, PersonState
from entraide.foundation.secrets import digest_of, new_secret
from entraide.foundation.tidying import delete_in_parts
from entraide.journal import api as journal

CODE_COUNTS_FOR = timedelta(minutes=15)
UNDO_COUNTS_FOR = timedelta(days=7)


class SameAddress(Exception):
    """The person has this address already."""


class NoChange(Exception):
    """No change waits for a code: none was asked for, its time is over, or it was done."""


class WrongCode(Exception):
    """The code is not the one that was sent."""


class AddressTaken(Exception):
    """Somebody else has the address by now."""


class NotUndoable(Exception):
    """The link was used, is past its time, or was never made here."""


@transaction.atomic
def ask_for_address(*, person_id: UUID, email: str, language: str, deed: Deed) -> None:
    """Send a code to the address that a person wants; it takes the place of an earlier wish.

    Whether somebody has the address already is told to that mailbox alone: everything else is the same then.
    Raises BadAddress, SameAddress, NotActive.
    """
    address = normal_address(email)
    person = Person.objects.select_for_update().filter(pk=person_id, state=PersonState.ACTIVE).first()
    if person is None:
        raise NotActive(str(person_id))
    if address == person.email:
        raise SameAddress
    AddressChange.objects.filter(person=person, done_at=None).delete()
    code = f"{secrets.randbelow(10_000):04}-{secrets.randbelow(10_000):04}"
    change = AddressChange(
        person=person, from_address=person.email, to_address=address, code_ends_at=deed.now + CODE_COUNTS_FOR
    )
    change.code_digest = _digest(change, code)
    change.save(force_insert=True)
    if Person.objects.filter(email=address).exists():
        notices.tell_address_in_use(address=address, language=language)
    else:
        notices.send_address_code(address=address, code=code, language=language)


def waiting_change(*, person_id: UUID, now: datetime) -> AddressChange:
    """Return the change that waits for its code. Raises NoChange."""
    change = AddressChange.objects.waiting(now).filter(person_id=person_id).first()
    if change is None:
        raise NoChange
    return change


def confirm_address(*, change: AddressChange, code: str, deed: Deed) -> None:
    """Give a person the address whose code they typed, and tell the former one. All their sessions end.

    Of two people who read the code of one address, the first gets it. Raises WrongCode, NoChange, AddressTaken.
    """
    if not constant_time_compare(change.code_digest, _digest(change, code)):
        raise WrongCode
    try:
        with transaction.atomic():
            _confirm(change, deed)
    except IntegrityError as error:
        # The one constraint that a mail address can run into here is that it is somebody else's.
        raise AddressTaken from error


def _confirm(change: AddressChange, deed: Deed) -> None:
    asker = Person.objects.filter(pk=change.person_id, state=PersonState.ACTIVE, email=change.from_address)
    moved = asker.update(email=change.to_address, mail_state=MailState.OK, mail_refusal="", sign_in_stamp=uuid4())
    secret = new_secret("undo")
    done = AddressChange.objects.filter(pk=change.pk, done_at=None, code_ends_at__gt=deed.now).update(
        done_at=deed.now, undo_digest=digest_of(secret), undo_ends_at=deed.now + UNDO_COUNTS_FOR
    )
    if not (moved and done):
        # Raised within the transaction, so that neither half stays.
        raise NoChange
    _take_for_sign_in(change.person_id, change.to_address)
    person = Person.objects.get(pk=change.person_id)
    notices.tell_former_address(change=change, person=person, secret=secret, until=deed.now + UNDO_COUNTS_FOR)
    _write(change, "change_address", deed)


def was_just_changed(*, person_id: UUID, now: datetime) -> bool:
    """Return whether a change was done a moment ago and still holds: a code that comes twice asks for nothing more."""
    done = AddressChange.objects.filter(person_id=person_id, done_at__gt=now - CODE_COUNTS_FOR, undone_at=None)
    return done.filter(to_address=F("person__email")).exists()


def undoable_change(*, secret: str, now: datetime) -> AddressChange:
    """Return the change that a link undoes. Raises NotUndoable."""
    found = AddressChange.objects.undoable(now).select_related("person").filter(undo_digest=digest_of(secret))
    change = found.exclude(person__state=PersonState.ERASED).first()
    if change is None:
        raise NotUndoable
    return change


def undo_address(*, secret: str, now: datetime) -> None:
    """Give a person their former address back, and close every way in that may be another's. Later changes go too.

    Where the former address is somebody else's by now, both have a claim: nobody gets in until an operator has
    decided. Raises NotUndoable, AddressTaken.
    """
    try:
        with transaction.atomic():
            change = _take_undo(secret, now)
            Person.objects.filter(pk=change.person_id).update(
                email=change.from_address, mail_state=MailState.OK, mail_refusal=""
            )
            _take_for_sign_in(change.person_id, change.from_address)
            _write(change, "undo_address", Deed(actor=None, now=now))
    except IntegrityError as error:
        with transaction.atomic():
            change = _take_undo(secret, now)
            if change.person.state == PersonState.ACTIVE:
                suspend_person(person_id=change.person_id, deed=Deed(actor=None, now=now))
        raise AddressTaken from error


def _take_undo(secret: str, now: datetime) -> AddressChange:
    """Spend the link, with those of later changes, and close every way in."""
    change = undoable_change(secret=secret, now=now)
    Person.objects.select_for_update().get(pk=change.person_id)
    since = AddressChange.objects.filter(person_id=change.person_id, done_at__gte=change.done_at, undone_at=None)
    if change.pk not in set(since.values_list("pk", flat=True)):
        raise NotUndoable
    since.update(undone_at=now)
    AddressChange.objects.filter(person_id=change.person_id, done_at=None).delete()
    close_ways_in(person_id=change.person_id, now=now)
    return change


def signs_in_with(*, person_id: UUID, address: str) -> bool:
    """Return whether a code sent to an address lets a person in."""
    return bool(EmailAddress.objects.filter(user_id=person_id, email=address).exists())


def forget_past_changes(*, now: datetime) -> int:
    """Delete the changes that nothing brings back, with the addresses that they hold; return how many."""
    return delete_in_parts(AddressChange.objects.past(now))


def _take_for_sign_in(person_id: UUID, address: str) -> None:
    """Let one address alone, which was read, sign a person in."""
    EmailAddress.objects.filter(user_id=person_id).delete()
    # An address that a sign-up left with somebody, or a provider vouched for, and that was never theirs alone.
    EmailAddress.objects.filter(email=address, verified=False).delete()
    EmailAddress.objects.create(user_id=person_id, email=address, primary=True, verified=True)


def _digest(change: AddressChange, code: str) -> str:
    """Return a keyed digest: eight figures alone would be found again by trying them all."""
    figures = "".join(character for character in code if character.isdigit())
    return salted_hmac(f"entraide.accounts.address:{change.pk}", figures, algorithm="sha256").hexdigest()


def _write(change: AddressChange, verb: str, deed: Deed) -> None:
    journal.record(
        actor=deed.actor,
        role=deed.role,
        verb=verb,
        thing_kind="person",
        thing_id=change.person_id,
        now=deed.now,
        detail={"change": str(change.pk)},
    )
