"""Many rows go in with one statement, as if each had been saved by itself."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from entraide.accounts.models import Person
from entraide.foundation.rows import insert_rows, update_rows
from entraide.journal.models import Entry
from entraide.volunteering.models import Volunteer

pytestmark = pytest.mark.django_db
ODD = 'it\'s "quoted", 100 % \\ {braces}, $1, é, 日本, 🧑‍🚒\n\ttab'


def people(*addresses: str) -> list[Person]:
    """Return people who are not saved yet."""
    return [Person(email=address, first_name=ODD) for address in addresses]


def test_what_is_read_is_what_was_written() -> None:
    (person,) = people("ada@example.org")
    profile = Volunteer(
        person=person, birth_date=date(1990, 12, 10), postcode="67000", domains=["health", ODD[:40]], languages=[]
    )
    entry = Entry(
        at=datetime(2026, 4, 1, 8, 30, 0, 123456, tzinfo=UTC), verb=ODD, detail={"list": [1, None, ODD], "yes": True}
    )
    for row in (person, profile, entry):
        insert_rows([row])
    for row in (person, profile):
        kept = type(row)._base_manager.get(pk=row.pk)
        given = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        left_to_the_database = {"created_at", "updated_at", "version", "is_active"}
        assert {name: getattr(kept, name) for name in given.keys() - left_to_the_database} == {
            name: value for name, value in given.items() if name not in left_to_the_database
        }
    kept_entry = Entry.objects.get(verb=ODD)
    assert (kept_entry.at, kept_entry.detail, kept_entry.actor) == (entry.at, entry.detail, None)


def test_the_database_fills_what_it_fills_for_one_row_too() -> None:
    insert_rows(people("ada@example.org"))
    kept = Person.objects.get(email="ada@example.org")
    assert (kept.version, kept.is_active) == (1, True)
    assert kept.created_at == kept.updated_at


def test_many_rows_are_one_statement() -> None:
    with CaptureQueriesContext(connection) as asked:
        insert_rows(people(*(f"person{number}@example.org" for number in range(700))))
    assert len(asked) == 1
    assert Person.objects.filter(email__startswith="person").count() == 700


def test_nothing_is_asked_for_no_rows() -> None:
    with CaptureQueriesContext(connection) as asked:
        insert_rows([])
    assert len(asked) == 0


def test_a_row_that_is_there_is_left_as_it_is_or_refuses_all() -> None:
    Person.objects.create(email="ada@example.org", first_name="Ada")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(people("ada@example.org", "grace@example.org"))
    assert not Person.objects.filter(email="grace@example.org").exists()
    insert_rows(people("ada@example.org", "grace@example.org"), ignore_conflicts=True)
    assert Person.objects.get(email="ada@example.org").first_name == "Ada"
    assert Person.objects.filter(email="grace@example.org").exists()


def test_what_the_table_cannot_hold_is_refused() -> None:
    with pytest.raises(DataError), transaction.atomic():
        insert_rows([Person(email="ada@example.org", first_name="a\0b")])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows([Person(email="ada@example.org", state="unheard of")])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows([Volunteer(person_id=uuid4())])
        connection.check_constraints()


def test_rows_that_are_there_are_changed_by_one_statement_and_no_others() -> None:
    insert_rows([*people("ada@example.org", "grace@example.org"), *people("joan@example.org")])
    ada, grace = (Person.objects.get(email=f"{name}@example.org") for name in ("ada", "grace"))
    ada.first_name, grace.first_name, ada.last_name = ODD[::-1], "Grace", "not written"
    with CaptureQueriesContext(connection) as asked:
        update_rows([ada, grace, *people("nobody@example.org")], ["first_name"])
    assert len(asked) == 1
    kept = {row.email: (row.first_name, row.last_name, row.version) for row in Person.objects.all()}
    assert kept == {
        "ada@example.org": (ODD[::-1], "", 2),
        "grace@example.org": ("Grace", "", 2),
        "joan@example.org": (ODD, "", 1),
    }


def test_changes_keep_lists_documents_times_and_nothing() -> None:
    (person,) = people("ada@example.org")
    insert_rows([person])
    insert_rows([Volunteer(person=person, birth_date=date(1990, 12, 10), postcode="67000", domains=["health"])])
    profile = Volunteer.objects.get()
    profile.domains, profile.languages, profile.birth_date = [ODD[:40], "nature"], [], date(1991, 1, 1)
    update_rows([profile], ["domains", "languages", "birth_date", "person"])
    kept = Volunteer.objects.get()
    assert (kept.domains, kept.languages, kept.birth_date, kept.person_id) == (
        profile.domains, [], date(1991, 1, 1), person.pk,
    )  # fmt: skip


def test_a_change_that_the_table_cannot_hold_is_refused_and_none_is_written() -> None:
    insert_rows(people("ada@example.org", "grace@example.org"))
    ada, grace = Person.objects.order_by("email")
    ada.first_name, grace.state = "Ada", "unheard of"
    with pytest.raises(IntegrityError), transaction.atomic():
        update_rows([ada, grace], ["first_name", "state"])
    assert Person.objects.get(pk=ada.pk).first_name == ODD
    with CaptureQueriesContext(connection) as asked:
        update_rows([], ["first_name"])
    assert len(asked) == 0
