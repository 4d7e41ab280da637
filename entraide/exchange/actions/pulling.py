"""One run of a partner's feed: fetched, read to its end, written in batches, and what is absent withdrawn."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any
from uuid import UUID

from entraide.exchange.actions.receiving import MOST_AT_ONCE, Result, receive, withdraw
from entraide.exchange.actions.weighing import Item
from entraide.exchange.fetching import Bounds, NotFetched, fetch
from entraide.exchange.models import External, Line, Partner, Run
from entraide.exchange.parsing.mission_feed import BadFeed, missions
from entraide.exchange.places import Finder
from entraide.exchange.rules.document import BadShape, read
from entraide.exchange.rules.judging import Refusal, Refused
from entraide.exchange.rules.withdrawing import Reading, held_back
from entraide.exchange.rules.words import Outcome, RunState
from entraide.foundation import clock

LONGEST_ID = 200
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
        spooled.write(json.dumps(given).encode() + b"\n")
    spooled.seek(0)
    return named


def _client_id(given: dict[str, Any]) -> str:
    return str(given.get("clientId", ""))[:LONGEST_ID]


def _write_all(run: Run, partner: Partner, spooled: IO[bytes]) -> None:
    finder = Finder()
    for items, faults in _batches(spooled):
        results = receive(partner=partner, items=items, finder=finder, now=clock.now())
        _report(run, results, faults)


def _batches(spooled: IO[bytes]) -> Iterator[tuple[list[Item], list[Item]]]:
    """Yield what is to be written and what has no id of its own, some hundred at a time."""
    seen: set[str] = set()
    for part in _parts(enumerate(spooled, start=1)):
        items, faults = [], []
        for number, line in part:
            item = _item(number, json.loads(line))
            if not item.client_id:
                faults.append(_faulty(item, Refusal.MISSING_CLIENT_ID))
            elif item.client_id in seen:
                faults.append(_faulty(item, Refusal.DUPLICATE_CLIENT_ID))
            else:
                seen.add(item.client_id)
                items.append(item)
        yield items, faults


def _parts(lines: Iterator[tuple[int, bytes]]) -> Iterator[Sequence[tuple[int, bytes]]]:
    part: list[tuple[int, bytes]] = []
    for line in lines:
        part.append(line)
        if len(part) == MOST_AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _item(number: int, given: dict[str, Any]) -> Item:
    try:
        return Item(number, _client_id(given), read(given, lax=True))
    except BadShape as fault:
        return Item(number, _client_id(given), None, Refused(Refusal.BAD_FIELD, fault.field))


def _faulty(item: Item, code: Refusal) -> Item:
    return Item(item.number, item.client_id, None, Refused(code, "clientId"))


def _report(run: Run, results: Sequence[Result], faults: Sequence[Item]) -> None:
    lines = [
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
    ]
    for each in faults:
        if each.fault:
            lines.append(
                Line(run=run, number=each.number, client_id=each.client_id, outcome=Outcome.REFUSED.value,
                     code=each.fault.code, field=each.fault.field)
            )  # fmt: skip
    Line.objects.bulk_create(lines)
    for result in results:
        name = _COUNTED[result.outcome]
        setattr(run, name, getattr(run, name) + 1)
    run.refused += len(faults)
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
        Line.objects.bulk_create(Line(run=run, number=0, client_id=each, outcome=outcome.value) for each in part)
    Partner.objects.filter(pk=partner.pk).update(shrink_allowed=False)
    return _end(run, RunState.HELD if held else RunState.DONE, held.value if held else "")


def _end(run: Run, state: RunState, reason: str, detail: str = "") -> Run:
    run.state, run.reason, run.detail, run.ended_at = state.value, reason, detail, clock.now()
    run.save()
    return run
