"""Identifiers: UUID version 7, which sort by the time they were made (RFC 9562)."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """Return a new UUIDv7."""
    return uuid_utils.compat.uuid7()
