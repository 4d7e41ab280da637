"""What people look for, for those who moderate: only what several asked for."""

from datetime import date, timedelta

from django.db.models import Sum

from entraide.volunteering.models import AskedSearch
from entraide.volunteering.rules.asked_searches import FEWEST

SHOWN = 50
DAYS = 30


def common_searches(*, today: date) -> list[tuple[str, int]]:
    """Return the texts looked for most in the last days, each with in how many minutes. One query."""
    return _most("asked", today)


def empty_searches(*, today: date) -> list[tuple[str, int]]:
    """Return the texts that found nothing most often in the last days. One query."""
    return _most("empty", today)


def _most(column: str, today: date) -> list[tuple[str, int]]:
    rows = AskedSearch.objects.filter(day__gt=today - timedelta(days=DAYS), asked__gte=FEWEST)
    counted = rows.values("text").annotate(times=Sum(column)).filter(times__gte=FEWEST)
    return list(counted.order_by("-times", "text").values_list("text", "times")[:SHOWN])
