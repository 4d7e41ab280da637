"""How well a list of results answers a judged query."""

import math
from collections.abc import Mapping, Sequence
from statistics import fmean

DEPTH = 10
REACH = 100
RELEVANT = 2


def ndcg(found: Sequence[str], grades: Mapping[str, int], *, depth: int = DEPTH) -> float:
    """Return the discounted gain of the first results, of the most that any order of all missions could have."""
    best = sorted(grades.values(), reverse=True)[:depth]
    return _gain([grades.get(key, 0) for key in found[:depth]]) / _gain(best)


def recall(found: Sequence[str], grades: Mapping[str, int], *, reach: int = REACH) -> float:
    """Return the share of the relevant missions among the first results, of the most that so many can hold."""
    relevant = {key for key, grade in grades.items() if grade >= RELEVANT}
    return len(relevant.intersection(found[:reach])) / min(len(relevant), reach) if relevant else math.nan


def mean(values: Sequence[float]) -> float:
    """Return the mean of what could be measured."""
    return fmean(value for value in values if not math.isnan(value))


def _gain(grades: Sequence[int]) -> float:
    return sum(float(2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))
