"""People who sign up without pause and retry as browsers do, and the proof that none who was acknowledged is lost."""

import threading
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import altcha
import httpx
import msgspec
import psycopg

from bench.receipts import Head, Line, write
from tests.drills.node import Node, until

TIMEOUT_SECONDS = 15.0
RETRY_SECONDS = 0.1
# The service answers again within 5 s of the end of what was wrong. What is measured is shown; the drill itself waits
# longer, since a busy machine is no defect.
RECOVERY_PATIENCE_SECONDS = 30.0
# What the process that takes sign-ups may need beyond what it had when the first of them were taken.
MOST_MORE_MB = 50.0
LOOK_SECONDS = 0.2


class SignUps:
    """So many people at once, each sign-up with a key of its own. All that was asked and told is kept.

    Meanwhile the memory of the process that takes them is watched, also of those that come in its place.
    """

    def __init__(self, node: Node, *, people: int, most_more_mb: float = MOST_MORE_MB) -> None:
        self._node = node
        self._most_more_mb = most_more_mb
        self._first_mb = self._most_mb = 0.0
        self._started_at = time.time()
        self._ended = threading.Event()
        self._people = people
        self._threads = [threading.Thread(target=self._sign_up) for _ in range(people)]
        self._threads.append(threading.Thread(target=self._watch_memory))
        self.lines: list[Line] = []

    def __enter__(self) -> "SignUps":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    @property
    def growth_mb(self) -> float:
        """By how much the process that takes sign-ups, or one in its place, grew at most (MB of 1,000,000 bytes)."""
        return self._most_mb - self._first_mb

    def assert_memory_is_bounded(self) -> None:
        """See that it was watched, and stayed within its bound."""
        assert self._first_mb > 0
        assert self.growth_mb < self._most_more_mb

    @property
    def receipts(self) -> list[str]:
        """The receipts that were given so far."""
        return [line.receipt for line in self.lines if line.status == 202]

    def acknowledged(self, *, since: float) -> list[Line]:
        """Return the sign-ups that were asked for after a moment (seconds since 1970) and acknowledged."""
        return [line for line in self.lines if line.at >= since and line.status == 202]

    def refused(self, *, since: float) -> list[Line]:
        """Return the requests after a moment (seconds since 1970) that were told to come back."""
        return [line for line in self.lines if line.at >= since and line.status == 503]

    def until_more(self, count: int) -> None:
        """Wait until this many more sign-ups were acknowledged."""
        wanted = len(self.receipts) + count
        until(f"{count} more sign-ups are acknowledged", lambda: len(self.receipts) >= wanted)
        # Each drill waits for some before it does any harm: from then on what it may need more is counted.
        self._first_mb = self._first_mb or self._node.resident_mb("web")

    def until_answered(self, *, since: float) -> float:
        """Wait until somebody is acknowledged who asked after a moment (seconds since 1970); return how long it took.

        What was asked before does not count: its answer may have been on its way already.
        """
        until(
            "a sign-up is acknowledged again",
            lambda: bool(self.acknowledged(since=since)),
            patience=RECOVERY_PATIENCE_SECONDS,
        )
        return min(line.at + line.seconds for line in self.acknowledged(since=since)) - since

    def longest_silence(self, *, since: float) -> float:
        """Return the longest time in seconds between two acknowledgements after a moment (seconds since 1970)."""
        ends = sorted(line.at + line.seconds for line in self.lines if line.status == 202)
        times = [since, *(end for end in ends if end > since)]
        return max((later - earlier for earlier, later in pairwise(times)), default=0.0)

    def write(self, file: Path) -> None:
        """Write what was asked and told as a receipts file."""
        target = f"{self._node.url}/v1/signups"
        write(file, Head(target=target, started_at=self._started_at, connections=self._people), self.lines)

    def _watch_memory(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            # Whoever was killed has no memory, and as long as its parent has not noticed no line that says so.
            with suppress(OSError, IndexError):
                self._most_mb = max(self._most_mb, self._node.resident_mb("web"))

    def _sign_up(self) -> None:
        with httpx.Client(base_url=self._node.url, timeout=TIMEOUT_SECONDS, trust_env=False) as http:
            while not self._ended.is_set():
                self._insist(http, email=f"{uuid4().hex}@example.org", key=uuid4().hex)

    def _insist(self, http: httpx.Client, *, email: str, key: str) -> None:
        """Send a sign-up with the same key and the place it was given until it is acknowledged, as a browser does."""
        person: dict[str, object] = {
            "email": email, "first_name": "Ada", "last_name": "Byron", "birth_date": "1990-12-10", "postcode": "67000",
            "consent": True, "locale": "fr",
        }  # fmt: skip
        while not self._ended.is_set():
            line, told = _ask(http, person, key=key)
            self.lines.append(line)
            if line.status == 202:
                return
            person |= {"ticket": told["ticket"]} if "ticket" in told else {}
            if "challenge_url" in told:
                person |= _proof(http, told)
            else:
                time.sleep(RETRY_SECONDS)


def _proof(http: httpx.Client, told: dict[str, object]) -> dict[str, object]:
    """Do the work that is asked under load of whoever signs up; nothing while nobody answers."""
    try:
        challenge = altcha.Challenge.from_dict(http.get(str(told["challenge_url"])).raise_for_status().json())
    except httpx.HTTPError:
        return {}
    solution = altcha.solve_challenge(challenge)
    assert solution
    return {str(told["solution_field"]): altcha.Payload(challenge, solution).to_base64()}


def _ask(http: httpx.Client, person: dict[str, object], *, key: str) -> tuple[Line, dict[str, object]]:
    at, began = time.time(), time.perf_counter()
    told: dict[str, object] = {}
    status = 0
    try:
        answer = http.post("/v1/signups", json=person, headers={"Idempotency-Key": key})
    except httpx.TransportError:
        # No answer came: the sign-up may have been taken or not.
        pass
    else:
        status, told = answer.status_code, answer.json()
    return Line(
        at=at, seconds=time.perf_counter() - began, status=status, key=key, email=str(person["email"]),
        receipt=str(told.get("receipt", "")),
    ), told  # fmt: skip


def assert_nothing_is_lost(node: Node, sign_ups: SignUps) -> None:
    """See that each receipt is exactly one person once the inbox is drained, that nobody got a strange answer, and that
    the process which took them stayed small.
    """
    sign_ups.assert_memory_is_bounded()
    until("the portal is ready", node.is_ready)
    assert {line.status for line in sign_ups.lines} <= {202, 403, 503, 0}
    until("the inbox is drained", lambda: _waiting(node) == 0)
    file = node.var_dir / "receipts.jsonl"
    sign_ups.write(file)
    told = node.run("reconcile-signups", str(file), "--json")
    assert told.returncode == 0, told.stdout + told.stderr
    assert msgspec.json.decode(told.stdout)["verdicts"] == {"one person": len(set(sign_ups.receipts))}


def _waiting(node: Node) -> int:
    with psycopg.connect(node.cluster.url) as connection:
        row = connection.execute("SELECT count(*) FROM volunteering_signup").fetchone()
    assert row
    return int(row[0])
