"""NATS JetStream as a replicated log: what `Log.append` returned for is on the disks of a majority. Django-free.

Whether a server writes to its disk before it answers is its own setting (`sync_interval: always`, in ops/nats).
"""

from entraide.foundation.jetstream.keeping import Part, prepare
from entraide.foundation.jetstream.link import Away, Full, Mismatch, Servers
from entraide.foundation.jetstream.log import Log, Message, State
from entraide.foundation.jetstream.streams import Streams

__all__ = [
    "Away",
    "Full",
    "Log",
    "Message",
    "Mismatch",
    "Part",
    "Servers",
    "State",
    "Streams",
    "prepare",
]
