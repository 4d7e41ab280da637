"""The ASGI application: sends a request through the steps, tells the answer, logs and measures; owns nothing else."""

import hashlib
import logging
import time
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec

from entraide.foundation import clock, logs
from entraide.foundation.env import IPNetwork
from entraide.foundation.http import request_id_from
from entraide.foundation.jetstream import Servers
from entraide.intake import answers, catalogue, measures
from entraide.intake.abuse.guard import Guard, GuardOptions
from entraide.intake.abuse.page import proof_page
from entraide.intake.abuse.wanted import CHALLENGE_PATH, ProofWanted
from entraide.intake.asgi import Answer, Receive, Request, Scope, Send, send_answer
from entraide.intake.claims import Claims
from entraide.intake.deciding import decide, entry_of
from entraide.intake.decoding import FORM, Fields, decode, media_type_of
from entraide.intake.inbox import Inbox
from entraide.intake.keeping import Keeping
from entraide.intake.log import Log, Unavailable
from entraide.intake.marks import Marks
from entraide.intake.reading import Bodies, Disconnected
from entraide.intake.receipts import Receipts
from entraide.intake.refusals import Refusal, come_back
from entraide.intake.replicated import ReplicatedLog
from entraide.intake.room import site
from entraide.intake.room.door import Door, InLine
from entraide.intake.room.room import Room
from entraide.intake.settlements import Settlements, State
from entraide.intake.writing import CAPACITY
from entraide.volunteering.rules.signup import CheckedSignUp

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """What a deployment decides about the intake.

    `secret` makes the receipts; `log_servers` are those of the replicated log, None for the inbox in PostgreSQL;
    `style` is the site's style sheet; so many sign-ups as `capacity` may wait for a commit, whoever comes beyond gets a
    place in line; `secure` keeps cookies off connections that are not encrypted.
    """

    database_url: str
    secret: str
    log_servers: Servers | None = None
    trusted_proxies: tuple[IPNetwork, ...] = ()
    guard: GuardOptions = field(default_factory=GuardOptions)
    style: str = "/static/built/site.css"
    capacity: int = CAPACITY
    secure: bool = False


