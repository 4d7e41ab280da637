"""A receipts file proves that what was acknowledged is there, and every kind of loss shows."""

import json
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from django.core.management import CommandError, call_command

from entraide.accounts.models import Person
from entraide.volunteering.actions.drain_signups import drain_signups
from entraide.volunteering.models import Settlement, SignUp
from entraide.volunteering.queries.reconciling import FORMAT, NotReceipts, Verdict, reconcile
from entraide.volunteering.rules.signup import CheckedSignUp

pytestmark = pytest.mark.django_db
ARRIVED = datetime(2026, 4, 1, 8, tzinfo=UTC)


def taken(email: str) -> UUID:
    """Put a sign-up into the inbox as the intake does; return its receipt."""
    checked = CheckedSignUp(
        email=email, first_name="Ada", last_name="Byron", birth_date=date(1990, 12, 10), postcode="67000", locale="fr",
        phone="", slot_id=None, mission_id=None, domains=(), availability=(), languages=(),
    )  # fmt: skip
    receipt = uuid4()
    SignUp.objects.create(receipt=receipt, received_at=ARRIVED, payload=msgspec.to_builtins(checked))
    return receipt


def told(email: str, receipt: UUID | None = None, status: int = 202) -> dict[str, Any]:
    """Return a line of a receipts file."""
    line = {"at": 1.0, "seconds": 0.1, "status": status, "key": f"key of {email}", "email": email}
    return line | ({"receipt": str(receipt)} if receipt else {})


def file_of(*lines: dict[str, Any]) -> bytes:
    head = {"format": FORMAT, "target": "http://127.0.0.1/", "started_at": 1.0, "connections": 1, "rate": None}
    return b"".join(json.dumps(line).encode() + b"\n" for line in (head, *lines))


def verdicts_of(*lines: dict[str, Any]) -> dict[str, int]:
    return dict(reconcile(BytesIO(file_of(*lines))).verdicts)


def test_what_became_one_person_each_is_proven(
    now: datetime, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [told(f"p{number}@example.org", taken(f"p{number}@example.org")) for number in range(5)]
    again = told("p0@example.org", UUID(lines[0]["receipt"]))
    refused, cut = told("r@example.org", status=429), told("c@example.org", status=0)
    drain_signups(now=now)
    file = tmp_path / "receipts.jsonl"
    file.write_bytes(file_of(*lines, again, refused, cut))

    call_command("reconcile-signups", str(file), "--json")

    found = json.loads(capsys.readouterr().out)
    assert found["proven"] is True
    assert found["verdicts"] == {Verdict.ONE_PERSON: 5}
    assert (found["retried"], found["refused"], found["unanswered"]) == (1, 1, 1)


def test_the_same_address_twice_is_one_person_both_times(now: datetime) -> None:
    lines = [told("ada@example.org", taken("ada@example.org")) for _ in range(2)]
    drain_signups(now=now)
    assert verdicts_of(*lines) == {Verdict.ONE_PERSON: 2}
    assert Person.objects.count() == 1


def test_what_still_waits_is_not_proven() -> None:
    assert verdicts_of(told("a@example.org", taken("a@example.org"))) == {Verdict.WAITING: 1}


def test_a_row_that_vanished_is_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    receipt = taken("a@example.org")
    SignUp.objects.all().delete()
    file = tmp_path / "receipts.jsonl"
    file.write_bytes(file_of(told("a@example.org", receipt)))
    with pytest.raises(CommandError) as refused:
        call_command("reconcile-signups", str(file))
    assert refused.value.returncode == 1
    assert "1 acknowledged: lost (key of a@example.org)" in capsys.readouterr().out


def test_a_receipt_nobody_gave_is_lost() -> None:
    assert verdicts_of(told("a@example.org", uuid4())) == {Verdict.LOST: 1}


def test_a_person_that_vanished_or_is_another_shows(now: datetime) -> None:
    gone, other = told("a@example.org", taken("a@example.org")), told("b@example.org", taken("b@example.org"))
    drain_signups(now=now)
    Settlement.objects.filter(receipt=gone["receipt"]).update(person=None)
    Settlement.objects.filter(receipt=other["receipt"]).update(person=Person.objects.get(email="a@example.org"))
    assert verdicts_of(gone, other) == {Verdict.SOMEBODY_ELSE: 2}


def test_one_receipt_for_two_people_is_no_retry(now: datetime) -> None:
    receipt = taken("a@example.org")
    drain_signups(now=now)
    lines = [told("a@example.org", receipt), told("b@example.org", receipt), told("A@example.org", receipt)]
    assert verdicts_of(*lines) == {Verdict.ONE_PERSON: 1, Verdict.SOMEBODY_ELSE: 1}


def test_an_acknowledgement_without_a_receipt_and_a_rejection_show(now: datetime) -> None:
    receipt = uuid4()
    SignUp.objects.create(receipt=receipt, received_at=ARRIVED, payload={})
    drain_signups(now=now)
    found = verdicts_of(told("a@example.org", receipt), told("b@example.org"))
    assert found == {Verdict.REJECTED: 1, Verdict.UNNAMED: 1}


@pytest.mark.parametrize(
    ("content", "told_so"),
    [
        (b"", "line 1"),
        (b"{}\n", "line 1"),
        (b'{"format": "other/1"}\n', "the format is other/1"),
        (file_of() + b'{"status": 202, "key": "k", "em', "line 2"),
        (file_of() + b'{"status": 202, "key": "k", "email": "a@example.org", "receipt": "nonsense"}\n', "line 2"),
    ],
)
def test_a_file_that_is_none_of_receipts_or_is_cut_is_refused(content: bytes, told_so: str) -> None:
    with pytest.raises(NotReceipts, match=told_so):
        reconcile(BytesIO(content))
