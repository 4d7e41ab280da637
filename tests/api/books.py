"""What applications, answers and cancellations must lead to, in plain values: the model that the real thing is held to.

Requests that cross are right when some order of them, one after the other, gives every answer and the end that was
seen. `explains` looks for that order.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

Answer = str | tuple[str, ...] | None
ACCEPTED, REFUSED_TOO_LATE = "accepted", "conflict"
STANDING = ("held", "confirmed")


@dataclass(frozen=True, slots=True)
class Place:
    """What became of one application: for which slot, in which state it is, until when it is held, for how many."""

    slot: int
    state: str
    hold_until: datetime | None = None
    seats: int = 1


@dataclass(frozen=True, slots=True)
class Times:
    """A slot as it is offered."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    reviewed: bool
    cancelled: bool = False
    groups_welcome: bool = False


@dataclass(frozen=True, slots=True)
class Books:
    """All slots, and each application by who made it and its key, in the order of their arrival."""

    slots: tuple[Times, ...]
    review_hold: timedelta
    places: dict[tuple[int, str], Place]

    def at(self, now: datetime) -> "Books":
        """Return the books as they are at a moment: a hold that has ended is expired, tidied or not."""
        return replace(self, places={key: _at(place, now) for key, place in self.places.items()})

    def standing(self, who: int, slot: int) -> str:
        """Return the state of somebody's latest application for a slot, "" for none."""
        states = [place.state for (person, _), place in self.places.items() if (person, place.slot) == (who, slot)]
        return states[-1] if states else ""

    def occupied(self, slot: int) -> int:
        """Return how many places of a slot are held or taken."""
        return sum(place.seats for place in self.places.values() if place.slot == slot and place.state in STANDING)

    def moved(self, key: tuple[int, str], state: str) -> "Books":
        """Return the books with one application in another state."""
        place = replace(self.places[key], state=state, hold_until=None)
        return replace(self, places={**self.places, key: place})


def _at(place: Place, now: datetime) -> Place:
    ended = place.state == "held" and place.hold_until is not None and place.hold_until <= now
    return replace(place, state="expired", hold_until=None) if ended else place


@dataclass(frozen=True, slots=True)
class Apply:
    """Somebody asks for a place. The same key is the same wish."""

    who: int
    slot: int
    key: str
    insist: bool = False
    seats: int = 1

    def on(self, books: Books, now: datetime) -> tuple[Answer, Books]:
        """Return the answer, reasons in their order, and the books after it."""
        earlier = books.places.get((self.who, self.key))
        if earlier:
            return (ACCEPTED if earlier.slot == self.slot else REFUSED_TOO_LATE), books
        if reasons := tuple(self._against(books, now)):
            return reasons, books
        slot = books.slots[self.slot]
        until = min(now + books.review_hold, slot.starts_at) if slot.reviewed else None
        place = Place(self.slot, "held" if slot.reviewed else "confirmed", until, self.seats)
        return ACCEPTED, replace(books, places={**books.places, (self.who, self.key): place})

    def _against(self, books: Books, now: datetime) -> list[str]:
        slot, standing = books.slots[self.slot], books.standing(self.who, self.slot)
        of_person = ["refused_before"] * (standing == "refused") or ["already_joined"] * (standing in STANDING)
        left, started = slot.capacity - books.occupied(self.slot), slot.starts_at <= now
        too_few = slot.groups_welcome and left < self.seats
        of_places = ["slot_full"] * (left < 1) or ["too_few_places"] * too_few
        of_slot = ["slot_not_open"] * slot.cancelled or ["slot_started"] * started or of_places
        of_group = ["groups_not_welcome"] * (self.seats > 1 and not slot.groups_welcome)
        elsewhere = [
            other
            for number, other in enumerate(books.slots)
            if number != self.slot and books.standing(self.who, number) in STANDING
        ]
        busy = any(other.starts_at < slot.ends_at and slot.starts_at < other.ends_at for other in elsewhere)
        return [*of_person, *of_slot, *of_group, *["overlaps"] * (busy and not self.insist)]


