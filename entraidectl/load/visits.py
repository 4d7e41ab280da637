"""One person's visit: a connection of their own, what they ask in turn, and what each answer was."""

import json
import random
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypedDict
from urllib.parse import urlsplit

import gevent
from geventhttpclient import HTTPClient

from entraidectl.load.people import Population
from entraidectl.load.tally import Tally

LONGEST_SECONDS = 15.0
# Addresses that exist for measurements of this kind alone (RFC 2544). A site that trusts the generator as its proxy
# takes each visit for a person at an address of their own; another one sees a single, very busy address.
NETWORK = 198 << 24 | 18 << 16
AGENT = "entraidectl-load/1"


class Receipt(TypedDict, total=False):
    """A line of the receipts file."""

    at: float
    seconds: float
    status: int
    key: str
    email: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its status, 0 when none came; its body as JSON where it is some."""

    status: int
    seconds: float
    body: bytes = b""

    def told(self) -> dict[str, Any]:
        """Return the members of a JSON object, none for anything else."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class Clock:
    """The moment at which a campaign began, and what time it is since."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self.began_at = time.time()

    def now(self) -> float:
        """Return the seconds since the beginning."""
        return time.perf_counter() - self._began


@dataclass(slots=True)
class Site:
    """Whom all visits of a worker ask, and where they note what came of it."""

    target: str
    missions: tuple[str, ...]
    population: Population
    tally: Tally
    clock: Clock
    receipts: list[Receipt]
    chance: random.Random
    think_seconds: float


class Visit:
    """One person, who comes `due` seconds after the beginning: the time of their first answer counts from then."""

    def __init__(self, site: Site, *, due: float) -> None:
        self.site = site
        self._due: float | None = due
        self._http: HTTPClient | None = None
        number = NETWORK | site.chance.getrandbits(17)
        self.address = ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
        self._headers = {"User-Agent": AGENT, "Accept-Encoding": "identity", "X-Forwarded-For": self.address}

    def ask(
        self, step: str, method: str, path: str, *, good: Collection[int] = (200,), body: bytes = b"",
        headers: dict[str, str] | None = None, patience: float = LONGEST_SECONDS,
        reason: Callable[[Answer], str] | None = None,
    ) -> Answer:  # fmt: skip
        """Ask for something and count the answer under a step; `reason` words what is wrong with one not good."""
        begun = self.site.clock.now()
        due = begun if self._due is None else self._due
        self._due = None
        status, content = self._exchange(method, path, body, {**self._headers, **(headers or {})}, patience)
        answer = Answer(status, self.site.clock.now() - due, content)
        if status in good:
            self.site.tally.good(step, due=due, seconds=answer.seconds)
        else:
            self.site.tally.fault(step, due=due, reason=reason(answer) if reason else worded(answer))
        return answer

    def think(self) -> None:
        """Read, or type: an exponential time, three times the usual one at most."""
        usual = self.site.think_seconds
        if usual:
            gevent.sleep(min(self.site.chance.expovariate(1 / usual), 3 * usual))

    def leave(self) -> None:
        """Close the connection."""
        if self._http is not None:
            self._http.close()
            self._http = None

    def _exchange(
        self, method: str, path: str, body: bytes, headers: dict[str, str], patience: float
    ) -> tuple[int, bytes]:
        try:
            with gevent.Timeout(patience):
                if self._http is None:
                    self._http = _connected(self.site.target, patience)
                answer = self._http.request(method, path, body=body, headers=headers)
                return int(answer.status_code), bytes(answer.read())
        except (OSError, ValueError, gevent.Timeout):
            # Cut, refused or too slow: whoever waits sees no answer.
            self.leave()
            return 0, b""


def worded(answer: Answer) -> str:
    """Return in few words what an answer was instead."""
    code = str(answer.told().get("type", "")).rpartition("/")[2] or str(answer.told().get("code", ""))
    return f"{answer.status} {code}".strip() if answer.status else "no answer"


def _connected(target: str, patience: float) -> HTTPClient:
    parts = urlsplit(target)
    return HTTPClient(
        parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80), ssl=parts.scheme == "https",
        connection_timeout=patience, network_timeout=patience, concurrency=1,
    )  # fmt: skip
