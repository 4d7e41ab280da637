"""Benchmarks that draw samples within a time, and feeds that are drawn."""

from io import BytesIO

from bench.feeds_made import feed
from bench.search import _asked
from bench.search_typing import Typed
from entraide.exchange.parsing.mission_feed import missions
from entraide.exchange.rules.document import read
from entraide.exchange.rules.judging import judge

PLACES = [("Strasbourg", "67000"), ("L'Haÿ-les-Roses & Cie", "94240")]


class Counting:
    """An engine that finds nothing."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def find(self, text: str, *, language: str, most: int) -> list[str]:
        self.asked.append(text)
        return []


def test_an_engine_is_asked_the_least_however_little_time_there_is() -> None:
    engine, texts = Counting(), [Typed(f"text {number}", "fr") for number in range(50)]
    assert len(_asked(engine, texts, least=7, longest=-1.0)) == 7  # type: ignore[arg-type]
    assert engine.asked == [each.text for each in texts[:7]]


def test_an_engine_is_asked_all_there_is_within_the_time() -> None:
    engine, texts = Counting(), [Typed(f"text {number}", "fr") for number in range(50)]
    assert len(_asked(engine, texts, least=7, longest=600.0)) == 50  # type: ignore[arg-type]


def test_a_drawn_feed_can_be_shown_and_changes_in_so_many_missions(now: object) -> None:
    before, after = (list(missions(BytesIO(feed(PLACES, 40, changed=changed)))) for changed in (0, 6))
    assert [one != other for one, other in zip(before, after, strict=True)] == [True] * 6 + [False] * 34
    assert len({each["clientId"] for each in before}) == 40
    for each in before:
        assert judge(read(each, lax=True), now=now).places > 0  # type: ignore[arg-type]
