"""Whose pictures somebody is sent."""

import pytest

from entraide.meetings.rules.overload import Rung, limits_of
from entraide.meetings.rules.pictures import pictures_for

CLASS = [f"pupil-{number}" for number in range(28)]


def seen(
    viewer: str, *, rung: Rung = Rung.GROUND, screens: tuple[str, ...] = (), spoken: tuple[str, ...] = ()
) -> list[str]:
    return list(pictures_for(viewer, senders=CLASS, screens=screens, spoken=spoken, limits=limits_of(rung)))


def test_of_many_the_first_nine_are_seen_and_nobody_sees_themselves() -> None:
    assert seen("pupil-3") == [each for each in CLASS[:10] if each != "pupil-3"]


def test_whoever_speaks_is_seen_by_all_the_others() -> None:
    for viewer in CLASS:
        assert ("pupil-27" in seen(viewer, spoken=("pupil-27",))) is (viewer != "pupil-27")


def test_whoever_spoke_last_stays_before_who_spoke_long_ago() -> None:
    spoken = tuple(CLASS[15:27])
    assert seen("pupil-0", spoken=spoken) == list(spoken[:9])


@pytest.mark.parametrize("rung", list(Rung))
def test_a_screen_is_seen_however_much_the_node_has_to_do(rung: Rung) -> None:
    assert seen("pupil-0", rung=rung, screens=("pupil-20",))[0] == "pupil-20"


def test_the_more_a_node_has_to_do_the_fewer_are_seen() -> None:
    spoken = ("pupil-9", "pupil-8")
    assert [len(seen("pupil-0", rung=rung, spoken=spoken)) for rung in Rung] == [9, 5, 3, 2]
    assert seen("pupil-0", rung=Rung.SPEAKERS_ONLY) == []


def test_whoever_has_left_or_sends_no_picture_takes_nobodys_place() -> None:
    limits = limits_of(Rung.FEWER_VIDEOS)
    spoken = [f"gone-{number}" for number in range(9)]
    assert pictures_for("a", senders=["a", "b", "c"], screens=(), spoken=spoken, limits=limits) == ("b", "c")
