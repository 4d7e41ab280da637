"""A list read page by page holds each row once, whatever the order, and whatever comes and goes meanwhile."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entraide.foundation.pagination import BadCursor, encode
from entraide.foundation.paging import Order, page_of
from entraide.guard.models import Bound

pytestmark = pytest.mark.django_db
NOON = datetime(2031, 5, 17, 12, tzinfo=UTC)
ORDERS: list[Order] = [
    {"pk": int},
    {"-pk": int},
    {"count": int, "-window_start": datetime, "pk": int},
    {"-window_start": datetime, "count": int, "-pk": int},
]
ROWS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=12)


def rows_of(values: list[tuple[int, int]], *, prefix: str = "row") -> list[Bound]:
    """Keep rows, many of them alike in all but their key."""
    return Bound.objects.bulk_create(
        Bound(key=f"{prefix} {number}", window_start=NOON + timedelta(hours=hours), count=count)
        for number, (count, hours) in enumerate(values)
    )


def read(order: Order, *, size: int, rest: int = 100) -> Iterator[list[int]]:
    """Yield the keys of each page; more than `rest` pages would be a list without an end."""
    after = ""
    for _ in range(rest):
        page = page_of(Bound.objects.all(), order=order, after=after, size=size)
        yield [row.pk for row in page.rows]
        if page.after is None:
            return
        after = page.after
    raise AssertionError("the list has no end")


@given(values=ROWS, size=st.integers(1, 5), order=st.sampled_from(ORDERS))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_row_is_on_one_page_in_the_order(values: list[tuple[int, int]], size: int, order: Order) -> None:
    Bound.objects.all().delete()
    rows_of(values)
    pages = list(read(order, size=size))
    assert [pk for page in pages for pk in page] == list(Bound.objects.order_by(*order).values_list("pk", flat=True))
    assert all(len(page) == size for page in pages[:-1])


@given(values=ROWS, more=ROWS, order=st.sampled_from(ORDERS), gone=st.integers(0, 11))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_that_come_and_go_move_no_other(
    values: list[tuple[int, int]], more: list[tuple[int, int]], order: Order, gone: int
) -> None:
    Bound.objects.all().delete()
    rows_of(values)
    pages = read(order, size=3)
    seen = next(pages)
    rows_of(more, prefix="more")
    lost = set(Bound.objects.filter(key=f"row {gone}").values_list("pk", flat=True))
    Bound.objects.filter(pk__in=lost).delete()
    seen += [pk for page in pages for pk in page]
    assert len(seen) == len(set(seen))
    assert set(Bound.objects.filter(key__startswith="row").values_list("pk", flat=True)) <= set(seen)


NAIVE = datetime.fromisoformat("2031-01-01T00:00")


@pytest.mark.parametrize(
    "cursor", ["x", "é", "\x00", "9" * 600, encode([1]), encode([1, "x", 1]), encode([1, NAIVE, 1])]
)
def test_what_no_list_made_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        page_of(Bound.objects.all(), order={"count": int, "-window_start": datetime, "pk": int}, after=cursor)


@pytest.mark.parametrize("number", [-(2**63), -1, 2**63, 2**64 - 1])
def test_numbers_past_all_bounds_are_no_fault(number: int) -> None:
    rows_of([(1, 1)])
    page = page_of(Bound.objects.all(), order={"count": int, "-pk": int}, after=encode([number, number]))
    assert len(page.rows) == (number < 0)
