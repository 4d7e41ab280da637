"""What the journal holds can be neither changed nor removed, whoever asks."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from entraide.foundation import logs
from entraide.journal import api as journal
from entraide.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(now: datetime) -> Entry:
    token = logs.request_id.set("request-0001")
    try:
        journal.record(actor=uuid4(), role="operator", verb="x.done", thing_kind="x", thing_id=uuid4(), now=now)
    finally:
        logs.request_id.reset(token)
    return Entry.objects.get()


def test_an_entry_carries_the_request_that_made_it(entry: Entry) -> None:
    assert entry.request_id == "request-0001"


def test_an_entry_cannot_be_changed(entry: Entry) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Entry.objects.update(verb="x.undone")
    entry.refresh_from_db()
    assert entry.verb == "x.done"


def test_an_entry_cannot_be_removed(entry: Entry) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        entry.delete()
    assert Entry.objects.count() == 1


def test_the_table_cannot_be_emptied(entry: Entry) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER never_emptied")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute("TRUNCATE journal_entry")
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER never_emptied")
    assert Entry.objects.count() == 1
