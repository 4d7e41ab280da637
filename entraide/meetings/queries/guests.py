"""Who stands behind the addresses that a host typed, and who belongs to an organisation: people to be invited."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from entraide.accounts import api as accounts
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules.guests import Guest
from entraide.meetings.rules.roles import Role


def guests_typed(names: Mapping[str, str], *, role: Role, language: str) -> list[Guest]:
    """Return guests by the addresses that a host typed, with the names beside them. One query.

    Who has an account is written to in their own language; nobody is told whether an address has one.
    """
    people = {person.email: person for person in accounts.Person.objects.filter(email__in=names, is_active=True)}
    return [
        Guest(
            email=email,
            name=name,
            role=role,
            language=people[email].locale if email in people else language,
            person_id=people[email].pk if email in people else None,
        )
        for email, name in names.items()
    ]


def guests_of(people: Iterable[accounts.Person], *, but: UUID) -> list[Guest]:
    """Return people of the host's own as guests, each once, the host aside."""
    once = {person.pk: person for person in people if person.pk != but and person.is_active}
    return [
        Guest(
            email=person.email,
            name=person.get_full_name(),
            language=person.locale,
            person_id=person.pk,
            is_typed=False,
        )
        for person in once.values()
    ]


def members_to_invite(*, organisation_id: UUID, but: UUID) -> list[Guest]:
    """Return the people of an organisation as guests, the host aside. One query."""
    grants = accounts.members(organisation_id=organisation_id, now=database_now())
    return guests_of((grant.person for grant in grants), but=but)
