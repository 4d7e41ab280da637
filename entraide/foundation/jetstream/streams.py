"""The streams that together are one log, and what is asked of each. Pure.

There are several because a stream whose leader dies takes nothing for the 4 to 9 seconds in which the other servers
choose a new one, and no setting shortens that. With a leader on each server, the others go on at once.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from nats.js.api import AckPolicy, ConsumerConfig, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

READER = "reader"
# A reader that neither settles nor returns within this time is taken for dead, and another gets its messages.
SETTLE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Streams:
    """`count` streams named after the log; each is kept on `copies` servers."""

    name: str
    copies: int = 3
    count: int = 3

    @property
    def names(self) -> tuple[str, ...]:
        """The streams' names on the servers."""
        return tuple(f"{self.name}-{number}" for number in range(1, self.count + 1))

    @property
    def majority(self) -> int:
        """How many of the servers of a stream must have a message before it is acknowledged."""
        return self.copies // 2 + 1


def subject_of(name: str) -> str:
    """Return what messages of a stream are published under."""
    return f"{name}.entry"


def wish(streams: Streams, name: str, *, most_bytes: int) -> StreamConfig:
    """Return how one stream of the log must be; `most_bytes` are those of the whole log."""
    return StreamConfig(
        name=name,
        description="Acknowledged, and not in the database yet",
        subjects=[subject_of(name)],
        # A message stays until it is settled, and goes then.
        retention=RetentionPolicy.WORK_QUEUE,
        # A full stream says no: dropping the oldest, or those of some age, would lose what was acknowledged.
        discard=DiscardPolicy.NEW,
        max_age=0,
        max_msgs=-1,
        max_bytes=most_bytes // streams.count,
        storage=StorageType.FILE,
        num_replicas=streams.copies,
    )


def reader_wish() -> ConsumerConfig:
    """Return how the one reader of a stream must be, which all workers share."""
    return ConsumerConfig(
        durable_name=READER, ack_policy=AckPolicy.EXPLICIT, ack_wait=SETTLE_SECONDS, max_ack_pending=1000
    )


def faults(streams: Streams, config: StreamConfig) -> list[str]:
    """Return why a stream that the servers hold could lose what it acknowledged; nothing when it could not."""
    found = []
    if config.storage != StorageType.FILE:
        found.append(f"is kept in {config.storage}, not on files")
    if (config.num_replicas or 1) < streams.copies:
        found.append(f"keeps {config.num_replicas or 1} copies, not {streams.copies}")
    if config.discard != DiscardPolicy.NEW:
        found.append("drops the oldest when it is full")
    if config.max_age:
        found.append("drops what is old")
    if config.retention != RetentionPolicy.WORK_QUEUE:
        found.append("is no work queue")
    return found


def differs(wished: StreamConfig, config: StreamConfig) -> bool:
    """Tell whether a stream must be updated to be as wished."""
    told = ("subjects", "retention", "discard", "max_age", "max_msgs", "max_bytes", "storage", "num_replicas")
    return any((getattr(wished, each) or None) != (getattr(config, each) or None) for each in told)


def to_move(leaders: Mapping[str, str], *, servers: Collection[str]) -> str | None:
    """Return a stream whose leader also leads another one while some server leads none; None when all is well.

    `leaders` are the servers that lead, by stream.
    """
    if len(leaders) < 2 or set(servers) <= set(leaders.values()):
        return None
    leads = Counter(leaders.values())
    return next((name for name in sorted(leaders) if leads[leaders[name]] > 1), None)
