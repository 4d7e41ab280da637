"""A partner's mission before it is written: whether it changed, whether it can be shown, what it is like."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from entraide.accounts import api as accounts
from entraide.exchange import organisations
from entraide.exchange.models import External, Partner
from entraide.exchange.places import Finder, Found
from entraide.exchange.rules.document import Document, plain
from entraide.exchange.rules.judging import Refusal, Refused, Told, harmless, judge
from entraide.exchange.rules.sameness import block_of, title_key
from entraide.volunteering import api as volunteering

# Raised when missions are read otherwise than before, so that every one is written again.
READING = 1


@dataclass(frozen=True, slots=True)
class Item:
    """A mission that was sent: its place in the feed, and its document or what is wrong with its shape."""

    number: int
    client_id: str
    document: Document | None
    fault: Refused | None = None
    is_pushed: bool = False


@dataclass(slots=True)
class Work:
    """One item on its way: what is known of it so far."""

    item: Item
    row: External
    is_new: bool
    told: Told | None = None
    found: Found = field(default_factory=Found)
    details: accounts.OrganisationDetails | None = None
    fault: Refused | None = None
    is_unchanged: bool = False


def checksum_of(content: dict[str, Any]) -> str:
    """Return what tells a document from others."""
    written = json.dumps([READING, content], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def works_of(partner: Partner, items: Sequence[Item]) -> list[Work]:
    wanted = [item.client_id for item in items]
    known = {row.client_id: row for row in External.objects.of_partner(partner.pk).filter(client_id__in=wanted)}
    return [
        Work(
            item,
            known.get(item.client_id) or External(partner=partner, client_id=item.client_id, content={}),
            is_new=item.client_id not in known,
            fault=item.fault,
        )
        for item in items
    ]


def weigh(work: Work, finder: Finder, partner: Partner, now: datetime, *, again: bool) -> None:
    row, document = work.row, work.item.document
    content = harmless(plain(document)) if document else {}
    checksum = checksum_of(content)
    is_as_before = not work.is_new and row.checksum == checksum and row.withdrawn_at is None
    # What was refused is judged anew: what stood against it may be over.
    if is_as_before and not row.code and not again:
        work.is_unchanged = True
        return
    row.content, row.checksum = content, checksum
    if document is None or work.fault:
        return
    try:
        told = judge(document, now=now)
        work.found = finder.find(told.addresses)
        if told.mode != volunteering.Mode.REMOTE and not work.found.is_known:
            raise Refused(Refusal.UNKNOWN_PLACE, "addresses")
    except Refused as fault:
        work.fault = fault
    else:
        work.told, work.details = told, organisations.details_of(document, partner=partner)


def refuse_barred(works: Sequence[Work]) -> None:
    """Refuse what comes from an organisation that was barred here under one of its numbers."""
    told = [work.details for work in works if work.details]
    barred = accounts.barred_numbers(sirens=[each.siren for each in told], rnas=[each.rna for each in told])
    for work in works:
        if work.details and barred & {work.details.siren, work.details.rna}:
            work.fault, work.told = Refused(Refusal.BARRED_ORGANIZATION, "organizationSiren"), None


def write_sight(work: Work) -> None:
    row, told, details = work.row, work.told, work.details
    if told is None or details is None:
        row.block = row.title_key = ""
        row.starts_at = row.ends_at = None
        return
    commune = work.found.places[0].commune.code if work.found.places else ""
    is_remote = told.mode == volunteering.Mode.REMOTE
    row.block = block_of(siren=details.siren, rna=details.rna, commune=commune, is_remote=is_remote)
    row.title_key, row.starts_at, row.ends_at = title_key(told.title), told.starts_at, told.ends_at
