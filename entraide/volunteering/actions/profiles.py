"""A person's profile in the reserve: opened at sign-up, completed and changed by the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from entraide.accounts.api import Acting
from entraide.journal.api import record
from entraide.territories.api import communes_of_postcode
from entraide.volunteering.models import Volunteer
from entraide.volunteering.permissions import as_volunteer, signed_in
from entraide.volunteering.rules.words import ReserveState


@dataclass(frozen=True, slots=True)
class NewProfile:
    """What is known of a volunteer at sign-up. `arrived`: the person has signed in, which proves who asks."""

    birth_date: date | None
    postcode: str
    domains: Sequence[str] = ()
    languages: Sequence[str] = ()
    availability: Sequence[str] = ()
    arrived: bool = True


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a volunteer may change about themselves."""

    postcode: str
    domains: Sequence[str]
    languages: Sequence[str]
    availability: Sequence[str]
    declared: Sequence[str]
    radius_km: int
    paused: bool


@transaction.atomic
def open_profile(*, person_id: UUID, profile: NewProfile, now: datetime) -> Volunteer:
    """Open a person's profile, or return the one there is: what it says already is never overwritten by a sign-up."""
    nearest = communes_of_postcode(profile.postcode)
    volunteer, is_new = Volunteer.objects.get_or_create(
        person_id=person_id,
        defaults={
            "birth_date": profile.birth_date,
            "postcode": profile.postcode,
            "commune_id": nearest[0].code if nearest else None,
            "domains": list(profile.domains),
            "languages": list(profile.languages),
            "availability": list(profile.availability),
            "reserve_state": (
                ReserveState.AVAILABLE if profile.birth_date and profile.arrived else ReserveState.PREREGISTERED
            ).value,
        },
    )
    if is_new:
        _journal(person_id, volunteer, "volunteer.registered", now)
    elif volunteer.birth_date is None and profile.birth_date is not None:
        Volunteer.objects.filter(pk=volunteer.pk).update(
            birth_date=profile.birth_date, reserve_state=ReserveState.AVAILABLE.value
        )
        volunteer.refresh_from_db()
    return volunteer


@transaction.atomic
def change_profile(*, acting: Acting, wishes: Wishes, now: datetime) -> None:
    """Write what a volunteer says about themselves. Raises NotAllowed or Volunteer.DoesNotExist."""
    person_id = signed_in(acting)
    volunteer = Volunteer.objects.select_for_update(no_key=True).get(person_id=person_id)
    nearest = communes_of_postcode(wishes.postcode)
    state = volunteer.reserve_state
    if state in (ReserveState.PREREGISTERED, ReserveState.AVAILABLE, ReserveState.PAUSED):
        state = (ReserveState.PAUSED if wishes.paused else ReserveState.AVAILABLE).value
    Volunteer.objects.filter(pk=volunteer.pk).update(
        postcode=wishes.postcode,
        commune_id=nearest[0].code if nearest else None,
        domains=list(wishes.domains),
        languages=list(wishes.languages),
        availability=list(wishes.availability),
        declared=list(wishes.declared),
        radius_km=wishes.radius_km,
        reserve_state=state,
    )
    _journal(person_id, volunteer, "volunteer.changed", now)


def count_in_the_arrived(*, now: datetime) -> int:
    """Make available whoever signed up and has signed in since; return how many. Until then nobody counts on them."""
    waiting = Volunteer.objects.filter(reserve_state=ReserveState.PREREGISTERED.value, birth_date__lte=now.date())
    return waiting.filter(person__last_seen_at__isnull=False).update(reserve_state=ReserveState.AVAILABLE.value)


@transaction.atomic
def renew_calendar(*, acting: Acting, now: datetime) -> UUID:
    """Give the person's calendar a new secret address; the former one shows nothing from now on."""
    person_id = signed_in(acting)
    volunteer = Volunteer.objects.get(person_id=person_id)
    token = uuid4()
    Volunteer.objects.filter(pk=volunteer.pk).update(calendar_token=token)
    _journal(person_id, volunteer, "calendar.renewed", now)
    return token


def _journal(person_id: UUID, volunteer: Volunteer, verb: str, now: datetime) -> None:
    by = as_volunteer(person_id)
    record(
        actor=by.person_id, role=by.role, verb=verb, thing_kind="volunteer", thing_id=volunteer.pk, detail={}, now=now
    )
