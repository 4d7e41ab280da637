"""The closed lists of the exchange."""

from enum import StrEnum


class Moderation(StrEnum):
    """What happens to a mission that a partner sends and the machine accepts."""

    TRUSTED = "trusted"
    QUEUE = "queue"


class FeedKind(StrEnum):
    """What is fetched from a partner."""

    MISSIONS = "missions"
    ALERTS = "alerts"


class RunState(StrEnum):
    """How a run stands. `held` is a run whose withdrawals were held back."""

    RUNNING = "running"
    DONE = "done"
    HELD = "held"
    FAILED = "failed"


class Outcome(StrEnum):
    """What became of one mission."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    KEPT = "kept"
