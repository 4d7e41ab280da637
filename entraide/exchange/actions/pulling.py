"""One run of a partner's feed: fetched, read to its end, written in batches, and what is absent withdrawn.

Missions that stand in the feed as they stood in it before are only counted: nearly all of them in nearly every run.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any, TypeVar
from uuid import UUID

import msgspec

from entraide.exchange.actions.receiving import MOST_AT_ONCE, Result, receive, withdraw
from entraide.exchange.actions.weighing import Item, digest_of
from entraide.exchange.fetching import Bounds, NotFetched, fetch
from entraide.exchange.models import External, Line, Partner, Run
from entraide.exchange.parsing.mission_feed import BadFeed, missions
from entraide.exchange.places import Finder
from entraide.exchange.rules.document import BadShape, read
from entraide.exchange.rules.judging import Refusal, Refused
from entraide.exchange.rules.withdrawing import Reading, held_back
from entraide.exchange.rules.words import Outcome, RunState
from entraide.foundation import clock
from entraide.foundation.rows import insert_rows

LONGEST_ID = 200
# So many lines of a feed are compared with what it said before at once.
READ_AT_ONCE = 500
_NAMELESS = (Refusal.MISSING_CLIENT_ID, Refusal.DUPLICATE_CLIENT_ID)
_Each = TypeVar("_Each")
_COUNTED = {
    Outcome.CREATED: "created",
    Outcome.CHANGED: "changed",
    Outcome.UNCHANGED: "unchanged",
    Outcome.REFUSED: "refused",
}


@dataclass(slots=True)
class _Named:
    """What a feed names: how many missions, and their ids."""

    count: int = 0
    ids: set[str] = field(default_factory=set)


def pull(*, partner_id: UUID, bounds: Bounds | None = None) -> Run | None:
    """Make one run of a partner's feed of missions and return it, None when the partner has none any more.

    Nothing is written before the whole document was read; each batch is a transaction of its own.
    """
    partner = Partner.objects.to_pull().filter(pk=partner_id).first()
    if partner is None:
        return None
    now = clock.now()
    Run.objects.filter(partner=partner, state=RunState.RUNNING.value).update(
        state=RunState.FAILED.value, reason="INTERRUPTED", ended_at=now
    )
    run = Run.objects.create(partner=partner, started_at=now)
    with tempfile.TemporaryFile() as fetched, tempfile.TemporaryFile() as spooled:
        try:
            run.size = fetch(partner.feed_url, fetched, bounds=bounds)
            fetched.seek(0)
            named = _spool(fetched, spooled)
        except (NotFetched, BadFeed) as error:
            return _end(run, RunState.FAILED, error.reason, error.detail)
        run.seen = named.count
        _write_all(run, partner, spooled)
    return _withdraw_absent(run, partner, named)


def _spool(fetched: IO[bytes], spooled: IO[bytes]) -> _Named:
    """Read a feed to its end and keep its missions, a line each. Raises BadFeed."""
    named = _Named()
    for given in missions(fetched):
        named.count += 1
        named.ids.add(_client_id(given))
        spooled.write(msgspec.json.encode(given) + b"\n")
    spooled.seek(0)
    return named


def _client_id(given: dict[str, Any]) -> str:
    return str(given.get("clientId", ""))[:LONGEST_ID]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A mission of the feed as it was spooled, and why it cannot be told from the others."""

    number: int
    client_id: str
    digest: str
    given: dict[str, Any]
    code: Refusal | None


def _write_all(run: Run, partner: Partner, spooled: IO[bytes]) -> None:
    finder = Finder()
    for items in _parts(_changed(run, partner, spooled), MOST_AT_ONCE):
        nameless = [item for item in items if item.fault and item.fault.code in _NAMELESS]
        named = [item for item in items if not (item.fault and item.fault.code in _NAMELESS)]
        results = receive(partner=partner, items=named, finder=finder, now=clock.now()) if named else []
        results += [Result(item, Outcome.REFUSED, item.fault.code, item.fault.field) for item in nameless if item.fault]
        _report(run, results)
    run.save()