@dataclass(frozen=True, slots=True)
class Leave:
    """Somebody gives a place back."""

    who: int
    key: str

    def on(self, books: Books, now: datetime) -> tuple[Answer, Books]:
        """Return the answer and the books after it; leaving twice changes nothing."""
        place = books.places[self.who, self.key]
        if place.state == "cancelled_by_volunteer":
            return ACCEPTED, books
        if place.state not in STANDING or books.slots[place.slot].starts_at <= now:
            return REFUSED_TOO_LATE, books
        return ACCEPTED, books.moved((self.who, self.key), "cancelled_by_volunteer")


@dataclass(frozen=True, slots=True)
class Fewer:
    """Somebody comes with fewer people, or would like to bring more."""

    who: int
    key: str
    seats: int

    def on(self, books: Books, now: datetime) -> tuple[Answer, Books]:
        """Return the answer and the books after it; keeping as many changes nothing."""
        place = books.places[self.who, self.key]
        if place.state not in STANDING or books.slots[place.slot].starts_at <= now:
            return REFUSED_TOO_LATE, books
        if self.seats > place.seats:
            return ("only_fewer",), books
        kept = replace(place, seats=self.seats)
        return ACCEPTED, replace(books, places={**books.places, (self.who, self.key): kept})


@dataclass(frozen=True, slots=True)
class Decide:
    """The organisation accepts or refuses candidates; whoever waits no more is left as is."""

    chosen: tuple[tuple[int, str], ...]
    state: str

    def on(self, books: Books, now: datetime) -> tuple[Answer, Books]:
        """Return the answer, which the desk's page words, and the books after it."""
        for key in self.chosen:
            if books.places[key].state == "held":
                books = books.moved(key, self.state)
        return None, books


@dataclass(frozen=True, slots=True)
class Resize:
    """The organisation, which has seen one capacity, asks for another."""

    slot: int
    seen: int
    wanted: int

    def on(self, books: Books, now: datetime) -> tuple[Answer, Books]:
        """Return the answer and the books after it."""
        slot = books.slots[self.slot]
        if slot.capacity != self.seen:
            return "changed meanwhile", books
        if slot.cancelled or slot.starts_at <= now or self.wanted < books.occupied(self.slot):
            return "not possible", books
        return ACCEPTED, _with_slot(books, self.slot, replace(slot, capacity=self.wanted))


@dataclass(frozen=True, slots=True)
class CancelSlot:
    """The organisation cancels a slot with everyone's place."""

    slot: int

    def on(self, books: Books, now: datetime) -> tuple[Answer, Books]:
        """Return the answer, which the desk's page words, and the books after it."""
        slot = books.slots[self.slot]
        if slot.cancelled or slot.ends_at <= now:
            return None, books
        for key, place in books.places.items():
            if place.slot == self.slot and place.state in STANDING:
                books = books.moved(key, "cancelled_by_organisation")
        return None, _with_slot(books, self.slot, replace(slot, cancelled=True))


@dataclass(frozen=True, slots=True)
class Tidy:
    """The worker expires the holds that have ended, of which the books know already."""

    def on(self, books: Books, now: datetime) -> tuple[Answer, Books]:
        """Return no answer, and the same books."""
        return None, books


Deed = Apply | Leave | Fewer | Decide | Resize | CancelSlot | Tidy


def _with_slot(books: Books, number: int, slot: Times) -> Books:
    return replace(books, slots=(*books.slots[:number], slot, *books.slots[number + 1 :]))


def explains(books: Books, seen: list[tuple[Deed, Answer]], end: Books, now: datetime) -> bool:
    """Say whether the deeds, in some order, give the answers that were seen and the end that was seen.

    Of several reasons the first is compared: those after it may have been true a moment before or after.
    """
    if not seen:
        return books == end
    for number, (deed, answer) in enumerate(seen):
        expected, after = deed.on(books, now)
        if _first(expected) == _first(answer) and explains(after, seen[:number] + seen[number + 1 :], end, now):
            return True
    return False


def _first(answer: Answer) -> str | None:
    return answer[0] if isinstance(answer, tuple) else answer
