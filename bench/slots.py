"""Slots that are offered, people who may apply for them, and what each of them wants, for `bench.applying`."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice, repeat
from uuid import UUID, uuid4

from django.db import connection, transaction

from bench import missions
from entraide.accounts.models import ApiToken, Person
from entraide.accounts.rules import ApiScope
from entraide.foundation import clock
from entraide.foundation.rows import insert_rows
from entraide.foundation.secrets import digest_of, new_secret
from entraide.volunteering.actions.counters import recount_mission
from entraide.volunteering.models import Mission, Slot, Volunteer

MISSIONS = 200


class Offer:
    """Missions that anybody may join at once, and so many people with a token each."""

    def __init__(self, *, people: int) -> None:
        self._now = clock.now()
        self._days = 1
        missions.make(missions=MISSIONS, now=self._now)
        Slot.objects.all().delete()
        Mission.objects.update(admission="instant", requirements=[], age_min=18, publics=[])
        self._missions = list(Mission.objects.prefetch_related("places"))
        persons = [Person(email=f"applicant-{number}@example.org") for number in range(people)]
        self._secrets = [new_secret("api") for _ in persons]
        insert_rows(persons)
        insert_rows(
            Volunteer(person=person, birth_date="1990-05-17", postcode="67000", reserve_state="available")
            for person in persons
        )
        insert_rows(
            ApiToken(
                person=person, name="bench", digest=digest_of(secret), scopes=[ApiScope.PARTICIPATIONS_WRITE.value],
                expires_at=self._now + timedelta(days=90),
            )
            for person, secret in zip(persons, self._secrets, strict=True)
        )  # fmt: skip
        connection.close()

    def slots(self, *, count: int, capacity: int) -> list[UUID]:
        """Offer new slots on a day of their own, so that nobody is busy then, and return their ids."""
        self._days += 1
        starts_at = self._now + timedelta(days=self._days)
        made = [
            Slot(
                mission=mission, place=mission.places.all()[0], starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=3), capacity_max=capacity,
            )
            for mission in islice((each for every in repeat(self._missions) for each in every), count)
        ]  # fmt: skip
        with transaction.atomic():
            insert_rows(made)
            for pk in {slot.mission_id for slot in made}:
                recount_mission(pk)
        connection.close()
        return [slot.pk for slot in made]

    def wishes(self, slots: Sequence[UUID], *, twice_each: int) -> Iterator[dict[str, str]]:
        """Yield what each person asks for, in turn among the slots; one in `twice_each` asks twice at once."""
        for number, secret in enumerate(self._secrets):
            wish = {"token": secret, "slot": str(slots[number % len(slots)]), "key": str(uuid4())}
            yield from repeat(wish, 2 if number % twice_each == 0 else 1)
