"""The search in an address: read leniently, written back shortest, never a fault."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from hypothesis import example, given
from hypothesis import strategies as st

from entraide.volunteering.rules.mission_search import MissionSearch, Presence, When, read_search
from entraide.volunteering.rules.ordering import Order

WEDNESDAY = datetime(2026, 4, 15, 8, 30, tzinfo=UTC)


def read(query: str) -> MissionSearch:
    return read_search(QueryDict(query))


def test_a_whole_search_is_read() -> None:
    found = read(
        "where=Lyon&radius=50&mode=on_site&when=week&kind=food_aid&domain=health&public=seniors&minors=1&sort=new"
    )
    assert found == MissionSearch(
        where="Lyon", km=50, presence=Presence.ON_SITE, when=When.WEEK, kinds=("food_aid",), domains=("health",),
        public="seniors", minors=True, sort=Order.NEWEST,
    )  # fmt: skip
    assert not found.problems


def test_what_is_as_usual_does_not_stand_in_the_address() -> None:
    assert read("where=&radius=25&mode=&when=&from=&to=&domain=&public=&sort=").query() == "?"


@pytest.mark.parametrize(
    ("query", "problem_field"),
    [
        ("where=%00%00", "where"),
        ("where=%ff%fe", "where"),
        ("where=" + "x" * 81, "where"),
        ("radius=-5", "radius"),
        ("radius=0", "radius"),
        ("radius=99999999999999999999", "radius"),
        ("radius=٢٥", "radius"),
        ("departement=999", "departement"),
        ("from=yesterday", "from"),
        ("from=0001-01-01", "from"),
        ("to=2026-13-45", "to"),
        ("from=2026-05-02&to=2026-05-01", "to"),
        ("kind=%00", "kind"),
        ("mode=flying", "mode"),
        ("public='; DROP TABLE", "public"),
        ("sort=up", "sort"),
    ],
)
def test_what_is_not_understood_is_told_and_left_out(query: str, problem_field: str) -> None:
    assert [problem.field for problem in read(query).problems] == [problem_field]


@example(query={"radius": "1"})
@given(
    query=st.dictionaries(
        st.sampled_from(["where", "radius", "departement", "mode", "when", "from", "to", "kind", "sort", "after"]),
        st.text(max_size=40),
    )
)
def test_anything_is_read_and_its_own_address_reads_the_same(query: dict[str, str]) -> None:
    given_query = QueryDict(mutable=True)
    given_query.update(query)
    found = read_search(given_query)
    again = read(found.query(after=found.after)[1:])
    assert again == found


@pytest.mark.parametrize(
    ("when", "first", "last"),
    [
        (When.TODAY, "2026-04-15T08:30", "2026-04-15T22:00"),
        (When.TOMORROW, "2026-04-15T22:00", "2026-04-16T22:00"),
        (When.WEEKEND, "2026-04-17T22:00", "2026-04-19T22:00"),
        (When.WEEK, "2026-04-15T08:30", "2026-04-21T22:00"),
    ],
)
def test_a_span_begins_now_and_ends_at_a_local_midnight(when: When, first: str, last: str) -> None:
    window = MissionSearch(when=when).window(now=WEDNESDAY)
    assert window is not None
    assert [at.astimezone(UTC).isoformat()[:16] for at in window] == [first, last]


def test_on_sunday_the_weekend_is_today() -> None:
    sunday = datetime(2026, 4, 19, 8, 0, tzinfo=UTC)
    window = MissionSearch(when=When.WEEKEND).window(now=sunday)
    assert window == (sunday, datetime(2026, 4, 19, 22, 0, tzinfo=UTC))


def test_named_days_win_over_a_span_and_past_ones_begin_now() -> None:
    found = read("when=today&from=2026-04-01&to=2026-04-20")
    assert found.when is None and found.on == date(2026, 4, 1)
    assert found.window(now=WEDNESDAY) == (WEDNESDAY, datetime(2026, 4, 20, 22, 0, tzinfo=UTC))
