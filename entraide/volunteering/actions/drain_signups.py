"""Turning acknowledged sign-ups into people: each once, whatever is interrupted, none blocking another.

A batch is settled in a few statements for all of it. When one of it cannot be settled, the batch is undone and halved
until that one stands alone; it is put among the settlements as rejected, with its reason and its payload.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Count

from entraide.accounts import api as accounts
from entraide.foundation.tidying import delete_in_parts
from entraide.volunteering.actions.profiles import NewProfile, open_profiles
from entraide.volunteering.models import Settlement, SignUp
from entraide.volunteering.rules.signup import CheckedSignUp
from entraide.volunteering.rules.words import SettledState
from entraide.volunteering.signup_notices import Answer, queue_answers

BATCH = 500
# Somebody may type another's address again and again: the owner gets no more mail than this for it.
KNOWN_MAILS_A_DAY = 3
# Longer than the intake recognises a receipt (two periods of 30 days): none that is gone is called waiting.
KEPT = timedelta(days=65)
SETTLE_SQL = """
INSERT INTO volunteering_settlement (receipt, state, person_id, received_at, settled_at)
SELECT receipt, 'done', person_id, received_at, %s
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[]) AS t (receipt, person_id, received_at)
ON CONFLICT (receipt) DO NOTHING
"""
logger = logging.getLogger(__name__)


class _Overtaken(Exception):
    """Another drain has settled one of the receipts meanwhile: it had the other row of a caller's retry."""


def drain_signups(*, now: datetime, limit: int = BATCH) -> int:
    """Settle the oldest sign-ups that wait and that no other drain holds, in one transaction; return how many.

    Killed at any point, it leaves them as they were for the next drain.
    """
    while True:
        try:
            return _drain_once(now, limit)
        except _Overtaken:
            # All of it is undone. By now the other one's settlement is seen before anything is made.
            continue


def _drain_once(now: datetime, limit: int) -> int:
    with transaction.atomic():
        rows = list(SignUp.objects.select_for_update(skip_locked=True).order_by("pk")[:limit])
        _settle(rows, now)
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
    return delete_in_parts(Settlement.objects.filter(state=SettledState.DONE, settled_at__lt=now - KEPT))


def _settle(rows: Sequence[SignUp], now: datetime) -> None:
    """Settle some sign-ups within a savepoint; when that fails for one of them, halve until it stands alone."""
    if not rows:
        return
    try:
        with transaction.atomic():
            _settle_together(rows, now)
    except (OperationalError, InterfaceError, _Overtaken):
        # Not a sign-up is in trouble, but the database or the whole batch: it is undone and drained again.
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one must not block the others.
        if len(rows) == 1:
            _reject(rows[0], error, now)
            return
        middle = len(rows) // 2
        _settle(rows[:middle], now)
        _settle(rows[middle:], now)


def _settle_together(rows: Sequence[SignUp], now: datetime) -> None:
    """Make people of sign-ups, as volunteers if new, and queue the mail that fits each.

    Nothing of somebody known is changed: whoever types an address has not shown that it is theirs.
    """
    wanted = [(row, _read(row)) for row in _unsettled(rows)]
    first: dict[str, CheckedSignUp] = {}
    for _, signup in wanted:
        first.setdefault(signup.email, signup)
    people = accounts.create_people(
        profiles={email: _contact_of(signup) for email, signup in first.items()},
        deed=accounts.Deed(actor=None, role="", now=now),
    )
    profiles = {people[email].person.pk: _profile_of(signup) for email, signup in first.items() if people[email].is_new}
    open_profiles(profiles=profiles, now=now)
    queue_answers(_answers([(signup, people[signup.email]) for _, signup in wanted], now))
    _write_settlements([(row, people[signup.email].person.pk) for row, signup in wanted], now)


def _unsettled(rows: Sequence[SignUp]) -> list[SignUp]:
    """Return the first row of each receipt that is not settled yet: another one is a retry of the caller's."""
    by_receipt: dict[UUID, SignUp] = {}
    for row in rows:
        by_receipt.setdefault(row.receipt, row)
    settled = set(Settlement.objects.filter(pk__in=list(by_receipt)).values_list("pk", flat=True))
    return [row for receipt, row in by_receipt.items() if receipt not in settled]


def _write_settlements(made: Iterable[tuple[SignUp, UUID]], now: datetime) -> None:
    """Write who came of each receipt, once and in one go: what is written twice is in every index twice.

    Every drain does so in the order of receipts, after it has made people in the order of their addresses, so that two
    never wait for each other. Raises _Overtaken.
    """
    ordered = sorted(made, key=lambda each: each[0].receipt)
    receipts = [row.receipt for row, _ in ordered]
    people = [person_id for _, person_id in ordered]
    with connection.cursor() as cursor:
        cursor.execute(SETTLE_SQL, [now, receipts, people, [row.received_at for row, _ in ordered]])
        if cursor.rowcount < len(ordered):
            raise _Overtaken


def _read(row: SignUp) -> CheckedSignUp:
    """Return the sign-up of a row. Raises msgspec.ValidationError or BadAddress."""
    signup = msgspec.convert(row.payload, CheckedSignUp)
    accounts.normal_address(signup.email)
    return signup


def _reject(row: SignUp, error: Exception, now: datetime) -> None:
    # The message may hold personal data; its kind says enough to find the cause.
    reason = type(error).__name__
    logger.error("a sign-up is rejected: %s", reason, extra={"signup": row.pk})
    rejected = {"state": SettledState.REJECTED, "reason": reason, "payload": row.payload}
    settlement = Settlement(receipt=row.receipt, received_at=row.received_at, settled_at=now, **rejected)
    # Another drain may have rejected the other row of a caller's retry meanwhile.
    Settlement.objects.bulk_create([settlement], ignore_conflicts=True)


def _answers(signups: Sequence[tuple[CheckedSignUp, accounts.Made]], now: datetime) -> Iterable[Answer]:
    """Return the mails to queue: a welcome to who is new, another one to who is known and has not had many today."""
    heard = _heard_today({made.person.pk for _, made in signups if not made.is_new}, now)
    for signup, made in signups:
        person = made.person
        is_welcome = made.is_new and not heard[person.pk]
        if is_welcome or (person.is_active and heard[person.pk] < KNOWN_MAILS_A_DAY):
            yield Answer(person.pk, signup.slot_id, signup.mission_id, is_known=not is_welcome)
        heard[person.pk] += 1


def _heard_today(person_ids: Iterable[UUID], now: datetime) -> Counter[UUID]:
    recent = Settlement.objects.filter(person_id__in=list(person_ids), settled_at__gt=now - timedelta(days=1))
    return Counter(dict(recent.values_list("person_id").annotate(times=Count("pk")).order_by()))


def _contact_of(signup: CheckedSignUp) -> accounts.Profile:
    return accounts.Profile(
        first_name=signup.first_name, last_name=signup.last_name, phone=signup.phone, locale=signup.locale
    )


def _profile_of(signup: CheckedSignUp) -> NewProfile:
    return NewProfile(
        birth_date=signup.birth_date,
        postcode=signup.postcode,
        domains=signup.domains,
        languages=signup.languages,
        availability=signup.availability,
        arrived=False,
    )
