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
from entraide.exchange.places import MOST_PLACES, Finder, Found
from entraide.exchange.rules.document import Document, plain
from entraide.exchange.rules.judging import Refusal, Refused, Told, harmless, judge
from entraide.exchange.rules.sameness import block_of, title_key
from entraide.volunteering import api as volunteering

# Raised when missions are read otherwise than before, so that every one is written again.
READING = 1


@dataclass(frozen=True, slots=True)
class Item:
    """A mission that was sent: its place in the feed, and its document or what is wrong with its shape.

    `digest` tells what stood in the feed from anything else, empty for what was pushed.
    """

    number: int
    client_id: str
    document: Document | None
    fault: Refused | None = None
    is_pushed: bool = False
    digest: str = ""


@dataclass(slots=True, eq=False)
class Work:
    """One item on its way: what it says, and once it has met the database its row."""

    item: Item
    content: dict[str, Any]
    checksum: str
    fault: Refused | None
    told: Told | None = None
    found: Found = field(default_factory=Found)
    details: accounts.OrganisationDetails | None = None
    row: External = field(init=False)
    is_new: bool = False
    is_unchanged: bool = False


def digest_of(line: bytes) -> str:
    """Return what tells a mission as a feed writes it from others: the same is not even read again."""
    return hashlib.blake2b(b"%d %s" % (READING, line), digest_size=16).hexdigest()


def checksum_of(content: dict[str, Any]) -> str:
    """Return what tells a document from others, however it was written."""
    written = json.dumps([READING, content], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def weigh(items: Sequence[Item], *, partner: Partner, finder: Finder, now: datetime) -> list[Work]:
    """Return what each item says and whether it can be shown. Nothing is locked yet: judging takes longest."""
    finder.look_ahead(
        address for item in items if item.document for address in (item.document.addresses or ())[:MOST_PLACES]
    )
    return [_weighed(item, partner, finder, now) for item in items]


def _weighed(item: Item, partner: Partner, finder: Finder, now: datetime) -> Work:
    document = item.document
    content = harmless(plain(document)) if document else {}
    work = Work(item, content, checksum_of(content), item.fault)
    if document is None or work.fault:
        return work
    try:
        told = judge(document, now=now)
        work.found = finder.find(told.addresses)
        if told.mode != volunteering.Mode.REMOTE and not work.found.is_known:
            raise Refused(Refusal.UNKNOWN_PLACE, "addresses")
    except Refused as fault:
        work.fault = fault
    else:
        work.told, work.details = told, organisations.details_of(document, partner=partner)
    return work


def meet(works: Sequence[Work], *, partner: Partner, again: bool) -> list[Work]:
    """Give each its row, as it is or new, and return those that are to be written: with `again`, all of them."""
    wanted = [work.item.client_id for work in works]
    rows = External.objects.of_partner(partner.pk).filter(client_id__in=wanted).defer("content")
    known = {row.client_id: row for row in rows}
    changed = []
    for work in works:
        row = known.get(work.item.client_id)
        work.is_new = row is None
        work.row = row or External(partner=partner, client_id=work.item.client_id)
        # What was refused is judged anew: what stood against it may be over.
        is_as_before = work.row.checksum == work.checksum and work.row.withdrawn_at is None and not work.row.code
        work.is_unchanged = not work.is_new and is_as_before and not again
        if not work.is_unchanged:
            work.row.content, work.row.checksum = work.content, work.checksum
            changed.append(work)
    return changed


def refuse_barred(works: Sequence[Work]) -> None:
    """Refuse what comes from an organisation that was barred here under one of its numbers."""
    told = [work.details for work in works if work.details]
    barred = accounts.barred_numbers(sirens=[each.siren for each in told], rnas=[each.rna for each in told])
    for work in works:
        if work.details and barred & {work.details.siren, work.details.rna}:
            work.fault, work.told = Refused(Refusal.BARRED_ORGANIZATION, "organizationSiren"), None


def write_sight(work: Work) -> None:
    """Write into the row by what it is compared with those of others."""
    row, told, details = work.row, work.told, work.details
    if told is None or details is None:
        row.block = row.title_key = ""
        row.starts_at = row.ends_at = None
        return
    commune = work.found.places[0].commune.code if work.found.places else ""
    is_remote = told.mode == volunteering.Mode.REMOTE
    row.block = block_of(siren=details.siren, rna=details.rna, commune=commune, is_remote=is_remote)
    row.title_key, row.starts_at, row.ends_at = title_key(told.title), told.starts_at, told.ends_at
