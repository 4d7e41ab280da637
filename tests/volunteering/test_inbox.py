"""The drain makes each acknowledged sign-up one person, tells them once, and lets nothing block the rest."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from entraide.accounts import api as accounts
from entraide.accounts.models import Person
from entraide.foundation.mail.sending import send_waiting
from entraide.volunteering.actions import drain_signups as drain_module
from entraide.volunteering.actions.drain_signups import KEPT, KNOWN_MAILS_A_DAY, drain_signups, forget_settled
from entraide.volunteering.actions.profiles import count_in_the_arrived
from entraide.volunteering.models import Settlement, SignUp, Volunteer
from entraide.volunteering.queries.inbox import inbox_state
from entraide.volunteering.rules.signup import CheckedSignUp
from entraide.volunteering.rules.words import ReserveState, SettledState
from tests.journeys.node import wait_for
from tests.letters import WaitingLetter, waiting_letters

pytestmark = pytest.mark.django_db

ARRIVED = datetime(2026, 4, 1, 8, tzinfo=UTC)

Arrive = Callable[..., SignUp]


@pytest.fixture(autouse=True)
def queue_emptied(request: pytest.FixtureRequest) -> None:
    """Begin with an empty queue: tests with real transactions leave their jobs behind."""
    request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM foundation_mail")


@pytest.fixture
def arrive() -> Arrive:
    """Put a sign-up into the inbox as the intake does."""

    def put(email: str = "ada@example.org", *, slot_id: UUID | None = None, **payload: Any) -> SignUp:
        checked = CheckedSignUp(
            email=email,
            first_name="Ada",
            last_name="Byron",
            birth_date=date(1990, 12, 10),
            postcode="67000",
            locale="en",
            phone="+33612345678",
            slot_id=slot_id,
            mission_id=None,
            domains=("health",),
            availability=("weekend",),
            languages=("fr",),
        )
        made = payload.get("payload", msgspec.to_builtins(checked))
        return SignUp.objects.create(receipt=payload.get("receipt", uuid4()), received_at=ARRIVED, payload=made)

    return put


def letters() -> list[WaitingLetter]:
    """Return the mails that wait to be sent."""
    return waiting_letters()


def test_a_sign_up_becomes_a_volunteer_who_is_welcomed(arrive: Arrive, now: datetime) -> None:
    slot_id = uuid4()
    row = arrive(slot_id=slot_id)

    assert drain_signups(now=now) == 1

    person = Person.objects.get()
    assert (person.email, person.first_name, person.phone, person.locale) == (
        "ada@example.org", "Ada", "+33612345678", "en",
    )  # fmt: skip
    volunteer = Volunteer.objects.get(person=person)
    assert (volunteer.birth_date, volunteer.postcode) == (date(1990, 12, 10), "67000")
    assert (volunteer.domains, volunteer.availability, volunteer.languages) == (["health"], ["weekend"], ["fr"])
    assert volunteer.reserve_state == ReserveState.PREREGISTERED
    settled = Settlement.objects.get(receipt=row.receipt)
    assert (settled.state, settled.person_id, settled.payload) == (SettledState.DONE, person.pk, {})
    assert (settled.received_at, settled.settled_at) == (ARRIVED, now)
    assert not SignUp.objects.exists()
    [letter] = letters()
    assert letter.to == "ada@example.org"
    assert letter.subject == "Welcome: one step to confirm your address"
    # The choice travels to the sign-in page and from there to the slot.
    assert f"/en/account/login/?next=%2Fen%2Fslots%2F{slot_id}%2Fjoin%2F" in letter.text
    assert f"/en/account/login/?next=%2Fen%2Fslots%2F{slot_id}%2Fjoin%2F" in letter.html


def test_the_same_address_twice_is_one_person_who_hears_two_things(arrive: Arrive, now: datetime) -> None:
    first = arrive()
    second = arrive()

    assert drain_signups(now=now) == 2

    person = Person.objects.get()
    assert Volunteer.objects.count() == 1
    assert [letter.subject for letter in letters()] == [
        "Welcome: one step to confirm your address",
        "You are already signed up",
    ]
    assert {Settlement.objects.get(receipt=row.receipt).person_id for row in (first, second)} == {person.pk}


def test_a_receipt_that_comes_again_is_settled_once(arrive: Arrive, now: datetime) -> None:
    receipt = uuid4()
    arrive(receipt=receipt)
    arrive(receipt=receipt)
    drain_signups(now=now)
    arrive(receipt=receipt)

    assert drain_signups(now=now) == 1

    assert Settlement.objects.count() == 1
    assert len(letters()) == 1


def test_a_stranger_changes_nothing_of_somebody_known(arrive: Arrive, now: datetime) -> None:
    known = Person.objects.create(email="ada@example.org", first_name="Augusta", phone="", locale="fr")

    arrive()
    drain_signups(now=now)

    known.refresh_from_db()
    assert (known.first_name, known.phone, known.locale) == ("Augusta", "", "fr")
    assert not Volunteer.objects.exists()
    [letter] = letters()
    # The mail greets the owner by their own name, in their own language.
    assert "Augusta" in letter.text
    assert "Byron" not in letter.text
    assert "/fr/account/login/" in letter.text


def test_nobody_can_be_flooded_by_typing_their_address(arrive: Arrive, now: datetime) -> None:
    for _ in range(20):
        arrive()
    drain_signups(now=now)
    assert len(letters()) == KNOWN_MAILS_A_DAY

    arrive()
    drain_signups(now=now + timedelta(days=1, minutes=1))
    assert len(letters()) == KNOWN_MAILS_A_DAY + 1


def test_a_suspended_person_gets_no_mail(arrive: Arrive, now: datetime) -> None:
    Person.objects.create(email="ada@example.org", state="suspended")

    arrive()
    drain_signups(now=now)

    assert letters() == []
    assert Settlement.objects.get().state == SettledState.DONE


@pytest.mark.parametrize(
    "payload",
    [{}, [], "text", {"email": "ada@example.org"}, {"email": 7}, {"birth_date": "yesterday"}],
    ids=["empty", "a list", "a text", "half", "wrong type", "no date"],
)
def test_a_leftover_that_cannot_be_read_is_rejected_alone(arrive: Arrive, now: datetime, payload: Any) -> None:
    before, bad, after = arrive("a@example.org"), arrive(payload=payload), arrive("z@example.org")

    assert drain_signups(now=now) == 3

    rejected = Settlement.objects.get(receipt=bad.receipt)
    assert (rejected.state, rejected.reason, rejected.payload) == (SettledState.REJECTED, "ValidationError", payload)
    others = Settlement.objects.filter(receipt__in=[before.receipt, after.receipt])
    assert [row.state for row in others] == [SettledState.DONE, SettledState.DONE]
    assert drain_signups(now=now) == 0


def test_a_fault_of_ours_rejects_one_and_a_retry_takes_it_up(
    arrive: Arrive, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    create_people = accounts.create_people

    def faulty(*, profiles: dict[str, accounts.Profile], deed: accounts.Deed) -> dict[str, accounts.Made]:
        if "b@example.org" in profiles:
            raise KeyError("b@example.org")
        return create_people(profiles=profiles, deed=deed)

    monkeypatch.setattr(accounts, "create_people", faulty)
    for email in ("a@example.org", "b@example.org", "c@example.org"):
        arrive(email)
    drain_signups(now=now)
    # Everything of the faulty one is undone; no log line holds its address.
    assert set(Person.objects.values_list("email", flat=True)) == {"a@example.org", "c@example.org"}
    assert "b@example.org" not in caplog.text
    assert inbox_state(now=now).rejected == {"KeyError": 1}

    monkeypatch.undo()
    call_command("retry-signups", "KeyError")
    drain_signups(now=now)

    assert Person.objects.count() == 3
    assert len(letters()) == 3
    assert inbox_state(now=now).rejected == {}


def test_trouble_of_the_database_rejects_nobody(arrive: Arrive, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(**chosen: Any) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(drain_module, "open_profiles", gone)
    arrive()
    with pytest.raises(OperationalError):
        drain_signups(now=now)

    assert SignUp.objects.count() == 1
    assert not Settlement.objects.exists()
    assert not Person.objects.exists()


def test_a_batch_is_bounded_and_the_oldest_go_first(arrive: Arrive, now: datetime) -> None:
    rows = [arrive(f"{letter}@example.org") for letter in "dcba"]

    assert drain_signups(now=now, limit=3) == 3

    assert list(SignUp.objects.all()) == [rows[-1]]


@pytest.mark.django_db(transaction=True)
def test_drains_at_the_same_time_make_each_person_once(arrive: Arrive, now: datetime, transactional_db: None) -> None:
    """Four drains over 120 sign-ups of 30 people: the same addresses fall into different batches."""
    for number in range(120):
        arrive(f"person{number % 30}@example.org")
    faults: list[Exception] = []

    def drain() -> None:
        try:
            while drain_signups(now=now, limit=7):
                pass
        except Exception as error:  # noqa: BLE001 - the thread hands over whatever went wrong.
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert Person.objects.count() == 30
    assert Volunteer.objects.count() == 30
    assert not SignUp.objects.exists()
    assert Settlement.objects.filter(state=SettledState.DONE).count() == 120
    assert sum(letter.subject.startswith("Welcome") for letter in letters()) == 30


@pytest.mark.django_db(transaction=True)
def test_a_retry_that_another_drain_settles_meanwhile_is_no_second_welcome(
    arrive: Arrive, now: datetime, transactional_db: None
) -> None:
    retried, alone = arrive(), arrive(email="grace@example.org")
    person = Person.objects.create(email="ada@example.org", first_name="Ada")
    drained: list[int] = []

    def drain() -> None:
        try:
            drained.append(drain_signups(now=now))
        finally:
            connection.close()

    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        # The other drain has the other row of the retry; it has welcomed this person, and has not ended yet.
        other.execute(
            "INSERT INTO volunteering_settlement (receipt, state, person_id, received_at, settled_at)"
            " VALUES (%s, 'done', %s, %s, %s)",
            [retried.receipt, person.pk, ARRIVED, now],
        )
        thread = threading.Thread(target=drain)
        thread.start()
        wait_for("the drain to wait for the other", lambda: _waits_for(other.info.backend_pid))
        other.commit()
    thread.join()

    assert drained == [2]
    assert [letter.to for letter in letters()] == ["grace@example.org"]
    assert {row.pk for row in Settlement.objects.all()} == {retried.receipt, alone.receipt}
    assert not SignUp.objects.exists()


def _waits_for(backend: int) -> bool:
    """Tell whether somebody waits for what a connection holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))", [backend])
        return bool(cursor.fetchone()[0])