def _changed(run: Run, partner: Partner, spooled: IO[bytes]) -> Iterator[Item]:
    """Yield what is not written as it was before, and count what is."""
    for part in _parts(_entries(spooled), READ_AT_ONCE):
        before = _digests_of(partner, [entry.client_id for entry in part])
        for entry in part:
            if entry.code is None and before.get(entry.client_id) == entry.digest:
                run.unchanged += 1
            else:
                yield _item(entry)


def _digests_of(partner: Partner, client_ids: Sequence[str]) -> dict[str, str]:
    """Return how the feed wrote these, those left out that were refused or withdrawn: they are judged anew."""
    rows = External.objects.of_partner(partner.pk).present().filter(client_id__in=client_ids, code="")
    return dict(rows.exclude(digest="").values_list("client_id", "digest"))


def _entries(spooled: IO[bytes]) -> Iterator[_Entry]:
    seen: set[str] = set()
    for number, line in enumerate(spooled, start=1):
        given = msgspec.json.decode(line)
        client_id = _client_id(given)
        code: Refusal | None = None
        if not client_id:
            code = Refusal.MISSING_CLIENT_ID
        elif client_id in seen:
            code = Refusal.DUPLICATE_CLIENT_ID
        seen.add(client_id)
        yield _Entry(number, client_id, digest_of(line), given, code)


def _parts(each: Iterable[_Each], most: int) -> Iterator[list[_Each]]:
    waiting = iter(each)
    while part := list(islice(waiting, most)):
        yield part


def _item(entry: _Entry) -> Item:
    if entry.code:
        return Item(entry.number, entry.client_id, None, Refused(entry.code, "clientId"))
    try:
        return Item(entry.number, entry.client_id, read(entry.given, lax=True), digest=entry.digest)
    except BadShape as fault:
        return Item(entry.number, entry.client_id, None, Refused(Refusal.BAD_FIELD, fault.field), digest=entry.digest)


def _report(run: Run, results: Sequence[Result]) -> None:
    insert_rows(
        Line(
            run=run,
            number=each.item.number,
            client_id=each.item.client_id,
            outcome=each.outcome.value,
            code=each.code,
            field=each.field,
        )
        for each in results
        if each.outcome is not Outcome.UNCHANGED
    )
    for result in results:
        name = _COUNTED[result.outcome]
        setattr(run, name, getattr(run, name) + 1)
    run.save()


def _withdraw_absent(run: Run, partner: Partner, named: _Named) -> Run:
    pulled = External.objects.of_partner(partner.pk).present().filter(is_pushed=False)
    online = set(pulled.online().values_list("client_id", flat=True))
    absent = sorted(set(pulled.values_list("client_id", flat=True)) - named.ids)
    run.absent = len(set(absent) & online)
    reading = Reading(is_whole=True, named=named.count, online=len(online), absent=run.absent)
    held = held_back(reading, shrink_allowed=partner.shrink_allowed)
    outcome = Outcome.KEPT if held else Outcome.WITHDRAWN
    for start in range(0, len(absent), MOST_AT_ONCE):
        part = absent[start : start + MOST_AT_ONCE]
        if not held:
            run.withdrawn += withdraw(partner=partner, client_ids=part, now=clock.now())
        insert_rows(Line(run=run, number=0, client_id=each, outcome=outcome.value) for each in part)
    Partner.objects.filter(pk=partner.pk).update(shrink_allowed=False)
    return _end(run, RunState.HELD if held else RunState.DONE, held.value if held else "")


def _end(run: Run, state: RunState, reason: str, detail: str = "") -> Run:
    run.state, run.reason, run.detail, run.ended_at = state.value, reason, detail, clock.now()
    run.save()
    return run
