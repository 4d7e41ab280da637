"""One mission on several platforms: found when it comes, and shown once with its sources."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from entraide.exchange.models import External
from entraide.exchange.rules.judging import is_web_address
from entraide.exchange.rules.sameness import Sight, block_of, is_same, title_key
from entraide.volunteering import api as volunteering


@dataclass(frozen=True, slots=True)
class _Known:
    """A mission that is shown already. `identity` outlives it: the partner's record, or a mission of ours itself."""

    mission_id: UUID
    identity: UUID
    sight: Sight


def same_of(rows: Sequence[External]) -> dict[str, UUID]:
    """Return, of one partner's rows that are shown already by another platform, the client id and the mission of each.

    Missions of ours come before those of partners, and of partners the one that came first.
    """
    blocks = {row.block for row in rows if row.block}
    if not blocks:
        return {}
    known: dict[str, list[_Known]] = defaultdict(list)
    for each in (*_ours(blocks), *_theirs(blocks, rows[0].partner_id)):
        known[each.sight.block].append(each)
    found = {}
    for row in rows:
        sight = Sight(row.block, row.title_key, row.starts_at, row.ends_at)
        alike = known.get(row.block, ())
        same = next((each for each in alike if each.identity not in row.apart and is_same(sight, each.sight)), None)
        if same:
            found[row.client_id] = same.mission_id
    return found


def _ours(blocks: set[str]) -> Iterable[_Known]:
    numbers = sorted({block.partition("/")[0] for block in blocks})
    for each in volunteering.own_missions_of(numbers=numbers):
        for number in (each.siren, each.rna):
            block = block_of(siren=number, rna="", commune=each.commune, is_remote=each.is_remote)
            if block in blocks:
                yield _Known(each.id, each.id, Sight(block, title_key(each.title), each.starts_at, each.ends_at))


def _theirs(blocks: set[str], partner_id: UUID) -> Iterable[_Known]:
    # Without a word of the empty one, the index of blocks is not used for more than a hundred of them.
    others = External.objects.present().filter(block__in=blocks, mission__isnull=False).exclude(block="")
    columns = ("mission_id", "pk", "block", "title_key", "starts_at", "ends_at")
    rows = others.exclude(partner_id=partner_id).order_by("created_at", "pk").values_list(*columns)
    for mission_id, key, block, title, starts_at, ends_at in rows:
        if mission_id:
            yield _Known(mission_id, key, Sight(block, title, starts_at, ends_at))


def tell_sources(*, mission_ids: Collection[UUID]) -> None:
    """Write, of missions that show those of other platforms too, which these are."""
    if not mission_ids:
        return
    sources: dict[UUID, list[dict[str, str]]] = {key: [] for key in mission_ids}
    rows = External.objects.present().filter(same_as__in=list(mission_ids)).order_by("partner__name", "pk")
    for mission_id, name, address in rows.values_list("same_as_id", "partner__name", "content__applicationUrl"):
        if mission_id and isinstance(address, str) and is_web_address(address):
            sources[mission_id].append({"name": name, "url": address})
    volunteering.tell_also_at(also_at=sources)
