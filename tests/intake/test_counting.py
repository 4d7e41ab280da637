"""Counts: never too low, in a memory that does not grow, and shared by processes in few words."""

import random
from collections import Counter
from itertools import chain

from entraide.guard.rules.limits import Bound, Layer, Verdict, bounds_for
from entraide.intake.abuse import counting
from entraide.intake.abuse.counting import Counting
from entraide.intake.abuse.sketch import Sketch

SECRET = b"shared"
BOUNDS = {Layer.ADDRESS: Bound(32, 320)}


def a_counting(bounds: dict[Layer, Bound] | None = None) -> Counting:
    return Counting(bounds or BOUNDS, secret=SECRET)


def add(counting: Counting, name: str, *, at: float) -> Verdict:
    """Count one more at a time."""
    counting.pass_to(at)
    return counting.of(Layer.ADDRESS).add(name)


class Table:
    """What processes tell each other, as the database keeps it."""

    def __init__(self) -> None:
        self._totals: Counter[bytes] = Counter()

    def share(self, *processes: Counting) -> None:
        """Let processes tell what they counted; each hears of what it told, and of what is beyond its bound."""
        told = [process.to_tell() for process in processes]
        for each in chain(*told):
            self._totals[each.key] += each.count
        beyond = {key: count for key, count in self._totals.items() if count > BOUNDS[Layer.ADDRESS].free}
        for process, its in zip(processes, told, strict=True):
            process.hear({each.key: self._totals[each.key] for each in its} | beyond)


def test_a_count_is_never_too_low_and_seldom_too_high() -> None:
    sketch, chosen = Sketch(), random.Random(7)  # noqa: S311 (test data)
    names = [f"192.0.{chosen.randrange(256)}.{chosen.randrange(256)}" for _ in range(60_000)]
    counts: dict[str, int] = {}
    errors = []
    for name in names:
        counts[name] = counts.get(name, 0) + 1
        errors.append(sketch.add(name) - counts[name])

    assert min(errors) >= 0
    assert sum(error > 5 for error in errors) < len(errors) / 1000


def test_the_memory_is_the_same_however_many_come() -> None:
    sketch = Sketch()
    before = sketch._cells.buffer_info()
    for number in range(50_000):
        sketch.add(f"2001:db8:{number:x}::/64")

    assert sketch._cells.buffer_info() == before


def test_a_crowd_of_which_each_comes_once_makes_nobody_busy() -> None:
    crowd = Counting(bounds_for(320), secret=SECRET)
    for number in range(50_000):
        add(crowd, f"2001:db8:{number:x}::/64", at=1.0)

    assert len(crowd.of(Layer.ADDRESS).busy) < 10


def test_names_that_are_told_are_bounded_too() -> None:
    few = Counting({Layer.ADDRESS: Bound(1, 10)}, secret=SECRET)
    for number in range(counting.MOST_BUSY + 100):
        add(few, str(number), at=0.0)

    assert len(few.of(Layer.ADDRESS).busy) == len(few.to_tell()) == counting.MOST_BUSY


def test_one_address_passes_its_bound_and_others_do_not_feel_it() -> None:
    one = a_counting()
    verdicts = [add(one, "busy", at=0.0) for _ in range(321)]

    assert verdicts == [Verdict.FREE] * 32 + [Verdict.PROVE] * 288 + [Verdict.REFUSE]
    assert add(one, "calm", at=0.0) is Verdict.FREE


def test_the_next_minute_begins_at_nothing() -> None:
    one = a_counting()
    for _ in range(40):
        add(one, "busy", at=59.9)

    assert add(one, "busy", at=60.0) is Verdict.FREE
    assert one.to_tell() == []


def test_processes_hold_one_bound_together() -> None:
    one, other = a_counting(), a_counting()
    for _ in range(20):
        add(one, "busy", at=0.0)
        add(other, "busy", at=0.0)
    assert add(one, "busy", at=0.0) is Verdict.FREE
    Table().share(one, other)

    assert add(one, "busy", at=1.0) is Verdict.PROVE
    assert add(other, "busy", at=1.0) is Verdict.PROVE


def test_a_process_to_which_nobody_came_hears_who_is_beyond_the_bound() -> None:
    one, silent, table = a_counting(), a_counting(), Table()
    add(silent, "calm", at=0.0)
    for _ in range(33):
        add(one, "busy", at=0.0)
    table.share(one, silent)

    assert add(silent, "calm", at=1.0) is Verdict.FREE
    assert add(silent, "busy", at=1.0) is Verdict.PROVE
    # It tells them from now on, and both know how many came to both.
    table.share(one, silent)
    assert [each.of(Layer.ADDRESS).busy["busy"].everywhere for each in (one, silent)] == [34, 34]


def test_what_was_heard_ends_with_its_minute() -> None:
    one, silent = a_counting(), a_counting()
    silent.pass_to(0.0)
    for _ in range(33):
        add(one, "busy", at=0.0)
    Table().share(one, silent)

    assert add(silent, "busy", at=60.0) is Verdict.FREE


def test_what_is_not_busy_is_not_told() -> None:
    one = a_counting()
    add(one, "calm", at=0.0)
    for _ in range(3):
        add(one, "busy", at=0.0)

    [told] = one.to_tell()
    assert (told.count, told.free, one.ends_at) == (3, 32, 60.0)
    assert one.to_tell() == []


def test_what_could_not_be_told_is_told_later() -> None:
    one = a_counting()
    for _ in range(5):
        add(one, "busy", at=0.0)
    lost = one.to_tell()
    add(one, "busy", at=0.0)
    one.give_back(lost)

    assert [each.count for each in one.to_tell()] == [6]


def test_what_is_told_names_no_address() -> None:
    one, stranger = a_counting(), Counting(BOUNDS, secret=b"another")
    for _ in range(5):
        add(one, "192.0.2.1/32", at=0.0)
        add(stranger, "192.0.2.1/32", at=0.0)

    [told], [theirs] = one.to_tell(), stranger.to_tell()
    assert b"192" not in told.key and told.key != theirs.key
