"""What an evening takes: the table that the formulas were published with, and the command that prints it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from entraide.meetings.rules.capacity import BadWish, Wish, plan


@pytest.mark.parametrize(
    ("peak", "on_servers", "pps", "cores", "nodes", "egress", "saver", "turn"),
    [
        (2_000, 1_500, 750_000, 36, 3, 2.7, 0.9, 0.5),
        (10_000, 7_500, 3_750_000, 179, 13, 13.5, 4.5, 2.7),
        (100_000, 75_000, 37_500_000, 1_786, 123, 135, 45, 27),
    ],
)
def test_the_published_table_comes_out(
    peak: int, on_servers: int, pps: int, cores: int, nodes: int, egress: float, saver: float, turn: float
) -> None:
    found = plan(Wish(peak, pools=2))
    assert (found.on_servers, found.pps, found.cores, found.nodes) == (on_servers, pps, cores, nodes)
    rounded = (round(found.egress_gbits, 1), round(found.saver_gbits, 1), round(found.turn_gbits, 1))
    assert rounded == (egress, saver, turn)
    assert found.spare_nodes == 2


def test_a_real_machine_takes_more_cores() -> None:
    assert plan(Wish(2_000, derated=True)).cores == 52


@pytest.mark.parametrize("wish", [Wish(-1), Wish(10, cores_per_node=0), Wish(10, pools=0)])
def test_nothing_is_planned_for_nonsense(wish: Wish) -> None:
    with pytest.raises(BadWish):
        plan(wish)


def test_the_command_prints_nodes_cores_and_bandwidth() -> None:
    out = StringIO()
    call_command("plan_meetings", "--peak", "2000", "--pools", "2", stdout=out)
    lines = [line.split() for line in out.getvalue().splitlines()]
    printed = {
        " ".join(words[: next(i for i, word in enumerate(words) if word[0].isdigit())]): words for words in lines
    }
    assert "36" in printed["cores"]
    assert "3" in printed["nodes"]
    assert "2" in printed["spare nodes"]
    assert "0.5" in printed["TURN, Gbit/s"]
    assert any("2.7" in words for words in lines)


def test_the_command_says_why_it_plans_nothing() -> None:
    with pytest.raises(CommandError, match="Nothing to plan"):
        call_command("plan_meetings", "--peak", "-5")
