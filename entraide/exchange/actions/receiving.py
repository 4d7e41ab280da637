"""Missions that a partner sends, one or many: judged, compared with those of others, written where they changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from entraide.exchange import organisations
from entraide.exchange.actions import comparing
from entraide.exchange.actions.weighing import Item, Work, meet, refuse_barred, weigh, write_sight
from entraide.exchange.models import External, Partner
from entraide.exchange.places import Finder
from entraide.exchange.rules.document import read
from entraide.exchange.rules.judging import Refusal, Refused
from entraide.exchange.rules.words import Moderation, Outcome
from entraide.foundation.rows import insert_rows, update_rows
from entraide.volunteering import api as volunteering

# A batch is a transaction: whatever else is written meanwhile is found once it has ended, and what it waits for waits.
MOST_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an item."""

    item: Item
    outcome: Outcome
    code: str = ""
    field: str = ""


def receive(
    *, partner: Partner, items: Sequence[Item], finder: Finder, now: datetime, again: bool = False
) -> list[Result]:
    """Write what changed among these items, each of another client id, and return what became of each, in order.

    Batches of whatever partner follow one another, so that the same mission from two of them is seen by the second.
    `again` writes them whether or not they changed.
    """
    works = weigh(items, partner=partner, finder=finder, now=now)
    with transaction.atomic():
        one_batch_at_a_time()
        changed = meet(works, partner=partner, again=again)
        refuse_barred(changed)
        _write(partner, changed, now)
        _note_digests([work for work in works if work.is_unchanged])
    return [_result(work) for work in works]


def one_batch_at_a_time() -> None:
    """Make this transaction wait for another one that writes what partners sent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('exchange:receive', 0))")


def _write(partner: Partner, works: Sequence[Work], now: datetime) -> None:
    for work in works:
        write_sight(work)
    same = comparing.same_of([work.row for work in works if work.told])
    own = [work for work in works if work.told and work.item.client_id not in same]
    written = _put(partner, own, now)
    left = [work.row.mission_id for work in works if work.row.mission_id and work.item.client_id not in written]
    before = {work.row.same_as_id for work in works if work.row.same_as_id}
    moved = [work.row.pk for work in works if _show(work, written, same) and not work.is_new]
    # A mission may have been another's before: letting go comes before taking.
    External.objects.filter(pk__in=moved).update(mission=None, same_as=None)
    insert_rows(work.row for work in works if work.is_new)
    update_rows([work.row for work in works if not work.is_new], _WRITTEN)
    if left:
        volunteering.end_partner_missions(mission_ids=left, now=now)
        show_those_hidden_by(mission_ids=left, now=now)
    anew = {written[work.item.client_id] for work in own if not work.is_new}
    comparing.tell_sources(mission_ids=before | set(same.values()) | anew)


_WRITTEN = (
    "content", "checksum", "digest", "code", "field", "mission", "same_as", "block", "title_key", "starts_at",
    "ends_at", "withdrawn_at", "is_pushed",
)  # fmt: skip


def _show(work: Work, written: Mapping[str, UUID], same: Mapping[str, UUID]) -> bool:
    """Write into a row which mission shows it, and why none does; say whether it is another one than before."""
    row, key = work.row, work.item.client_id
    before = row.mission_id, row.same_as_id
    row.mission_id, row.same_as_id = written.get(key), same.get(key) if work.told else None
    row.code, row.field = (work.fault.code, work.fault.field) if work.fault else ("", "")
    row.withdrawn_at, row.is_pushed, row.digest = None, work.item.is_pushed, work.item.digest
    return (row.mission_id, row.same_as_id) != before


def _note_digests(works: Sequence[Work]) -> None:
    """Remember how a feed writes what it says as before, so that the next run need not read it."""
    told = [work for work in works if not work.row.is_pushed and work.item.digest not in ("", work.row.digest)]
    for work in told:
        work.row.digest = work.item.digest
    update_rows([work.row for work in told], ["digest"])


def _put(partner: Partner, works: Sequence[Work], now: datetime) -> dict[str, UUID]:
    """Write the missions that are shown as their partner's own; return the id of each by its client id."""
    named = [(organisations.key_of(work.item.document, work.details), work.details) for work in works]  # type: ignore[arg-type]
    rows = organisations.rows_of(named, partner=partner, now=now)  # type: ignore[arg-type]
    missions = [_mission(partner, work, rows[key]) for work, (key, _) in zip(works, named, strict=True)]
    written = volunteering.put_partner_missions(
        missions=missions, trusted=partner.moderation == Moderation.TRUSTED, now=now
    )
    for work, (_, became) in zip(works, written, strict=True):
        if became is volunteering.Written.SETTLED:
            work.fault = Refused(Refusal.FLAGGED_HERE, "")
    return {work.item.client_id: key for work, (key, _) in zip(works, written, strict=True)}


