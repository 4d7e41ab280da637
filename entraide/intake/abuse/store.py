"""What processes tell each other through PostgreSQL once a second: counts of a minute, and what raises the alarm.

Neither table survives a crash of the database, nor needs to: both are of the last minutes only.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import LiteralString

from entraide.guard.rules.proofs import Alarm, Seen, next_alarm
from entraide.intake.abuse.counting import Telling
from entraide.intake.database import Link

# Names beyond their bound are heard by all, also by who has nothing to tell; of very many, the worst.
MOST_HEARD = 1_000
TELL_SQL: LiteralString = """
INSERT INTO guard_tally AS tally (key, count, ends_at, free)
SELECT * FROM unnest(%s::bytea[], %s::int[], %s::timestamptz[], %s::int[])
ON CONFLICT (key) DO UPDATE SET count = tally.count + excluded.count RETURNING key, count
"""
HEAR_SQL: LiteralString = """
SELECT key, count FROM guard_tally WHERE ends_at = %s AND count > free ORDER BY count DESC LIMIT %s
"""
# What was seen since the alarm moved, by all processes. Calm ones write nothing.
SEE_SQL: LiteralString = """
INSERT INTO guard_alarm AS alarm (id, came, abusive, fill) VALUES (1, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET came = alarm.came + excluded.came, abusive = alarm.abusive + excluded.abusive,
    fill = greatest(alarm.fill, excluded.fill)
"""
ALARM_SQL: LiteralString = """
SELECT moved_at::text, extract(epoch FROM clock_timestamp() - moved_at)::float8, step, pressed_seconds, calm_seconds,
    came, abusive, fill
FROM guard_alarm WHERE id = 1
"""
# Whoever finds that it is time moves it, unless another did since it was read.
MOVE_SQL: LiteralString = """
UPDATE guard_alarm SET moved_at = clock_timestamp(), step = %s, pressed_seconds = %s, calm_seconds = %s,
    came = came - %s, abusive = abusive - %s, fill = 0
WHERE id = 1 AND moved_at = %s::timestamptz RETURNING 1
"""
MOVED_EVERY_SECONDS = 0.9
# Of a longer time in which nobody looked, or of a clock that was put back, nobody knows how it was.
MOST_SECONDS = 2.0


class Store:
    """A connection of its own, made again after it broke. Raises Unavailable or Unwritable."""

    def __init__(self, url: str) -> None:
        self._link = Link(url)

    async def tell(self, telling: Sequence[Telling], *, ends_at: float) -> Mapping[bytes, int]:
        """Add counts of the minute that ends then. Return what all processes counted under these keys, and under those
        that are beyond their bound."""
        end = datetime.fromtimestamp(ends_at, UTC)
        counts: dict[bytes, int] = {}
        if telling:
            columns = (
                [each.key for each in telling],
                [each.count for each in telling],
                [end] * len(telling),
                [each.free for each in telling],
            )
            counts = dict(await self._link.rows(TELL_SQL, columns))
        return counts | dict(await self._link.rows(HEAR_SQL, (end, MOST_HEARD)))

    async def alarm(self, seen: Seen) -> Alarm:
        """Tell what this process saw, raise or lower the alarm of all processes if it is time, and return it."""
        if seen.came or seen.abusive or seen.fill:
            await self._link.rows(SEE_SQL, (seen.came, seen.abusive, seen.fill))
        rows = await self._link.rows(ALARM_SQL)
        if not rows:
            return Alarm()
        moved_at, passed, step, pressed, calm, came, abusive, fill = rows[0]
        alarm = Alarm(step, pressed, calm)
        is_calm = not (step or pressed or came or abusive or fill)
        if is_calm or 0 <= passed < MOVED_EVERY_SECONDS:
            return alarm
        seconds = min(passed, MOST_SECONDS) if passed > 0 else MOST_SECONDS
        moved = next_alarm(alarm, Seen(seconds, came=came, abusive=abusive, fill=fill))
        values = (moved.step, moved.pressed_seconds, moved.calm_seconds, came, abusive, moved_at)
        return moved if await self._link.rows(MOVE_SQL, values) else alarm

    async def close(self) -> None:
        """Give the connection back."""
        await self._link.close()
