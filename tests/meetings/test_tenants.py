"""Whose rooms go to a pool of their own: set by an operator, asked when a room is opened."""

from io import StringIO
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from entraide.accounts.models import Person
from entraide.meetings.actions.opening import RoomWish, open_for
from entraide.meetings.models import Room, Tenant
from tests.meetings.situations import host_person
from tests.volunteering.desk_situations import desk, signed_in

pytestmark = pytest.mark.django_db


def tenants(*words: str) -> str:
    told = StringIO()
    call_command("meeting_tenant", *words, stdout=told)
    return told.getvalue()


def pool_of(host: Person | None) -> tuple[str, str]:
    room: Room = open_for(host_id=host.pk if host else None, wish=RoomWish())
    return room.pool.key, room.tenant.key if room.tenant else ""


def teacher(domain: str, *, verified: bool = True) -> Person:
    person = Person.objects.create(email=f"{uuid4().hex[:8]}@{domain}")
    EmailAddress.objects.create(user=person, email=person.email, verified=verified, primary=True)
    return person


def test_teachers_rooms_go_to_the_pool_of_schools_and_all_others_to_everybodys() -> None:
    tenants("add", "schools", "--pool", "education")
    tenants("allow", "schools", "--domain", "ac-paris.example")
    assert pool_of(teacher("ac-paris.example")) == ("education", "schools")
    assert pool_of(teacher("ac-paris.example", verified=False)) == ("public", "")
    assert pool_of(teacher("home.example")) == ("public", "")
    assert pool_of(host_person()) == ("public", "")
    assert pool_of(None) == ("public", "")


def test_the_people_of_an_organisation_are_taken_too_until_the_rule_is_withdrawn() -> None:
    organisation = desk().organisation
    signed_in("member", organisation.pk)
    member = Person.objects.get(email__startswith="member")
    tenants("add", "education")
    tenants("allow", "education", "--organisation", str(organisation.pk))
    tenants("allow", "education", "--organisation", str(organisation.pk))
    assert pool_of(member) == ("education", "education")
    tenants("withdraw", "education", "--organisation", str(organisation.pk))
    assert pool_of(member) == ("public", "")
    with pytest.raises(CommandError):
        tenants("withdraw", "education", "--organisation", str(organisation.pk))


def test_a_tenant_with_all_its_rooms_open_sends_the_next_to_everybodys_pool() -> None:
    tenants("add", "education", "--most-rooms", "1")
    tenants("allow", "education", "--domain", "*.ac-paris.example")
    person = teacher("x.ac-paris.example")
    assert [pool_of(person)[0], pool_of(person)[0]] == ["education", "public"]


def test_an_operator_reads_what_is_set_and_what_cannot_be() -> None:
    tenants("add", "schools", "--pool", "education")
    tenants("add", "town")
    tenants("allow", "schools", "--domain", "@AC-Paris.example")
    told = tenants("list")
    assert "schools" in told and "education" in told and "    ac-paris.example" in told
    secret = Tenant.objects.get(key="schools").secret
    tenants("add", "schools", "--most-rooms", "5")
    changed = Tenant.objects.get(key="schools")
    assert (changed.secret == secret, changed.most_rooms) == (True, 5)
    for words in (
        ("allow", "town", "--domain", "ac-paris.example"),
        ("allow", "nobody", "--domain", "ac-paris.example"),
        ("allow", "town", "--domain", "no domain"),
        ("allow", "town", "--organisation", str(uuid4())),
    ):
        with pytest.raises(CommandError):
            tenants(*words)
