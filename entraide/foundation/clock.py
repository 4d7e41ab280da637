"""The one time source. Views and tasks read it once and pass `now` down; rules and actions take it as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)
