"""The operator's pages of media servers, and what the public reads of them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from entraide.journal.models import Entry
from entraide.meetings import measures
from entraide.meetings.models import Node
from entraide.meetings.queries.overview import fleet_now
from entraide.meetings.rules.load import UNKNOWN_HEADS, expected_pps
from tests.meetings.situations import comes_in, node_new, node_well, opened, placed, pool_named, time_passes
from tests.pages.conftest import SignIn
from tests.strict_client import StrictClient

ROOM = expected_pps(UNKNOWN_HEADS)
pytestmark = pytest.mark.django_db


@pytest.fixture
def client(signed_in_as: SignIn) -> StrictClient:
    return signed_in_as("")


@pytest.fixture
def operator(signed_in_as: SignIn) -> StrictClient:
    return signed_in_as("operator")


def test_a_visitor_reads_nothing_of_the_fleet(client: StrictClient) -> None:
    node_well("one", pool=pool_named("public"))
    for path in ("/en/operator/meetings/", "/en/operator/meetings/one/"):
        assert client.get(path).status_code in (302, 403)


def test_an_operator_sees_nodes_with_what_they_have_and_never_whose(operator: StrictClient) -> None:
    pool = pool_named("public")
    node_well("one", pool=pool, capacity_pps=ROOM * 10)
    room = placed(pool, heads=UNKNOWN_HEADS)
    page = operator.get("/en/operator/meetings/").content.decode()
    assert "one" in page
    assert 'value="16"' in page
    assert room.name not in page
    assert str(room.pk) not in page
    part = operator.get("/en/operator/meetings/?part=now").content.decode()
    assert part.lstrip().startswith('<div id="fleet-now"')


def test_draining_is_written_down_and_taken_back(operator: StrictClient) -> None:
    node = node_well("one", pool=pool_named("public"))
    assert operator.post("/en/operator/meetings/one/", {"minutes": "20"}).status_code == 302
    node.refresh_from_db()
    assert node.standing == "draining"
    assert node.drain_deadline
    assert operator.post("/en/operator/meetings/one/", {"serve": "1"}).status_code == 302
    assert list(Node.objects.values_list("standing", "drain_deadline")) == [("in_service", None)]
    verbs = list(Entry.objects.filter(thing_kind="media_node").order_by("at").values_list("verb", flat=True))
    assert verbs == ["media_node.draining", "media_node.in_service"]


@pytest.mark.parametrize("minutes", ["-1", "soon", "99999"])
def test_a_time_that_is_none_changes_nothing(operator: StrictClient, minutes: str) -> None:
    node = node_well("one", pool=pool_named("public"))
    assert operator.post("/en/operator/meetings/one/", {"minutes": minutes}).status_code == 400
    node.refresh_from_db()
    assert node.standing == "in_service"


def test_a_node_that_is_not_there_is_not_found(operator: StrictClient) -> None:
    assert operator.get("/en/operator/meetings/none/").status_code == 404


def _capacity(client: StrictClient) -> str:
    answer = client.get("/en/meet/capacity/")
    assert "s-maxage" in answer["Cache-Control"]
    return answer.content.decode()


def test_the_public_reads_the_truth(client: StrictClient) -> None:
    assert "For two people only" in _capacity(client)
    pool = pool_named("public")
    # Rooms are given 60 percent of what a node bears: three of the usual size, and a little more.
    node = node_well("one", pool=pool, capacity_pps=ROOM * 100 * 7 // (2 * 60))
    assert "there is room" in _capacity(client)
    for _ in range(3):
        placed(pool, heads=UNKNOWN_HEADS)
    assert "meetings wait in line" in _capacity(client)
    Node.objects.filter(pk=node.pk).update(health="dead")
    assert "For two people only" in _capacity(client)


def test_little_is_left_before_nothing_is(client: StrictClient) -> None:
    pool = pool_named("public")
    node_well("one", pool=pool, capacity_pps=ROOM * 100 * 10 // 60 + 100)
    for _ in range(9):
        placed(pool, heads=UNKNOWN_HEADS)
    assert "not much is left" in _capacity(client)


def test_who_meets_in_twos_is_counted_apart(client: StrictClient) -> None:
    pool = pool_named("public")
    room = opened(pool).room
    for who in ("a", "b"):
        comes_in(room, who)
    assert (fleet_now().in_pairs, fleet_now().on_servers) == (2, 0)


def test_what_is_measured_is_what_stands() -> None:
    pool = pool_named("public")
    node_well("one", pool=pool, capacity_pps=ROOM * 10)
    node_new("two", pool=pool)
    placed(pool, heads=UNKNOWN_HEADS)
    measures.note(fleet_now())

    def value(name: str, **labels: str) -> float | None:
        return REGISTRY.get_sample_value(f"entraide_meetings_{name}", {"pool": "public", **labels})

    assert value("pool_load_pps") == ROOM
    assert value("pool_usable_pps") == ROOM * 6
    assert (value("nodes", health="fresh"), value("nodes", health="returning")) == (1, 1)


def test_the_fleet_is_read_in_few_queries(django_assert_num_queries: Callable[[int], object]) -> None:
    for name in ("one", "two", "three"):
        node_well(name, pool=pool_named(f"pool-{name}"))
    time_passes(timedelta(seconds=1))
    with django_assert_num_queries(4):  # type: ignore[attr-defined]
        fleet_now()
