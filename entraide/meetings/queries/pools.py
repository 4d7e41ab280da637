"""The pool of those who belong to no tenant."""

from entraide.meetings.models import Pool

PUBLIC = "public"


def public_pool() -> Pool:
    """Return the pool for everybody's rooms, which is there from the first of them on."""
    return Pool.objects.get_or_create(key=PUBLIC)[0]
