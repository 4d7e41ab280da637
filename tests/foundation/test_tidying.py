"""What is past its time goes in parts, all of it, and nothing else."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entraide.foundation.tidying import delete_in_parts
from entraide.guard.models import Bound

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 10, 11])
def test_all_of_it_goes_and_nothing_else(count: int) -> None:
    now = datetime(2031, 5, 17, tzinfo=UTC)
    Bound.objects.bulk_create(Bound(key=f"{n}", window_start=now, count=n < count) for n in range(count + 3))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert delete_in_parts(Bound.objects.filter(count=1), at_once=5) == count
    assert Bound.objects.count() == 3
    deletions = [each["sql"] for each in asked if each["sql"].startswith("DELETE")]
    assert len(deletions) == -(-count // 5)
