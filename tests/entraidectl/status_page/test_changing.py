"""What wishes make of the data, and which make no sense."""

from datetime import timedelta

import pytest

from entraidectl.status.page.changing import Close, Open, Refused, SetState, Update, Wish, change
from entraidectl.status.page.data import Data, Said, Stage, State
from tests.entraidectl.status_page.situations import KNOWN, NOW, SLOW_SIGNUP, after

MORE = Said(fr="Encore un peu de patience.", en="A little patience still.")


def test_an_incident_is_told_from_its_beginning_to_its_end_and_stays_in_the_history() -> None:
    data = after(SLOW_SIGNUP, Update(text=MORE, stage=Stage.FOUND, state=State.DOWN), Close())
    (incident,) = data.incidents
    assert incident.id == "2026-11-27-inscriptions-lentes"
    assert [each.stage for each in incident.messages] == [Stage.INVESTIGATING, Stage.FOUND, Stage.OVER]
    assert [each.state for each in data.changes] == [State.SLOW, State.DOWN, State.WORKS]
    assert (data.revision, data.open_incidents, data.state_of("signup")) == (3, (), State.WORKS)


def test_a_component_that_another_open_incident_touches_does_not_work_yet() -> None:
    other = Open(title=Said(fr="Panne", en="Outage"), components=("signup", "meetings"), state=State.DOWN)
    data = after(SLOW_SIGNUP, other, Close(incident="2026-11-27-inscriptions-lentes"))
    assert data.state_of("signup") is State.DOWN
    data = after(Close(), data=data, since=NOW + timedelta(hours=1))
    assert {data.state_of(name) for name in KNOWN} == {State.WORKS}


def test_two_incidents_of_one_name_and_day_are_two() -> None:
    data = after(SLOW_SIGNUP, Close(), SLOW_SIGNUP)
    assert [each.id for each in data.incidents] == [
        "2026-11-27-inscriptions-lentes",
        "2026-11-27-inscriptions-lentes-2",
    ]


def test_a_title_without_a_latin_letter_has_a_name_too() -> None:
    data = after(Open(title=Said(fr="…", en="…"), components=("signup",), state=State.SLOW))
    assert data.incidents[0].id == "2026-11-27"


def test_what_is_so_already_changes_nothing() -> None:
    data = after(SLOW_SIGNUP)
    assert change(data, SetState("signup", State.SLOW), known=KNOWN, now=NOW) is data


OPENED = after(SLOW_SIGNUP)
NAME = OPENED.incidents[0].id
TWO_OPEN = after(SLOW_SIGNUP, SLOW_SIGNUP)


@pytest.mark.parametrize(
    ("data", "wish", "words"),
    [
        (Data(), SetState("sigup", State.DOWN), "site.toml has no component sigup: did you mean signup?"),
        (Data(), SetState("x", State.DOWN), "no component x: there are signup, missions, meetings"),
        (Data(), Close(), "no incident is open: status open tells of one"),
        (TWO_OPEN, Close(), "several incidents are open: say --incident, of 2026-11-27-inscriptions-lentes-2"),
        (OPENED, Close(incident="2026"), "no incident is called 2026: there are"),
        (OPENED, Close(incident=NAME[:-1]), f"did you mean {NAME}"),
        (after(SLOW_SIGNUP, Close()), Update(text=MORE, incident=NAME), "has been over since 2026-11-27T14:31:00Z"),
        (OPENED, Update(text=MORE, stage=Stage.OVER), "is closed: status close"),
        (OPENED, Update(text=Said(fr=" ", en="More")), "the message in French is empty"),
        (OPENED, Update(text=Said(fr="Plus", en="\n")), "the message in English is empty"),
        (OPENED, Update(text=Said(fr="a" * 1501, en="More")), "has 1501 letters, 1500 at most"),
        (OPENED, Update(text=Said(fr="a\x00", en="More")), "holds a character that no page can show"),
        (Data(), Open(Said(fr="a", en="b"), ("signup",), State.WORKS), "in which everything works is none"),
        (Data(), Open(Said(fr="a", en="b"), (), State.SLOW), "name --components, of signup, missions"),
        (Data(), Open(Said(fr="a\nb", en="b"), ("signup",), State.SLOW), "a title is one line"),
        (Data(), Open(Said(fr="a", en="b"), ("signup",), State.SLOW, stage=Stage.OVER), "begins before it is over"),
    ],
)
def test_nonsense_is_refused_in_plain_words(data: Data, wish: Wish, words: str) -> None:
    with pytest.raises(Refused) as raised:
        change(data, wish, known=KNOWN, now=NOW + timedelta(hours=1))
    assert words in str(raised.value)


def test_a_clock_that_goes_wrong_is_told_before_history_is_out_of_order() -> None:
    with pytest.raises(Refused, match="put this machine's clock right"):
        change(OPENED, Close(), known=KNOWN, now=NOW - timedelta(seconds=1))
