"""The edge's benchmark compares what is alike, in rounds that take turns."""

import pytest

from bench import edge_asking, edge_cached
from bench.edge_asking import Door, Round, ask_in_turn
from bench.edge_cached import FILE, HAPROXY, OURS, VARNISH, NotAlike, check, figures

NAMES = (OURS, FILE, VARNISH, HAPROXY)


def seen(*, per_second: float = 10_000, failed: int = 0, spoken: str = "TLSv1.3 a h2") -> list[Round]:
    return [Round(per_second, 0.00002, failed, spoken)] * 3


def test_each_is_asked_once_a_round_and_each_in_turn_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(edge_asking, "ask", lambda door, path, *options: asked.append(path))
    door = Door(1, list)
    found = ask_in_turn({name: (door, name) for name in "abc"}, rounds=3)
    assert "".join(asked) == "abcbcacab"
    assert {name: len(rounds) for name, rounds in found.items()} == {"a": 3, "b": 3, "c": 3}


def test_who_speaks_otherwise_or_keeps_nothing_is_not_compared() -> None:
    alike = {name: seen() for name in NAMES}
    check(alike, asked_behind=0)
    with pytest.raises(NotAlike, match="not all speak alike"):
        check({**alike, VARNISH: seen(spoken="TLSv1.2 b h2")}, asked_behind=0)
    with pytest.raises(NotAlike, match="asked 3 times for a page that all keep"):
        check(alike, asked_behind=3)


def test_only_the_share_of_a_file_and_failures_are_bounded() -> None:
    rounds = {OURS: seen(per_second=8_100), FILE: seen(), VARNISH: seen(per_second=4_050), HAPROXY: seen(failed=1)}
    by_name = {each.name: each for each in figures({"HTTP/2": rounds})}
    assert by_name["HTTP/2: cached page, share of Varnish (pairs)"].value == 2
    assert {name for name, each in by_name.items() if each.holds is not None} == {
        "HTTP/2: cached page, share of the file (pairs)",
        "HTTP/2: requests that failed",
    }
    assert by_name["HTTP/2: cached page, share of the file (pairs)"].holds
    assert by_name["HTTP/2: requests that failed"].holds is False
    slower = {**rounds, OURS: seen(per_second=7_900)}
    assert [each.holds for each in figures({"HTTP/2": slower}) if each.bound == edge_cached.LEAST_SHARE_OF_A_FILE] == [
        False
    ]
