"""How often meetings may be opened, and doors come to, from one address (IPv6: one /64).

A class behind one address comes within a minute or two, and fits. Whoever tries names has few tries: drawn ones cannot
be guessed anyway, and chosen ones have a lobby or ask for a login.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest

from entraide.foundation.middleware import address_of
from entraide.guard import api as guard

WINDOW = timedelta(minutes=1)
OPENED_PER_CLIENT = 20
# Whoever waits at a door asks every few seconds: two hundred may wait behind one address.
DOORS_PER_CLIENT = 3_000
WRONG_NAMES_PER_CLIENT = 20
# A platform asks at every look of a pupil at a course; whoever tries secrets has few tries.
CALLS_PER_TENANT = 6_000
WRONG_SUMS_PER_CLIENT = 60
PASSES_PER_CLIENT = 600


def count_opening(request: HttpRequest, *, now: datetime) -> None:
    """Count one more meeting that is opened. Raises guard.TooMany."""
    _count(request, "opening", OPENED_PER_CLIENT, now)


def count_door(request: HttpRequest, *, now: datetime) -> None:
    """Count one more who comes to a door; whoever waits there asks again and again. Raises guard.TooMany."""
    _count(request, "door", DOORS_PER_CLIENT, now)


def count_wrong_name(request: HttpRequest, *, now: datetime) -> None:
    """Count one more name that leads nowhere. Raises guard.TooMany."""
    _count(request, "wrong name", WRONG_NAMES_PER_CLIENT, now)


def count_call(tenant: UUID, *, now: datetime) -> None:
    """Count one more call of a tenant. Raises guard.TooMany."""
    guard.count_against(key=f"meeting call:tenant:{tenant}", most=CALLS_PER_TENANT, window=WINDOW, now=now)


def count_wrong_sum(request: HttpRequest, *, now: datetime) -> None:
    """Count one more call that no secret signed. Raises guard.TooMany."""
    _count(request, "wrong sum", WRONG_SUMS_PER_CLIENT, now)


def count_pass(request: HttpRequest, *, now: datetime) -> None:
    """Count one more who comes with a tenant's pass. Raises guard.TooMany."""
    _count(request, "pass", PASSES_PER_CLIENT, now)


def _count(request: HttpRequest, what: str, most: int, now: datetime) -> None:
    network = guard.networks_of(address_of(request)).address
    guard.count_against(key=f"meeting {what}:client:{network}", most=most, window=WINDOW, now=now)
