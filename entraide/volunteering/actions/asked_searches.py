"""Counts what people look for, and forgets what few looked for."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Q

from entraide.volunteering.models import AskedSearch
from entraide.volunteering.rules.asked_searches import FEWEST, KEPT_DAYS

_COUNT = """
INSERT INTO volunteering_askedsearch (day, text, language, asked, empty)
SELECT %s, text, language, 1, CASE WHEN empty THEN 1 ELSE 0 END
FROM unnest(%s::varchar[], %s::varchar[], %s::boolean[]) AS each (text, language, empty)
ON CONFLICT (day, language, text) DO UPDATE
SET asked = volunteering_askedsearch.asked + 1, empty = volunteering_askedsearch.empty + excluded.empty
"""


@transaction.atomic
def count_asked(*, counts: Sequence[tuple[str, str, bool]], day: date) -> None:
    """Count each text and language once more on a day, with whether it found nothing. None comes twice in `counts`."""
    # In one order, so that two workers do not wait for each other in a circle.
    rows = sorted(counts)
    if rows:
        texts, languages, empty = (list(column) for column in zip(*rows, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [day, texts, languages, empty])


def forget_asked(*, today: date) -> int:
    """Forget texts of past days that few asked for, and all that is old; return how many rows went."""
    few = Q(day__lt=today, asked__lt=FEWEST)
    return AskedSearch.objects.filter(few | Q(day__lt=today - timedelta(days=KEPT_DAYS))).delete()[0]
