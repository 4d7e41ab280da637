"""Who is connected, room by room, and what each is told. Nothing here waits or asks anybody."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from entraide.meetings.rules.load import PEERS
from entraide.meetings.rules.overload import Rung, limits_of
from entraide.meetings.rules.pictures import pictures_for
from entraide.meetings.rules.roles import Role, Verb, may
from entraide.meetings.rules.words import RoomMode
from entraide.signalling.protocol import Show

Answer = dict[str, object]
Tell = Callable[[Answer], None]


@dataclass(slots=True, eq=False)
class Person:
    """Somebody in a room. `tell` is None while they are cut off and may still come back; `hang_up` ends their line."""

    id: str
    name: str
    role: Role
    tell: Tell | None
    hang_up: Callable[[], None]
    shown: Show = field(default_factory=Show)

    @property
    def is_moderator(self) -> bool:
        """Whether they decide who comes in."""
        return may(self.role, Verb.ADMIT)

    def put_out(self, why: str) -> None:
        """Tell them why they are in this room no more, or not here, and end their line."""
        if self.tell:
            self.tell({"is": "over", "why": why})
            self.tell = None
            self.hang_up()

    def told(self) -> Answer:
        """Return what the others see of them."""
        return {
            "id": self.id, "name": self.name, "role": self.role.value, "away": self.tell is None,
            "audio": self.shown.audio, "video": self.shown.video, "screen": self.shown.screen, "hand": self.shown.hand,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Where:
    """Where the media of a room go, and how much its node has to do.

    `line` is its place in the line for a media server, 0 for none. With `is_e2ee`, browsers encrypt what goes there.
    """

    mode: RoomMode
    epoch: int
    line: int = 0
    node: str = ""
    node_url: str = ""
    most_heads: int = 0
    rung: Rung = Rung.GROUND
    is_e2ee: bool = False


def where_of(told: Mapping[str, object]) -> Where:
    """Return where the web says that a room is (`Whereabouts`)."""
    return Where(
        RoomMode(str(told["mode"])), int(str(told["epoch"])), int(str(told["line"])), str(told["node"]),
        str(told["node_url"]), int(str(told["most_heads"])),
        Rung(int(str(told["rung"]))), bool(told["is_e2ee"]),
    )  # fmt: skip


@dataclass(slots=True, eq=False)
class Room:
    """A room of which somebody is connected here.

    `people` are in the order in which they came, `spoken` are those who have spoken, the latest first.
    """

    id: str
    where: Where
    is_locked: bool
    heard: int
    people: dict[str, Person] = field(default_factory=dict)
    spoken: list[str] = field(default_factory=list)

    @property
    def pair(self) -> tuple[Person, ...]:
        """Those between whose browsers media go, when there are two and no server stands between them."""
        first = tuple(self.people.values())[:PEERS]
        return first if self.where.mode is RoomMode.P2P and len(first) == PEERS else ()

    def told(self) -> Answer:
        """Return what everybody knows of the room."""
        where = self.where
        return {
            "mode": where.mode.value, "epoch": where.epoch, "locked": self.is_locked, "line": where.line,
            "strained": where.rung > Rung.GROUND,
        }  # fmt: skip

    def pictures_for(self, viewer: str) -> tuple[str, ...]:
        """Return whose pictures somebody is sent now."""
        sent = {each.id: each.shown for each in self.people.values() if each.shown.video or each.shown.screen}
        return pictures_for(
            viewer, senders=list(sent), screens={each for each, shown in sent.items() if shown.screen},
            spoken=self.spoken, limits=limits_of(self.where.rung),
        )  # fmt: skip

    def speaks(self, person_id: str) -> bool:
        """Note who speaks; tell whether it was somebody else before."""
        if self.spoken[:1] == [person_id]:
            return False
        self.spoken = [person_id, *(each for each in self.spoken if each != person_id and each in self.people)]
        return True

    def enter(self, person: Person) -> None:
        """Let somebody sit down, or sit down again, and tell the others; they themselves are told all of it at once."""
        before = self.pair
        self.people[person.id] = person
        self.tell_others(person, {"is": "person", "person": person.told()})
        if self.pair != before:
            self.tell_others(person, pair_told(self))

    def cut_off(self, person: Person) -> None:
        """Keep the seat of somebody whose line is gone."""
        person.tell = None
        self.tell_others(person, {"is": "person", "person": person.told()})

    def remove(self, person_id: str, *, why: str = "left") -> Person | None:
        """Take somebody out, tell them why if it was not their wish, and tell the others; return who it was."""
        before = self.pair
        person = self.people.pop(person_id, None)
        if person is None:
            return None
        if why != "left":
            person.put_out(why)
        self.tell_all({"is": "gone", "id": person.id})
        self._tell_pair(before)
        return person

    def lock(self, *, is_locked: bool) -> None:
        """Note whether somebody may still come in, and tell everybody."""
        self.is_locked = is_locked
        self.tell_all({"is": "room", "room": self.told()})

    def move(self, where: Where) -> None:
        """Note where the media go from now on, and tell everybody; what is of an earlier epoch comes too late."""
        if where == self.where or where.epoch < self.where.epoch:
            return
        before = self.pair
        self.where = where
        self.tell_all({"is": "room", "room": self.told()})
        self._tell_pair(before)

    def stand(self, *, line: int | None = None, rung: int | None = None) -> None:
        """Note the room's place in the line for a media server, 0 for none, and what its node has to do.

        Everybody is told when one of them is another.
        """
        line = self.where.line if line is None else line
        self.move(replace(self.where, line=line, rung=self.where.rung if rung is None else Rung(rung)))

    def other_of_pair(self, person: Person, other_id: str) -> Person | None:
        """Return the other of a pair, None when these two are none."""
        pair = self.pair
        other = next((each for each in pair if each.id == other_id and each is not person), None)
        return other if person in pair else None

    def moderators(self) -> Iterator[Person]:
        """Yield those who are told who knocks."""
        return (person for person in self.people.values() if person.is_moderator)

    def tell_all(self, answer: Answer) -> None:
        """Tell everybody."""
        _tell(self.people.values(), answer)

    def tell_others(self, but: Person, answer: Answer) -> None:
        """Tell everybody but one."""
        _tell((person for person in self.people.values() if person is not but), answer)

    def _tell_pair(self, before: tuple[Person, ...]) -> None:
        """Tell everybody who forms the pair now, when that has changed: their browsers connect to each other."""
        if self.pair != before:
            self.tell_all(pair_told(self))


def pair_told(room: Room) -> Answer:
    """Return who forms the pair of a room: two ids, or none."""
    return {"is": "pair", "ids": [person.id for person in room.pair]}


def _tell(people: Iterable[Person], answer: Answer) -> None:
    for person in list(people):
        if person.tell:
            person.tell(answer)
