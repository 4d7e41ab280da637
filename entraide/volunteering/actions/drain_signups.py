"""Turning acknowledged sign-ups into people: each once, whatever is interrupted, none blocking another."""

import logging
from datetime import datetime, timedelta

import msgspec
from django.db import InterfaceError, OperationalError, transaction

from entraide.accounts import api as accounts
from entraide.volunteering.actions.profiles import NewProfile, open_profile
from entraide.volunteering.models import Settlement, SignUp
from entraide.volunteering.rules.signup import CheckedSignUp
from entraide.volunteering.rules.words import SettledState
from entraide.volunteering.signup_notices import queue_known, queue_welcome

BATCH = 100
# Somebody may type another's address again and again: the owner gets no more mail than this for it.
KNOWN_MAILS_A_DAY = 3
# Longer than the intake recognises a receipt (two periods of 30 days): none that is gone is called waiting.
KEPT = timedelta(days=65)
logger = logging.getLogger(__name__)


def drain_signups(*, now: datetime, limit: int = BATCH) -> int:
    """Settle the oldest sign-ups that wait and that no other drain holds, in one transaction; return how many.

    Killed at any point, it leaves them as they were for the next drain. One that cannot be settled is put among
    the settlements as rejected, with its reason and its payload.
    """
    with transaction.atomic():
        rows = list(SignUp.objects.select_for_update(skip_locked=True).order_by("pk")[:limit])
        # All drains go by the addresses' order: with two of them in other orders, each could wait for the other.
        for row in sorted(rows, key=_address):
            _settle(row, now)
        SignUp.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def take_up_rejected(*, reason: str) -> int:
    """Let the drain try again the sign-ups that were rejected for a reason since mended; return how many."""
    with transaction.atomic():
        rejected = Settlement.objects.select_for_update().filter(state=SettledState.REJECTED, reason=reason)
        again = [SignUp(receipt=row.pk, received_at=row.received_at, payload=row.payload) for row in rejected]
        Settlement.objects.filter(pk__in=[row.receipt for row in again]).delete()
        SignUp.objects.bulk_create(again)
    return len(again)


def forget_settled(*, now: datetime) -> int:
    """Delete what became people so long ago that nobody asks for the receipt; return how many. The rejected stay."""
    deleted, _ = Settlement.objects.filter(state=SettledState.DONE, settled_at__lt=now - KEPT).delete()
    return deleted


def _address(row: SignUp) -> str:
    return str(row.payload.get("email", "")) if isinstance(row.payload, dict) else ""


def _settle(row: SignUp, now: datetime) -> None:
    """Settle one sign-up within a savepoint: what goes wrong with it is undone and named, and the others go on.

    A receipt that is settled already is a retry of the caller's: nothing is left to do.
    """
    settled_as = {"state": SettledState.DONE, "received_at": row.received_at, "settled_at": now}
    settlement, is_first = Settlement.objects.get_or_create(receipt=row.receipt, defaults=settled_as)
    if not is_first:
        return
    try:
        with transaction.atomic():
            signup = msgspec.convert(row.payload, CheckedSignUp)
            person = _person_of(signup, now)
    except (OperationalError, InterfaceError):
        # The database is in trouble, not this sign-up: the whole batch is undone and drained again later.
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one must not block the others.
        # The message may hold personal data; its kind says enough to find the cause.
        reason = type(error).__name__
        logger.error("a sign-up is rejected: %s", reason, extra={"signup": row.pk})
        settlement.state, settlement.reason, settlement.payload = SettledState.REJECTED, reason, row.payload
    else:
        settlement.person = person
    settlement.save()


def _person_of(signup: CheckedSignUp, now: datetime) -> accounts.Person:
    """Return the person of a sign-up, made as a volunteer if new, and queue the mail that fits.

    Nothing of somebody known is changed: whoever types an address has not shown that it is theirs.
    """
    person, is_new = accounts.create_person(
        email=signup.email,
        profile=accounts.Profile(
            first_name=signup.first_name, last_name=signup.last_name, phone=signup.phone, locale=signup.locale
        ),
        deed=accounts.Deed(actor=None, role="", now=now),
    )
    if is_new:
        open_profile(person_id=person.pk, profile=_profile_of(signup), now=now)
        queue_welcome(person=person, slot_id=signup.slot_id, mission_id=signup.mission_id)
    elif person.is_active and _may_mail_known(person, now):
        queue_known(person=person, slot_id=signup.slot_id, mission_id=signup.mission_id)
    return person


def _profile_of(signup: CheckedSignUp) -> NewProfile:
    return NewProfile(
        birth_date=signup.birth_date,
        postcode=signup.postcode,
        domains=signup.domains,
        languages=signup.languages,
        availability=signup.availability,
        arrived=False,
    )


def _may_mail_known(person: accounts.Person, now: datetime) -> bool:
    recent = Settlement.objects.filter(person=person, settled_at__gt=now - timedelta(days=1)).count()
    return recent < KNOWN_MAILS_A_DAY