class Intake:
    """Takes sign-ups. `start` and `stop` are called by the ASGI lifespan, of this process or of one that holds it.

    `log` takes them instead of the one that the options name, for whoever measures what the rest costs.
    """

    def __init__(self, options: Options, *, log: Log | None = None) -> None:
        self._options = options
        self._log = log or _log_of(options)
        self._settlements = Settlements(options.database_url)
        self._receipts = Receipts(options.secret)
        self._bodies = Bodies()
        secret, used = options.secret.encode(), Marks()
        self._guard = Guard(options.database_url, secret, options.guard, proxies=options.trusted_proxies, used=used)
        self._room = Room(
            options.database_url,
            hashlib.sha256(b"entraide line\n" + secret).digest(),
            goes_alone=bool(options.log_servers),
        )
        self._door = Door(self._room, used)
        # Only the log in PostgreSQL uses up marks by itself.
        claims = Claims(options.database_url) if options.log_servers else None
        self._keeping = Keeping(
            self._log, claims, capacity=options.capacity, door=self._door, guard=self._guard, used=used
        )
        self._site = site.Site(
            self._room, secret, secure=options.secure, bodies=self._bodies, check_bound=self._guard.check
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI: lifespan and HTTP."""
        if scope["type"] == "http":
            await self._serve(Request.of(scope, receive), send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    def start(self) -> None:
        """Begin to take sign-ups. Needs a running loop, not the database."""
        self._bodies.start()
        self._keeping.start()
        self._room.start()
        self._guard.start(crisis_asks=lambda: self._room.asks_proof)
        self._site.start()

    async def stop(self) -> None:
        """Answer whoever waits, then close."""
        await self._keeping.stop()
        await self._guard.stop()
        await self._site.stop()
        await self._room.stop()
        await self._log.close()
        await self._settlements.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _serve(self, request: Request, send: Send) -> None:
        started = time.perf_counter()
        token = logs.request_id.set(request_id_from(request.header(b"x-request-id")))
        try:
            if request.path == answers.PATH and request.method == "POST":
                answer = await self._take(request)
            else:
                answer = await self._answer(request)
        except Disconnected:
            measures.answers.labels("none", "disconnected").inc()
            return
        else:
            answer.headers["x-request-id"] = logs.request_id.get()
            await send_answer(send, answer, with_body=request.method != "HEAD")
            if request.method == "POST":
                measures.seconds.observe(time.perf_counter() - started)
        finally:
            logs.request_id.reset(token)

    async def _answer(self, request: Request) -> Answer:
        if request.method == "POST" and request.path.rstrip("/") == answers.PATH:
            return await self._take(request)
        if request.path == "/healthz":
            return Answer(200, b'{"status":"ok"}', answers.JSON_TYPE)
        if request.path == "/readyz":
            there = await self._log.is_there()
            return Answer(
                200 if there else 503, b'{"status":"%s"}' % (b"ready" if there else b"not ready"), answers.JSON_TYPE
            )
        try:
            if request.path == site.PATH or request.path.startswith(f"{site.PATH}/"):
                return await self._site.answer(request)
            if request.path == CHALLENGE_PATH and request.method in ("GET", "HEAD"):
                return Answer(200, msgspec.json.encode(self._guard.challenge()), answers.JSON_TYPE)
            answer = await self._tell(request)
        except Refusal as refusal:
            answer = answers.refused(refusal, language=_language(request, None))
            _count(refusal)
        return answer

    async def _take(self, request: Request) -> Answer:
        """Send one sign-up through the steps."""
        fields: Fields | None = None
        wants_page = False
        now = clock.now()
        try:
            media_type = media_type_of(request.header(b"content-type"))
            wants_page = media_type == FORM and request.wants_page
            decoded = decode(await self._bodies.read(request), media_type)
            fields = decoded.fields
            arrival = self._guard.arrive(request, at=now.timestamp())
            checked = decide(decoded, language=_language(request, fields), now=now)
            key = request.header(b"idempotency-key").strip('"') or (fields.token or "")
            if fields.website:
                return self._trap(checked, key=key, now=now, wants_page=wants_page)
            place = partial(self._door.ticket_of, request, fields)
            proof = self._guard.admit(arrival, fields, email=checked.email, place=place)
            passed = self._door.let_in(request, fields, key=key)
            entry = entry_of(checked, key=passed.key, receipts=self._receipts, now=now)
            await self._keeping.keep(entry, passed, proof=proof)
        except Refusal as refusal:
            _count(refusal)
            return self._refuse(request, refusal, fields, wants_page=wants_page)
        measures.received.inc()
        answer = answers.received(entry.receipt, language=checked.locale, wants_page=wants_page)
        if b"cookie" in request.headers:
            answer.headers.update(self._site.farewell(request))
        return answer

    def _refuse(self, request: Request, refusal: Refusal, fields: Fields | None, *, wants_page: bool) -> Answer:
        """Say no: to a program with a problem, to a browser with a page that loses nothing, or with a place in line."""
        language = _language(request, fields)
        if not wants_page:
            return answers.refused(refusal, language=language)
        if isinstance(refusal, InLine) and fields:
            placed = self._site.give_place(refusal, fields, language=language)
            if placed is not None:
                return placed
        if isinstance(refusal, ProofWanted) and fields:
            return proof_page(refusal, fields, language=language, style=self._options.style, action=answers.PATH)
        return answers.refused_form(refusal, fields, language=language, style=self._options.style)

    def _trap(self, checked: CheckedSignUp, *, key: str, now: datetime, wants_page: bool) -> Answer:
        """Answer whoever filled the field that nobody sees as if the sign-up were kept; nobody is made of it."""
        entry = entry_of(checked, key=key, receipts=self._receipts, now=now)
        self._guard.abused()
        measures.trapped.inc()
        return answers.received(entry.receipt, language=checked.locale, wants_page=wants_page)

    async def _tell(self, request: Request) -> Answer:
        """Tell what became of a sign-up, by its receipt."""
        collection, _, name = request.path.rstrip("/").removeprefix(answers.PATH).rpartition("/")
        if not request.path.startswith(answers.PATH) or collection:
            raise Refusal(404, "not_found")
        if not name:
            raise Refusal(405, "method_not_allowed", headers={"allow": "POST"})
        if request.method not in ("GET", "HEAD"):
            raise Refusal(405, "method_not_allowed", headers={"allow": "GET, HEAD"})
        try:
            receipt = UUID(name)
        except ValueError:
            raise Refusal(404, "receipt_unknown") from None
        found = await self._state_of(receipt)
        measures.answers.labels("200", "state").inc()
        return answers.state(receipt, found)

    async def _state_of(self, receipt: UUID) -> State:
        """Return what became of a receipt. One of ours that is not settled waits: we give none before its commit."""
        ours = self._receipts.is_ours(receipt, now=clock.now())
        try:
            found = await self._settlements.state_of(receipt)
        except Unavailable:
            if not ours:
                raise come_back("unavailable", seconds=5) from None
            found = None
        if found is None and not ours:
            raise Refusal(404, "receipt_unknown")
        return found or State("received")


def _log_of(options: Options) -> Log:
    return ReplicatedLog(options.log_servers) if options.log_servers else Inbox(options.database_url)


def _language(request: Request, fields: Fields | None) -> str:
    return catalogue.language_of(
        locale=fields.locale if fields else None, accept_language=request.header(b"accept-language")
    )


def _count(refusal: Refusal) -> None:
    measures.answers.labels(str(refusal.status), refusal.code).inc()
    # Places in line are counted, not logged: on the evening that matters there are a million of them.
    if refusal.status >= 500 and refusal.code != "line":
        logger.warning("a sign-up is not taken: %s", refusal.code)