def _mission(partner: Partner, work: Work, organisation_id: UUID) -> volunteering.PartnerMission:
    told, details = work.told, work.details
    assert told and details  # noqa: S101 (those that are shown were judged)
    return volunteering.PartnerMission(
        id=work.row.mission_id,
        organisation_id=organisation_id,
        organisation=details.name,
        partner=partner.name,
        apply_url=told.apply_url,
        title=told.title,
        description=told.description,
        domain=volunteering.Domain(told.domain),
        activity=volunteering.Activity(told.activity),
        kind=volunteering.Kind.OTHER,
        mode=volunteering.Mode(told.mode),
        age_min=told.age_min,
        places_left=told.places,
        starts_at=told.starts_at,
        ends_at=told.ends_at,
        departement=work.found.departement,
        places=work.found.places,
    )


def _result(work: Work) -> Result:
    if work.is_unchanged:
        return Result(work.item, Outcome.UNCHANGED)
    if work.fault:
        return Result(work.item, Outcome.REFUSED, work.fault.code, work.fault.field)
    return Result(work.item, Outcome.CREATED if work.is_new else Outcome.CHANGED)


def receive_again(*, rows: Sequence[External], now: datetime) -> None:
    """Judge what partners sent before as if it had just come: what showed it is gone, or a referent took it apart."""
    finder = Finder()
    by_partner: dict[UUID, list[External]] = {}
    for row in rows:
        by_partner.setdefault(row.partner_id, []).append(row)
    for partner in Partner.objects.filter(pk__in=by_partner):
        items = [Item(0, row.client_id, read(row.content), is_pushed=row.is_pushed) for row in by_partner[partner.pk]]
        receive(partner=partner, items=items, finder=finder, now=now, again=True)


def withdraw(*, partner: Partner, client_ids: Sequence[str], now: datetime) -> int:
    """Take what a partner has no more offline, and show what it hid. Return how many were there."""
    with transaction.atomic():
        one_batch_at_a_time()
        rows = list(External.objects.of_partner(partner.pk).present().filter(client_id__in=client_ids))
        missions = [row.mission_id for row in rows if row.mission_id]
        hidden_by = {row.same_as_id for row in rows if row.same_as_id}
        External.objects.filter(pk__in=[row.pk for row in rows]).update(
            withdrawn_at=now, mission=None, same_as=None, block=""
        )
        volunteering.end_partner_missions(mission_ids=missions, now=now)
        show_those_hidden_by(mission_ids=missions, now=now)
        comparing.tell_sources(mission_ids=hidden_by)
    return len(rows)


def show_those_hidden_by(*, mission_ids: Sequence[UUID], now: datetime) -> int:
    """Let what stood behind missions that are gone be shown by itself, or behind another one; return how many."""
    rows = list(External.objects.present().filter(same_as__in=mission_ids).order_by("created_at"))
    if rows:
        External.objects.filter(pk__in=[row.pk for row in rows]).update(same_as=None)
        receive_again(rows=rows, now=now)
    return len(rows)
