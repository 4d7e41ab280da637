"""Volunteers who apply for slots over HTTP without pause and give places back, and the proof that the books hold."""

import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import uuid4, uuid5

import httpx
import msgspec
import psycopg

from entraide.volunteering.endpoints.participations import KEYS
from tests.drills.node import ROOT, Node, until

TIMEOUT_SECONDS = 15.0
RETRY_SECONDS = 0.1
# One that came to nothing is sent again until it is answered.
UNANSWERED = (0, 503)
# Fewer places than people, and each place is given back before long: there is always one to be had, never for all.
GIVEN_BACK = 0.6
# Most come alone, some with another person, which takes a whole slot of the drill.
GROUPS = (1, 1, 1, 2)
PARTICIPATION = re.compile(r"/me/participations/([0-9a-f-]{36})/")
CANCELLED = "cancelled_by_volunteer"
# Jobs go when they are done. A mail that a killed worker was at waits a minute for another: it counts as queued.
WAITING_SQL = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'volunteering.send_notices'"


@dataclass
class Application:
    """One wish for places: its key, how many, and what its volunteer was told; no identifier when it was refused."""

    key: str
    seats: int = 1
    answered: bool = False
    id: str = ""
    cancelled: bool = False
    cancelling: bool = False


@dataclass
class Applicants:
    """So many people at once, each for one slot after the other. All that was asked and told is kept."""

    node: Node
    slots: list[str]
    tokens: list[str]
    told: list[Application] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._apply, args=each) for each in enumerate(self.tokens)]

    def __enter__(self) -> "Applicants":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def until_more(self, count: int) -> None:
        """Wait until this many more applications were acknowledged."""
        wanted = self._acknowledged() + count
        until(f"{count} more applications are acknowledged", lambda: self._acknowledged() >= wanted)

    def _acknowledged(self) -> int:
        return sum(bool(each.id) for each in self.told)

    def _apply(self, number: int, token: str) -> None:
        dice = random.Random(number)  # noqa: S311 (dice)
        headers = {"Authorization": f"Bearer {token}"}
        kept: list[Application] = []
        with httpx.Client(base_url=self.node.url, headers=headers, timeout=TIMEOUT_SECONDS, trust_env=False) as http:
            while not self._ended.is_set():
                kept += self._wish(http, dice.choice(self.slots), dice.choice(GROUPS))
                if kept and dice.random() < GIVEN_BACK:
                    self._give_back(http, kept.pop(0))

    def _wish(self, http: httpx.Client, slot: str, seats: int) -> list[Application]:
        """Ask for places; return the application when they were given."""
        wish = Application(key=uuid4().hex, seats=seats)
        self.told.append(wish)
        answer = self._insist(http, "participations", {"slot": slot, "seats": wish.seats}, wish.key)
        if answer is None:
            return []
        wish.answered = True
        if answer.status_code == 201:
            wish.id = answer.json()["id"]
            return [wish]
        assert answer.status_code == 409 and answer.json()["errors"], answer.text
        return []

    def _give_back(self, http: httpx.Client, wish: Application) -> None:
        wish.cancelling = True
        gone = self._insist(http, f"participations/{wish.id}/cancellation", {"reason": "not_available"}, wish.key)
        wish.cancelled = gone is not None
        assert gone is None or gone.status_code == 200, gone.text

    def _insist(self, http: httpx.Client, path: str, body: dict[str, Any], key: str) -> httpx.Response | None:
        """Send a request with the same key until it is answered, as a browser does; None when the drill ends first."""
        while not self._ended.is_set():
            try:
                answer = http.post(f"/api/v1/{path}", json=body, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                # No answer came: it may have been done or not.
                self.statuses[0] += 1
            else:
                self.statuses[answer.status_code] += 1
                if answer.status_code not in UNANSWERED:
                    return answer
            time.sleep(RETRY_SECONDS)
        return None


def applicants(node: Node, *, people: int) -> Applicants:
    """Return people with tokens for slots of few places, made in the tables of a running node."""
    made = _rows(node, "make", str(people))
    return Applicants(node=node, slots=made["slots"], tokens=made["tokens"])


def assert_books_are_right(node: Node, people: Applicants) -> None:
    """See that each acknowledged application is there once as it was told, and its message was queued once."""
    until("the portal is ready", node.is_ready)
    assert set(people.statuses) <= {200, 201, 409, *UNANSWERED}, people.statuses
    until("every message was queued", lambda: _waiting(node) == 0)
    found = _rows(node, "read")
    _assert_rows(people, found["rows"])
    # Each participation has one notice, of the kind that its admission asks for, and the worker has come to it.
    assert Counter(id for id, _, _ in found["notices"]) == Counter(list(found["rows"]))
    assert {(kind, done) for _, kind, done in found["notices"]} == {("confirmed", True), ("received", True)}
    _assert_mails({**_sent(node), **found["mails"]}, found["rows"])


def _assert_rows(people: Applicants, rows: dict[str, dict[str, Any]]) -> None:
    by_key = {row["key"]: id for id, row in rows.items()}
    assert len(by_key) == len(rows)
    wishes = {str(uuid5(KEYS, wish.key)): wish for wish in people.told}
    assert set(by_key) <= set(wishes)
    for key, wish in wishes.items():
        if wish.answered:
            assert by_key.get(key, "") == wish.id
        if wish.cancelled:
            assert rows[wish.id]["state"] == CANCELLED
        elif wish.id and not wish.cancelling:
            assert rows[wish.id]["state"] in ("confirmed", "held")
        assert not wish.id or rows[wish.id]["seats"] == wish.seats


def _assert_mails(mails: dict[str, str], rows: dict[str, dict[str, str]]) -> None:
    """See that no participation has two mails, and that none that stands lacks it; `mails` has what each is about.

    A place that was given back before the worker came to its message needs none.
    """
    times = Counter(about for about in mails.values() if about in rows)
    assert set(times.values()) == {1}, [each for each in mails.items() if times[each[1]] > 1]
    assert {id for id, row in rows.items() if row["state"] != CANCELLED} <= set(times)


def _sent(node: Node) -> dict[str, str]:
    """Return what each mail of the mailbox is about, by the mail's key: one sent twice has the same key."""
    found = {}
    for file in (node.var_dir / "mail").glob("*.eml"):
        mail = message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=default)
        text = mail.get_body(("plain",))
        if named := PARTICIPATION.search(text.get_content() if text else ""):
            # A mail whose sender was killed is in the mailbox and still waits: a mark follows its key here alone.
            # What is long stands on a line of its own, behind a blank.
            found[str(mail["Message-ID"]).strip(" <").partition(".")[0]] = named[1]
    return found


def _rows(node: Node, *arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "tests.drills.portal_rows", *arguments],
        env=node.environment(DATABASE_URL=node.cluster.url, DJANGO_SETTINGS_MODULE="config.settings"),
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return msgspec.json.decode(done.stdout)


def _waiting(node: Node) -> int:
    try:
        with psycopg.connect(node.cluster.url) as connection:
            row = connection.execute(WAITING_SQL).fetchone()
    except psycopg.OperationalError:
        return -1
    assert row
    return int(row[0])
