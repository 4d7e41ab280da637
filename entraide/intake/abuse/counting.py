"""How many came this minute, by layer: in this process at once, in all processes as far as the database told.

What is busy here is told to the others once a second, in one statement, and their counts come back with it. What is
not busy is nobody's business: with so many processes as share a sixteenth of a bound each, the bound is passed by no
more than those sixteenths together. What is beyond its bound anywhere is heard by all, also by a process to which
nobody has come yet: it knows the key of a name only, so that names are looked up by key while there is any such.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from entraide.guard.rules.limits import WINDOW_SECONDS, Bound, Layer, Verdict, minute_of
from entraide.intake.abuse.sketch import Sketch, Total

TOLD_FROM_SHARE = 16
# In each layer. Beyond, what is busy counts in this process alone.
MOST_BUSY = 20_000
_KEY_BYTES = 16
_FREE = Verdict.FREE


@dataclass(slots=True)
class Busy:
    """A name that is told to the other processes: what was not told yet, and what all had when they were last asked."""

    untold: int
    everywhere: int = 0


@dataclass(frozen=True, slots=True)
class Telling:
    """What to tell about one name: the key under which processes know it, how many came, how many are free."""

    key: bytes
    count: int
    free: int


class Counter:
    """Counts one layer within one minute. `beyond` are the counts of names beyond their bound in any process, by the
    key that `key_of` makes of a name."""

    def __init__(
        self, layer: Layer, bound: Bound, *, beyond: Mapping[bytes, int], key_of: Callable[[str], bytes]
    ) -> None:
        self._of_one_name = layer in (Layer.EVERYBODY, Layer.PATIENT_EVERYBODY)
        self._bound = bound
        self._free = bound.free
        self._told_from = max(1, bound.free // TOLD_FROM_SHARE)
        self._beyond = beyond
        self.key_of = key_of
        self.begin()

    @property
    def free(self) -> int:
        """How many of one name are free."""
        return self._free

    def begin(self) -> None:
        """Begin a minute at nothing. What was not told of the one before is not told any more: it decides nothing."""
        self._here: Sketch | Total = Total() if self._of_one_name else Sketch()
        self.busy: dict[str, Busy] = {}

    def add(self, name: str) -> Verdict:
        """Count one more under a name; return what that means for it."""
        here = self._here.add(name)
        if here < self._told_from and not self._beyond:
            return _FREE
        busy = self.busy.get(name)
        if busy is not None:
            busy.untold += 1
            count = max(here, busy.everywhere + busy.untold)
            # Asked for every sign-up, where a call less is felt.
            return _FREE if count <= self._free else self._bound.verdict(count)
        elsewhere = self._beyond.get(self.key_of(name), 0) if self._beyond else 0
        if here < self._told_from and not elsewhere:
            return _FREE
        if len(self.busy) < MOST_BUSY:
            # Those before were counted here alone; they are told with this one.
            self.busy[name] = Busy(untold=here, everywhere=elsewhere)
        return self._bound.verdict(elsewhere + here)


class Counting:
    """All layers, by the minute of the wall clock, which processes share. Keys are made with the secret they share."""

    def __init__(self, bounds: Mapping[Layer, Bound], *, secret: bytes) -> None:
        self._secret = secret
        self._minute = -1
        self._told: dict[bytes, Busy] = {}
        self._beyond: dict[bytes, int] = {}
        self._counters = {
            layer: Counter(layer, bound, beyond=self._beyond, key_of=partial(self._key, layer))
            for layer, bound in bounds.items()
        }

    @property
    def ends_at(self) -> float:
        """When the minute ends, in seconds since 1970."""
        return float((self._minute + 1) * WINDOW_SECONDS)

    def of(self, layer: Layer) -> Counter:
        """Return the counter of a layer; `pass_to` comes before its use."""
        return self._counters[layer]

    def pass_to(self, at: float) -> None:
        """Begin a new minute if a time in seconds since 1970 is in one."""
        minute = minute_of(at)
        if minute != self._minute:
            self._minute = minute
            self._told = {}
            self._beyond.clear()
            for counter in self._counters.values():
                counter.begin()

    def to_tell(self) -> list[Telling]:
        """Return what came since the last telling, in the order of keys, so that processes never wait for each other
        in turn. It counts as told from now on; `give_back` takes that back."""
        telling = []
        for counter in self._counters.values():
            for name, busy in counter.busy.items():
                if busy.untold:
                    key = counter.key_of(name)
                    telling.append(Telling(key, busy.untold, counter.free))
                    self._told[key] = busy
                    busy.everywhere += busy.untold
                    busy.untold = 0
        return sorted(telling, key=lambda each: each.key)

    def give_back(self, telling: Sequence[Telling]) -> None:
        """Keep for the next telling what could not be told."""
        for each in telling:
            if busy := self._told.get(each.key):
                busy.everywhere -= each.count
                busy.untold += each.count

    def hear(self, counts: Mapping[bytes, int]) -> None:
        """Take over how many came to all processes, by key: of what was told, and of what is beyond its bound."""
        self._beyond.clear()
        for key, count in counts.items():
            if busy := self._told.get(key):
                busy.everywhere = count
            else:
                self._beyond[key] = count

    def _key(self, layer: Layer, name: str) -> bytes:
        """Return the key of a name in this minute. Who does not know the secret learns no address from it."""
        content = f"{layer}\n{name}\n{self._minute}".encode()
        return hashlib.blake2b(content, digest_size=_KEY_BYTES, key=self._secret, person=b"tally").digest()