def test_an_interrupted_drain_leaves_the_inbox_as_it_was(arrive: Arrive, now: datetime, transactional_db: None) -> None:
    class Killed(BaseException):
        """Stands for a process that ends between a batch and its commit."""

    arrive("a@example.org")
    arrive("b@example.org")
    with pytest.raises(Killed), transaction.atomic():
        assert drain_signups(now=now) == 2
        raise Killed

    assert SignUp.objects.count() == 2
    assert not Person.objects.exists()
    assert letters() == []
    assert drain_signups(now=now) == 2
    assert len(letters()) == 2


def test_whoever_left_before_their_turn_hears_nothing(arrive: Arrive, now: datetime) -> None:
    arrive("gone@example.org")
    arrive("here@example.org")
    drain_signups(now=now)
    gone = Person.objects.get(email="gone@example.org")
    accounts.erase_person(person_id=gone.pk, deed=accounts.Deed(actor=None, role="", now=now))

    send_waiting(now=now)

    assert [message.to for message in mail.outbox] == [["here@example.org"]]


@pytest.mark.parametrize("size", [1, 40])
def test_a_set_queues_its_mail_in_one_statement(arrive: Arrive, now: datetime, size: int) -> None:
    for number in range(size):
        arrive(f"person{number}@example.org")

    with CaptureQueriesContext(connection) as queries:
        drain_signups(now=now)

    assert sum("INSERT INTO foundation_mail" in query["sql"] for query in queries) == 1
    assert len(letters()) == size


