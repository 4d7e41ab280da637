"""Stands before the lane: counts who comes, asks for a proof of work when it must, and says who is turned away."""

import asyncio
import contextlib
import hashlib
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import NamedTuple

from entraide.foundation import clock
from entraide.foundation.env import IPNetwork
from entraide.foundation.http import client_address
from entraide.guard.rules.limits import Layer, Networks, Verdict, bounds_for, networks_of, seconds_to_next_minute
from entraide.guard.rules.mail_domains import MailDomains, domain_of
from entraide.guard.rules.proofs import Alarm, Seen, next_alarm, steps_asked
from entraide.intake import marks, measures
from entraide.intake.abuse.counting import Counting
from entraide.intake.abuse.proofs import Proofs
from entraide.intake.abuse.slips import Age, Slip, Slips
from entraide.intake.abuse.store import Store
from entraide.intake.abuse.wanted import Code, ProofWanted
from entraide.intake.asgi import Request
from entraide.intake.decoding import Fields
from entraide.intake.log import Unavailable, Unwritable
from entraide.intake.marks import Marks
from entraide.intake.refusals import FieldFault, Refusal, come_back
from entraide.waiting.rules.tickets import Ticket

SHARED_EVERY_SECONDS = 1.0
# Looked up once: an enumeration's member takes a while to find, and this one is asked for many times a sign-up.
FREE = Verdict.FREE
_LAYERS = (Layer.ADDRESS, Layer.SUBNET, Layer.EVERYBODY, Layer.MAIL_DOMAIN)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GuardOptions:
    """What a deployment decides. `per_address` may come from one address in a minute before a proof is asked of it;
    `proof_cost` is the rounds of one try; a slip stands for a proof after `slip_seconds`."""

    per_address: int = 120
    proof_cost: int = 300
    slip_seconds: int = 120
    mail_domains: MailDomains = field(default_factory=MailDomains)


class Arrival(NamedTuple):
    """Somebody who came: when, in seconds since 1970, from where, and whether that place is busy."""

    at: float
    networks: Networks
    is_busy: bool


