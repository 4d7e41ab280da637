"""The judged queries of the search benchmark: enough, well formed, fairly split, and judged as README.md says."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from bench.search_judged.judging import Half, Query, grades, half, queries
from bench.search_judged.measures import ndcg, recall
from bench.search_missions.drawing import Made, after_preposition, missions, places
from bench.search_missions.needs import labels, needs, template_titles

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


@cache
def drawn() -> tuple[Made, ...]:
    return tuple(missions(20_000, now=NOW))


def of(need: str, commune: str, moment: str = "weekend") -> Made:
    """Return a drawn mission of a need, as if it were in a commune of ours at a moment of ours."""
    mission = next(each for each in drawn() if each.need.id == need)
    place = next(each for each in places() if each.code == commune)
    return replace(mission, place=place, moment=moment)


def test_the_first_missions_of_many_are_those_of_few() -> None:
    few = [(each.title, each.text, each.place.code) for each in missions(50, now=NOW)]
    assert few == [(each.title, each.text, each.place.code) for each in list(missions(200, now=NOW))[:50]]


def test_every_need_is_worded_filed_and_from_a_template_that_exists() -> None:
    called, templates = labels(), template_titles()
    for need in needs():
        assert len(need.titles) >= 3, need.id
        assert len(need.texts) >= 3, need.id
        assert need.domain in called["domain"]
        assert need.activity in called["activity"]
        assert not need.template or need.template in templates
    assert {need.template for need in needs() if need.template} == set(templates)


def test_there_are_enough_queries_each_once_and_each_in_one_half() -> None:
    texts = [query.text for query in queries()]
    assert len(texts) == len(set(texts)) >= 150
    tune, report = half(Half.TUNE), half(Half.REPORT)
    assert sorted(query.text for query in tune + report) == sorted(texts)
    assert {query.kind for query in tune} == {query.kind for query in report}


def test_every_query_has_missions_that_are_worth_something_to_whoever_types_it() -> None:
    for query in queries():
        assert any(grade >= 2 for grade in grades(query, drawn()).values()), query.text


@pytest.mark.parametrize(
    ("commune", "grade"), [("67482", 3), ("67218", 2), ("68066", 0), ("67180", 1), ("75056", 0)]
)  # fmt: skip
def test_a_mission_is_worth_less_the_farther_it_is_from_the_place_of_the_query(commune: str, grade: int) -> None:
    query = Query(text="x", kind="place", best=(frozenset({"masks"}),), commune="67482")
    assert query.grade(of("handout_protection", commune)) == grade


def test_what_is_done_from_home_is_worth_one_less_from_everywhere() -> None:
    query = Query(text="x", kind="place", best=(frozenset({"masks"}),), commune="67482")
    assert {query.grade(of("sew_masks", commune)) for commune in ("67482", "75056")} == {2}


def test_another_moment_costs_one() -> None:
    query = Query(text="x", kind="moment", best=(frozenset({"masks"}),), moment="weekend")
    assert query.grade(of("sew_masks", "75056", "weekend")) == 3
    assert query.grade(of("sew_masks", "75056", "evening")) == 2


def test_the_best_order_measures_one_and_nothing_measures_none() -> None:
    worth = {"a": 3, "b": 2, "c": 1}
    assert ndcg(["a", "b", "c"], worth) == 1
    assert ndcg(["x", "y"], worth) == 0
    assert 0 < ndcg(["c", "b", "a"], worth) < 1
    assert recall(["x", "a"], worth) == 0.5
    assert recall(["b", "a"], worth) == 1


@pytest.mark.parametrize(
    ("preposition", "name", "said"),
    [
        ("de", "Le Mans", "du Mans"),
        ("à", "Les Herbiers", "aux Herbiers"),
        ("de", "Arles", "d'Arles"),
        ("à", "Lyon", "à Lyon"),
    ],
)
def test_names_of_communes_follow_prepositions_as_in_french(preposition: str, name: str, said: str) -> None:
    assert after_preposition(preposition, name) == said
