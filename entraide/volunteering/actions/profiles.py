"""A person's profile in the reserve: opened at sign-up, completed and changed by the person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Value, When

from entraide.accounts.api import Acting
from entraide.foundation.ids import new_secret
from entraide.foundation.rows import insert_rows
from entraide.journal import api as journal
from entraide.territories.api import communes_of_postcode
from entraide.volunteering.models import Volunteer
from entraide.volunteering.permissions import as_volunteer, signed_in
from entraide.volunteering.rules.reserve import Told, may_pause, state_after_pause, state_for
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
    """What a volunteer tells of themselves, all of it or some: None leaves what stands there.

    `commune_code` names one of the communes of `postcode`; without it, or with another, the most populous counts.
    """

    birth_date: date | None = None
    postcode: str | None = None
    commune_code: str = ""
    radius_km: int | None = None
    domains: Sequence[str] | None = None
    activities: Sequence[str] | None = None
    availability: Sequence[str] | None = None
    languages: Sequence[str] | None = None

    @property
    def values(self) -> dict[str, object]:
        """Return the columns to write, the commune apart."""
        told: dict[str, object] = {}
        for name in ("birth_date", "postcode", "radius_km", "domains", "activities", "availability", "languages"):
            value = getattr(self, name)
            if value is not None:
                told[name] = list(value) if isinstance(value, list | tuple) else value
        return told


class NothingToPause(Exception):
    """The volunteer stands where a pause means nothing, or is paused already."""


@transaction.atomic
def open_profile(*, person_id: UUID, profile: NewProfile, now: datetime) -> Volunteer:
    """Open a person's profile, or return the one there is: what it says already is never overwritten by a sign-up."""
    opened = open_profiles(profiles={person_id: profile}, now=now)
    volunteer = Volunteer.objects.get(person_id=person_id)
    if not opened and volunteer.birth_date is None and profile.birth_date is not None:
        _write(volunteer, {"birth_date": profile.birth_date})
    return volunteer


@transaction.atomic
def open_profiles(*, profiles: Mapping[UUID, NewProfile], now: datetime) -> int:
    """Open the profiles of people who have none, in a few statements; return how many those are."""
    communes: dict[str, str | None] = {}
    for profile in profiles.values():
        if profile.postcode not in communes:
            communes[profile.postcode] = _commune_of(profile.postcode, "")
    rows = [_new_row(person_id, profile, communes[profile.postcode]) for person_id, profile in profiles.items()]
    insert_rows(rows, ignore_conflicts=True)
    opened = Volunteer.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "person_id")
    journal.record_all(
        [
            journal.Deed(
                actor=person_id,
                role=as_volunteer(person_id).role,
                verb="volunteer.registered",
                thing_kind="volunteer",
                thing_id=volunteer_id,
            )
            for volunteer_id, person_id in opened
        ],
        now=now,
    )
    return len(opened)


def _new_row(person_id: UUID, profile: NewProfile, commune: str | None) -> Volunteer:
    told = Told(
        arrived=profile.arrived,
        has_birth_date=profile.birth_date is not None,
        has_postcode=bool(profile.postcode),
        has_availability=bool(profile.availability),
    )
    return Volunteer(
        person_id=person_id,
        birth_date=profile.birth_date,
        postcode=profile.postcode,
        commune_id=commune,
        domains=list(profile.domains),
        languages=list(profile.languages),
        availability=list(profile.availability),
        reserve_state=state_for(ReserveState.PREREGISTERED, told).value,
    )


@transaction.atomic
def change_profile(*, acting: Acting, wishes: Wishes, now: datetime) -> Volunteer:
    """Write what a volunteer tells of themselves. Raises NotAllowed or Volunteer.DoesNotExist."""
    person_id = signed_in(acting)
    volunteer = _locked(person_id)
    values = wishes.values
    if wishes.postcode is not None:
        values["commune_id"] = _commune_of(wishes.postcode, wishes.commune_code)
    _write(volunteer, values)
    _journal(person_id, volunteer, "volunteer.changed", now)
    return volunteer


@transaction.atomic
def pause_volunteer(*, acting: Acting, now: datetime) -> None:
    """Let nobody call a volunteer until they say so. Places that they have stay.

    Raises NotAllowed, Volunteer.DoesNotExist or NothingToPause.
    """
    person_id = signed_in(acting)
    volunteer = _locked(person_id)
    if not may_pause(ReserveState(volunteer.reserve_state)):
        raise NothingToPause
    Volunteer.objects.filter(pk=volunteer.pk).update(reserve_state=ReserveState.PAUSED.value)
    _journal(person_id, volunteer, "volunteer.paused", now)


@transaction.atomic
def resume_volunteer(*, acting: Acting, now: datetime) -> None:
    """End a volunteer's pause. Raises NotAllowed, Volunteer.DoesNotExist or NothingToPause."""
    person_id = signed_in(acting)
    volunteer = _locked(person_id)
    if volunteer.reserve_state != ReserveState.PAUSED:
        raise NothingToPause
    state = state_after_pause(_told(volunteer))
    Volunteer.objects.filter(pk=volunteer.pk).update(reserve_state=state.value)
    _journal(person_id, volunteer, "volunteer.resumed", now)


def count_in_the_arrived(*, now: datetime) -> int:
    """Count on whoever signed up and has signed in since; return how many. Until then nobody counts on them.

    The same as `reserve.state_for`, for many at once.
    """
    waiting = Volunteer.objects.filter(reserve_state=ReserveState.PREREGISTERED.value, birth_date__lte=now.date())
    arrived = waiting.filter(person__last_seen_at__isnull=False).exclude(postcode="")
    state = Case(
        When(availability__len__gt=0, then=Value(ReserveState.AVAILABLE.value)),
        default=Value(ReserveState.REGISTERED.value),
    )
    return arrived.update(reserve_state=state)


@transaction.atomic
def renew_calendar(*, acting: Acting, now: datetime) -> UUID:
    """Give the person's calendar a new secret address; the former one shows nothing from now on."""
    person_id = signed_in(acting)
    volunteer = Volunteer.objects.get(person_id=person_id)
    token = new_secret()
    Volunteer.objects.filter(pk=volunteer.pk).update(calendar_token=token)
    _journal(person_id, volunteer, "calendar.renewed", now)
    return token


def _locked(person_id: UUID) -> Volunteer:
    return Volunteer.objects.select_for_update(no_key=True).get(person_id=person_id)


def _write(volunteer: Volunteer, values: Mapping[str, object]) -> None:
    """Write some columns of a profile whose owner is signed in, and where they stand now."""
    for name, value in values.items():
        setattr(volunteer, name, value)
    volunteer.reserve_state = state_for(ReserveState(volunteer.reserve_state), _told(volunteer)).value
    volunteer.save(update_fields=[*(name.removesuffix("_id") for name in values), "reserve_state"])


def _told(volunteer: Volunteer) -> Told:
    return Told(
        arrived=True,
        has_birth_date=volunteer.birth_date is not None,
        has_postcode=bool(volunteer.postcode),
        has_availability=bool(volunteer.availability),
    )


def _commune_of(postcode: str, wanted: str) -> str | None:
    """Return the code of the wanted commune of a postcode, else of its most populous one."""
    codes = [commune.code for commune in communes_of_postcode(postcode)]
    return wanted if wanted in codes else next(iter(codes), None)


def _journal(person_id: UUID, volunteer: Volunteer, verb: str, now: datetime) -> None:
    by = as_volunteer(person_id)
    journal.record(
        actor=by.person_id, role=by.role, verb=verb, thing_kind="volunteer", thing_id=volunteer.pk, detail={}, now=now
    )