class Guard:
    """Guards one process. What processes share, counts and the alarm, goes through PostgreSQL once a second; `used` are
    the marks that this process saw used."""

    def __init__(
        self, database_url: str, secret: bytes, options: GuardOptions, *, proxies: tuple[IPNetwork, ...], used: Marks
    ) -> None:
        own = hashlib.sha256(b"entraide guard\n" + secret).digest()
        # The same callers and domains come again and again.
        self._networks_of = lru_cache(maxsize=4_096)(partial(_networks_of, proxies))
        self._said_of = lru_cache(maxsize=10_000)(options.mail_domains.said_of)
        self._store = Store(database_url)
        self._counting = Counting(bounds_for(options.per_address), secret=own)
        self._address, self._subnet, self._everybody, self._mail_domain = map(self._counting.of, _LAYERS)
        self._proofs = Proofs(own, cost=options.proof_cost)
        self._slips = Slips(own, seconds=options.slip_seconds)
        self._used = used
        self._alarm = Alarm()
        self._crisis_asks: Callable[[], bool] = lambda: False
        self._came = self._abusive = 0
        self._fill = 0.0
        self._ending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def steps(self) -> int:
        """How many steps of work are asked of everybody now; none at 0."""
        return steps_asked(crisis_asks=self._crisis_asks(), alarm=self._alarm)

    def start(self, *, crisis_asks: Callable[[], bool]) -> None:
        """Begin to share. `crisis_asks` tells whether the crisis in force asks for a proof of work."""
        self._crisis_asks = crisis_asks
        self._task = asyncio.create_task(self._keep(), name="intake-guard")

    async def stop(self) -> None:
        """Share no more."""
        if self._task is not None:
            self._ending.set()
            await self._task
        await self._store.close()

    def check(self, request: Request) -> None:
        """Count somebody who asks for something else than a sign-up. Raises Refusal when far too many come."""
        self.arrive(request, at=clock.now().timestamp())

    def arrive(self, request: Request, *, at: float) -> Arrival:
        """Count somebody who came, in seconds since 1970. Raises Refusal when far too many come from there."""
        networks = self._networks_of(request.peer, request.header(b"x-forwarded-for"))
        self._came += 1
        self._counting.pass_to(at)
        # Verdicts are told apart by identity: this is done for every sign-up.
        address = self._address.add(networks.address)
        if address is not FREE:
            self._beyond(Layer.ADDRESS, address, at)
        subnet = self._subnet.add(networks.subnet)
        if subnet is not FREE:
            self._beyond(Layer.SUBNET, subnet, at)
        everybody = self._everybody.add("")
        if everybody is not FREE:
            self._beyond(Layer.EVERYBODY, everybody, at)
        return Arrival(at, networks, not (address is subnet is everybody is FREE))

    def admit(
        self, arrival: Arrival, fields: Fields, *, email: str, place: Callable[[], Ticket | None]
    ) -> bytes | None:
        """Return the mark that the sign-up of whoever may go on uses up, None where nothing is asked.

        `place` returns the caller's ticket: whoever has one gave a proof to get it, if one was asked then. Raises
        ProofWanted, or Refusal for an address that is thrown away.
        """
        domain = domain_of(email)
        said = self._said_of(domain)
        if said.refuses:
            self.abused()
            raise Refusal(422, "fields_wrong", faults=(FieldFault("email", "email_disposable"),))
        wanted = arrival.is_busy or said.asks_proof
        if said.is_bounded and (verdict := self._mail_domain.add(domain)) is not FREE:
            self._beyond(Layer.MAIL_DOMAIN, verdict, arrival.at)
            wanted = True
        if not (wanted or self._alarm.step or self._crisis_asks()):
            return None
        ticket = place()
        if ticket is not None:
            measures.proofs.labels("ticket").inc()
            return marks.of_ticket(ticket)
        if fields.altcha:
            return self._check_proof(arrival, fields.altcha)
        if fields.slip:
            return self._check_slip(arrival, fields.slip)
        raise self._wanted("proof_wanted", at=arrival.at)

    def proof_used(self) -> ProofWanted:
        """Return the refusal of somebody whose proof, or what stood for one, another sign-up used."""
        self.abused()
        return self._wanted("proof_used", at=clock.now().timestamp())

    def challenge(self) -> dict[str, object]:
        """Return a challenge of as much work as is asked now."""
        return self._proofs.challenge(steps=self.steps, at=clock.now().timestamp())

    def abused(self) -> None:
        """Count what can only be abuse, or is refused as such."""
        self._abusive += 1

    def filled(self, fill: float) -> None:
        """Note how full the queue was, from 0 to 1."""
        self._fill = max(self._fill, fill)

    def _beyond(self, layer: Layer, verdict: Verdict, at: float) -> None:
        """Measure somebody beyond a bound. Raises Refusal when they are far beyond."""
        measures.bounded.labels(layer.value, verdict.value).inc()
        if verdict is Verdict.REFUSE:
            self.abused()
            raise come_back("too_many_from_here", status=429, seconds=seconds_to_next_minute(at, chance=_chance()))

    def _check_proof(self, arrival: Arrival, text: str) -> bytes:
        solved = self._proofs.check(text, steps=self.steps, at=arrival.at)
        if solved.fault is None:
            measures.proofs.labels("held").inc()
            return solved.mark
        if solved.mark:
            self._used.burn(solved.mark)
        if solved.fault == "proof_wrong":
            self.abused()
        raise self._wanted(solved.fault, at=arrival.at)

    def _check_slip(self, arrival: Arrival, text: str) -> bytes:
        slip = self._slips.read(text, at=arrival.at)
        if slip is None or slip.age is Age.OVER:
            raise self._wanted("proof_wanted", at=arrival.at)
        if slip.age is Age.EARLY:
            raise self._wanted("slip_early", at=arrival.at, slip=slip)
        where = [(Layer.PATIENT_ADDRESS, arrival.networks.address), (Layer.PATIENT_SUBNET, arrival.networks.subnet)]
        for layer, name in [*where, (Layer.PATIENT_EVERYBODY, "")]:
            if self._counting.of(layer).add(name) is Verdict.REFUSE:
                measures.bounded.labels(layer.value, Verdict.REFUSE.value).inc()
                raise self._wanted("slip_many", at=arrival.at, slip=slip)
        measures.proofs.labels("slip").inc()
        return slip.mark

    def _wanted(self, code: Code, *, at: float, slip: Slip | None = None) -> ProofWanted:
        measures.proofs.labels(code).inc()
        later = seconds_to_next_minute(at, chance=_chance()) if code == "slip_many" else 0
        return ProofWanted(code, slip=slip or self._slips.issue(at=at), later=later)

    async def _keep(self) -> None:
        since = time.monotonic()
        while not self._ending.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), SHARED_EVERY_SECONDS * (0.9 + 0.2 * _chance()))
            now = time.monotonic()
            await self._watch(now - since)
            since = now
            await self._share()

    async def _watch(self, seconds: float) -> None:
        """Tell what was seen in so many seconds, and take over the alarm of all processes.

        Without the database this process goes by what it sees itself.
        """
        seen = Seen(seconds, came=self._came, abusive=self._abusive, fill=self._fill)
        self._came = self._abusive = 0
        self._fill = 0.0
        before = self._alarm.step
        try:
            self._alarm = await self._store.alarm(seen)
        except (Unavailable, Unwritable) as error:
            self._alarm = next_alarm(self._alarm, seen)
            measures.unshared.labels("alarm").inc()
            logger.warning("the alarm cannot be shared: %s", error)
        if self._alarm.step != before:
            logger.warning("the load asks for %s steps of work, it was %s", self._alarm.step, before)
        measures.steps.set(self.steps)

    async def _share(self) -> None:
        """Tell the others what is busy here, and hear what is busy anywhere.

        Without the database each process goes on with its own counts.
        """
        self._counting.pass_to(clock.now().timestamp())
        telling = self._counting.to_tell()
        try:
            self._counting.hear(await self._store.tell(telling, ends_at=self._counting.ends_at))
        except (Unavailable, Unwritable) as error:
            self._counting.give_back(telling)
            measures.unshared.labels("counts").inc()
            logger.warning("counts cannot be shared: %s", error)


def _networks_of(proxies: tuple[IPNetwork, ...], peer: str, forwarded_for: str) -> Networks:
    return networks_of(client_address(peer=peer, forwarded_for=forwarded_for, trusted=proxies))


def _chance() -> float:
    return random.random()  # noqa: S311 (spreads a crowd, hides nothing)
