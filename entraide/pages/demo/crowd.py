"""Who asks for which slot of the demonstration, when, and what becomes of it. Pure, and the same each time."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from entraide.pages.demo.cast import DESK

BUSY_WITHIN = timedelta(days=6)
LEAST_FOR_GROUPS = 4
BRINGS_SOMEBODY = 0.2


class Fate(StrEnum):
    """What becomes of a request."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    FORGOTTEN = "forgotten"
    CANCELLED = "cancelled"
    PRESENT = "present"
    ABSENT = "absent"


_FATES_REVIEWED = (
    Fate.WAITING, Fate.ACCEPTED, Fate.WAITING, Fate.REFUSED, Fate.WAITING, Fate.CANCELLED, Fate.FORGOTTEN,
)  # fmt: skip
_FATES_PAST = (Fate.PRESENT, Fate.PRESENT, Fate.ABSENT, Fate.PRESENT)
_MOTIVATIONS = (
    "Disponible toute la semaine, j’habite à côté.",
    "J’ai déjà aidé lors de la dernière crue.",
    "Je peux venir avec ma voiture et des outils.",
    "",
)


@dataclass(frozen=True, slots=True)
class OfferedSlot:
    """A slot of the demonstration, as the crowd sees it."""

    id: UUID
    organisation: str
    starts_at: datetime
    ends_at: datetime
    places: int
    is_reviewed: bool


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody's wish for a slot, for how many, when it was made, and its fate. `email` names the volunteer."""

    slot: OfferedSlot
    email: str
    at: datetime
    fate: Fate
    motivation: str
    seats: int = 1


def requests(
    *, slots: Sequence[OfferedSlot], neighbours: Mapping[str, Sequence[str]], guest: str, now: datetime
) -> Iterator[Request]:
    """Yield the requests for slots soon or just past, slot by slot. `neighbours` are addresses by organisation.

    `guest` is the volunteer that a visitor signs in as, empty for none: they meet every fate at the first organisation,
    and bring somebody wherever they are expected.
    """
    for_guest = {each.id: fate for each, fate in _for_guest(slots, now)} if guest else {}
    for slot in sorted(slots, key=lambda each: (each.starts_at, each.id)):
        if slot.starts_at > now + BUSY_WITHIN or slot.starts_at < now < slot.ends_at:
            continue
        chance = random.Random(f"entraide demo {slot.id}")  # noqa: S311 - Made-up data, the same each time.
        if slot.id in for_guest:
            fate = for_guest[slot.id]
            yield replace(_request(slot, guest, fate, chance, now), seats=2 if _may_bring(slot, fate) else 1)
        if chance.random() > (0.9 if slot.organisation == DESK else 0.4):
            continue
        near = neighbours[slot.organisation]
        most = min(len(near), slot.places - (slot.id in for_guest), 4 if slot.organisation == DESK else 2)
        for email in chance.sample(list(near), chance.randint(min(1, most), most)):
            yield _request(slot, email, _fate(slot, chance, now), chance, now)


def _for_guest(slots: Sequence[OfferedSlot], now: datetime) -> Iterator[tuple[OfferedSlot, Fate]]:
    """Give the guest one slot for each fate, none of them at the same time as another."""
    fates = {
        "past": [Fate.PRESENT],
        "at once": [Fate.CONFIRMED, Fate.CONFIRMED],
        "reviewed": [Fate.WAITING, Fate.REFUSED, Fate.CANCELLED, Fate.ACCEPTED],
    }
    free_from = now - timedelta(days=30)
    for slot in sorted(
        (each for each in slots if each.organisation == DESK), key=lambda each: (each.starts_at, each.id)
    ):
        when = "past" if slot.ends_at < now else "reviewed" if slot.is_reviewed else "at once"
        is_too_soon = now - timedelta(hours=6) < slot.starts_at < now + timedelta(hours=6)
        if fates[when] and slot.starts_at >= free_from and not is_too_soon and slot.starts_at < now + BUSY_WITHIN:
            yield slot, fates[when].pop(0)
            free_from = slot.ends_at


def _fate(slot: OfferedSlot, chance: random.Random, now: datetime) -> Fate:
    if slot.ends_at < now:
        return chance.choice(_FATES_PAST)
    return chance.choice(_FATES_REVIEWED) if slot.is_reviewed else Fate.CONFIRMED


def _request(slot: OfferedSlot, email: str, fate: Fate, chance: random.Random, now: datetime) -> Request:
    match fate:
        case Fate.PRESENT | Fate.ABSENT:
            at = slot.starts_at - timedelta(hours=chance.randint(10, 20))
        case Fate.WAITING:
            at = now - timedelta(minutes=chance.randint(5, 20 * 60))
        case Fate.FORGOTTEN:
            at = now - timedelta(hours=chance.randint(60, 80))
        case _:
            at = now - timedelta(hours=chance.randint(30, 50))
    motivation = chance.choice(_MOTIVATIONS)
    return Request(slot=slot, email=email, at=at, fate=fate, motivation=motivation, seats=_seats(slot, email, fate))


def _may_bring(slot: OfferedSlot, fate: Fate) -> bool:
    """Say whether somebody may bring another person: the first organisation welcomes groups, where it has room."""
    is_expected = fate in (Fate.CONFIRMED, Fate.ACCEPTED)
    return is_expected and slot.organisation == DESK and slot.places >= LEAST_FOR_GROUPS


def _seats(slot: OfferedSlot, email: str, fate: Fate) -> int:
    if not _may_bring(slot, fate):
        return 1
    chance = random.Random(f"entraide demo party {slot.id} {email}")  # noqa: S311 - Made-up data, the same each time.
    return 2 if chance.random() < BRINGS_SOMEBODY else 1
