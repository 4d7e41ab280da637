"""How well engines answer the judged queries: nDCG@10 and recall, by half and by kind of query."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.search_judged.judging import Half, Query, grades, half
from bench.search_judged.measures import REACH, mean, ndcg, recall
from bench.search_missions.drawing import Made

Find = Callable[[Query, int], list[str]]


@dataclass(slots=True)
class Quality:
    """What an engine's answers to one half of the queries are worth."""

    ndcg: float
    recall: float
    by_kind: dict[str, float] = field(default_factory=dict)
    by_query: dict[str, float] = field(default_factory=dict)


def judged(missions: Sequence[Made], which: Half) -> dict[Query, dict[str, int]]:
    """Return the grades of the missions for each query of a half."""
    return {query: grades(query, missions) for query in half(which)}


def measure(find: Find, judgements: Mapping[Query, Mapping[str, int]]) -> Quality:
    """Ask an engine every query and measure its answers."""
    gains: dict[str, float] = {}
    reached: list[float] = []
    kinds: dict[str, list[float]] = defaultdict(list)
    for query, worth in judgements.items():
        found = find(query, REACH)
        gains[query.text] = ndcg(found, worth)
        reached.append(recall(found, worth))
        kinds[query.kind].append(gains[query.text])
    return Quality(
        ndcg=mean(list(gains.values())),
        recall=mean(reached),
        by_kind={kind: mean(values) for kind, values in kinds.items()},
        by_query=gains,
    )