def test_what_is_settled_is_forgotten_in_time_and_what_is_rejected_is_not(arrive: Arrive, now: datetime) -> None:
    arrive("a@example.org")
    arrive(payload={})
    drain_signups(now=now)

    assert forget_settled(now=now + KEPT) == 0
    assert forget_settled(now=now + KEPT + timedelta(seconds=1)) == 1
    assert [row.state for row in Settlement.objects.all()] == [SettledState.REJECTED]
    assert Person.objects.count() == 1


def test_the_inbox_tells_its_lag(arrive: Arrive, now: datetime) -> None:
    row = arrive()
    SignUp.objects.filter(pk=row.pk).update(received_at=now - timedelta(seconds=90))

    state = inbox_state(now=now)

    assert (state.waiting, state.oldest_seconds) == (1, 90)


def test_whoever_signs_in_counts_as_available(arrive: Arrive, now: datetime) -> None:
    arrive("here@example.org")
    arrive("away@example.org")
    drain_signups(now=now)
    Person.objects.filter(email="here@example.org").update(last_seen_at=now)

    assert count_in_the_arrived(now=now) == 1

    states = dict(Volunteer.objects.values_list("person__email", "reserve_state"))
    assert states == {"here@example.org": "available", "away@example.org": "preregistered"}


def test_counting_the_rejected_reads_none_of_the_settled(now: datetime) -> None:
    """The worker counts them after each batch, and a country's settled receipts are kept for two months."""
    with CaptureQueriesContext(connection) as asked:
        inbox_state(now=now)
    (counting,) = [each["sql"] for each in asked if "volunteering_settlement" in each["sql"]]
    with connection.cursor() as cursor:
        # A small table is read as a whole whatever its indexes: what matters is which one a large one would use.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {counting}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "settlement_rejected" in plan
