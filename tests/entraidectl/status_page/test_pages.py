"""What the pages say and weigh, of values alone."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import PurePosixPath
from posixpath import normpath
from urllib.parse import urlsplit

import feedparser
import pytest

from entraidectl.status.page.changing import Close, Open, SetState, Update, change
from entraidectl.status.page.data import Data, Said, Stage, State
from entraidectl.status.page.days import last_days
from entraidectl.status.page.render import render
from entraidectl.status.page.words import Language
from tests.entraidectl.status_page.situations import (
    NOW,
    SHARP,
    SLOW_SIGNUP,
    SUBJECT,
    after,
    long_history,
    long_incident,
)

LIMIT = 30_000
SITUATIONS = {
    "nothing": Data(),
    "one open": after(SLOW_SIGNUP),
    "many open": after(*[SLOW_SIGNUP] * 40),
    "long history": long_history(),
    "long incident": long_incident(),
    "sharp": after(Open(title=Said(fr="<b> & \"c\" 'd'", en="</title>"), components=("signup",), state=State.DOWN,
                        text=SHARP)),
}  # fmt: skip


class Links(HTMLParser):
    """The links of a page, its ids, and the order of its headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.links += [value for name in ("href", "src") if (value := values.get(name))]
        self.ids += [value for value in [values.get("id")] if value]
        self.headings += [int(tag[1])] if re.fullmatch(r"h[1-6]", tag) else []


@pytest.mark.parametrize("name", SITUATIONS)
def test_no_page_weighs_more_than_thirty_kilobytes_and_each_is_one_file(name: str) -> None:
    for path, text in render(SITUATIONS[name], SUBJECT, NOW + timedelta(days=1)).items():
        if path.endswith(".html"):
            assert len(text.encode()) < LIMIT, path
            assert not re.search(r"<script|<img|@import|url\(|@font-face", text), path


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_link_leads_to_a_page_that_there_is(name: str) -> None:
    files = render(SITUATIONS[name], SUBJECT, NOW)
    for path, text in files.items():
        if not path.endswith(".html"):
            continue
        page = Links(text)
        assert page.headings[0] == 1, path
        assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False)), path
        for link in page.links:
            if link.startswith("#"):
                assert link[1:] in page.ids
            elif not urlsplit(link).scheme:
                target = normpath(PurePosixPath(path).parent / link)
                assert target in files, f"{path} leads to {link}"


def test_ten_components_that_fail_every_day_leave_the_page_below_its_limit() -> None:
    components: dict[str, dict[Language, str]] = {
        f"component-{number}": {"fr": "Vérification d’identité & rappels" * 2, "en": "A name of its own & more" * 2}
        for number in range(10)
    }
    data = Data()
    for back in range(40, 0, -1):
        since = NOW - timedelta(days=back)
        for number, name in enumerate(components):
            state = list(State)[1 + (back + number) % 4]
            data = change(data, SetState(name, state), known=list(components), now=since)
    title = Said(fr="É" * 120, en="E" * 120)
    text = Said(fr="& é " * 370, en="& é " * 370)
    for _ in range(10):
        wish = Open(title=title, components=tuple(components), state=State.DOWN, text=text)
        data = change(data, wish, known=list(components), now=NOW)
    for path, page in render(data, replace(SUBJECT, components=components), NOW).items():
        assert not path.endswith(".html") or len(page.encode()) < LIMIT, path


def test_a_long_message_is_shortened_at_the_top_and_whole_on_its_own_page() -> None:
    files = render(SITUATIONS["long incident"], SUBJECT, NOW)
    assert "Read all of it" in files["en/index.html"]
    assert "Read all of it" not in files["en/incidents/2026-11-27-inscriptions-lentes.html"]


def test_every_incident_is_reached_from_the_history() -> None:
    files = render(SITUATIONS["long history"], SUBJECT, NOW)
    listed = "".join(text for path, text in files.items() if re.fullmatch(r"en/\d{4}-\d\d(\.\d+)?\.html", path))
    for incident in SITUATIONS["long history"].incidents:
        assert f"incidents/{incident.id}.html" in listed


def test_a_long_incident_goes_on_in_parts_and_no_message_is_lost() -> None:
    files = render(SITUATIONS["long incident"], SUBJECT, NOW)
    parts = [text for path, text in files.items() if path.startswith("fr/incidents/")]
    assert len(parts) > 1
    found = [name for text in parts for name in Links(text).ids if re.fullmatch(r"m\d+", name)]
    assert found == [f"m{number}" for number in range(61, 0, -1)]


def test_what_a_hand_wrote_is_text_and_nothing_else() -> None:
    files = render(SITUATIONS["sharp"], SUBJECT, NOW)
    french = files["fr/incidents/2026-11-27-b-c-d.html"]
    assert "<p>&lt;script&gt;alert('é')&lt;/script&gt; &amp; \"l’été\"</p><p>]]&gt; --&gt;</p>" in french
    assert '&lt;/style&gt;&lt;b onload="x"&gt;<br>below &amp; after' in files["en/index.html"]
    (entry,) = feedparser.parse(files["en/atom.xml"].encode()).entries
    assert entry.title == "</title> – Investigating"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", SITUATIONS)
def test_the_feed_is_whole_and_has_each_message_as_an_entry_for_good(name: str, language: str) -> None:
    data = SITUATIONS[name]
    feed = feedparser.parse(render(data, SUBJECT, NOW)[f"{language}/atom.xml"].encode())
    assert (feed.bozo, feed.version, feed.feed.language) == (False, "atom10", language)
    messages = sum(len(each.messages) for each in data.incidents)
    assert len(feed.entries) == min(30, messages)
    ids = [entry.id for entry in feed.entries]
    assert len(ids) == len(set(ids))
    assert all(
        entry.link.startswith(f"https://aide.example.org/status/{language}/incidents/") for entry in feed.entries
    )
    assert [entry.updated for entry in feed.entries] == sorted((entry.updated for entry in feed.entries), reverse=True)


def test_the_top_says_the_worst_and_keeps_watching_until_all_is_closed() -> None:
    def told(data: Data) -> str:
        found = re.search(r"<h1>(.+?)</h1>", render(data, SUBJECT, NOW)["en/index.html"])
        assert found
        return found[1]

    text = Said(fr="Réparé.", en="Mended.")
    assert told(Data()) == "Everything works"
    assert told(after(SLOW_SIGNUP)) == "Part of the service is slow"
    assert told(after(SLOW_SIGNUP, SetState("meetings", State.DOWN))) == "A service is unavailable"
    watching = after(SLOW_SIGNUP, Update(text=text, stage=Stage.WATCHING, state=State.WORKS))
    assert told(watching) == "Everything works, and we keep watching"
    assert told(after(Close(), data=watching, since=NOW + timedelta(hours=1))) == "Everything works"


def test_pages_say_their_age_in_words_and_how_old_is_too_old() -> None:
    files = render(Data(), SUBJECT, NOW)
    assert (
        '<time datetime="2026-11-27T14:30:00Z">27 novembre 2026 à 15 h 30</time> (heure de Paris)'
        in files["index.html"]
    )
    assert "renouvelée toutes les 10 minutes. Si cette heure est bien plus ancienne" in files["index.html"]
    assert (
        '<time datetime="2026-11-27T14:30:00Z">27 November 2026 at 15:30</time>, Paris time' in files["en/index.html"]
    )


def test_a_day_is_as_bad_as_its_worst_hour_where_people_live() -> None:
    # 23:30 UTC is the next day in Paris.
    night = NOW.replace(day=20, hour=23, minute=30)
    data = after(SLOW_SIGNUP, Update(text=Said(fr="a", en="b"), state=State.DOWN), Close(), since=night)
    bad = {day.date.day: day.state for day in last_days(data, "signup", now=NOW, zone=SUBJECT.zone)
           if day.state is not State.WORKS}  # fmt: skip
    assert bad == {21: State.DOWN}
    assert "Last 30 days: 21 November (unavailable)." in render(data, SUBJECT, NOW)["en/index.html"]


def test_what_goes_on_for_days_marks_each_of_them() -> None:
    data = after(SLOW_SIGNUP, since=NOW - timedelta(days=3))
    days = last_days(data, "signup", now=NOW, zone=SUBJECT.zone)
    assert [day.state for day in days[-5:]] == [State.WORKS, *[State.SLOW] * 4]
    assert len(days) == 30


def test_a_component_that_is_no_more_keeps_its_history() -> None:
    data = after(SLOW_SIGNUP, Close())
    rest = {name: names for name, names in SUBJECT.components.items() if name != "signup"}
    files = render(data, replace(SUBJECT, components=rest), NOW)
    assert "signup" in files["fr/incidents/2026-11-27-inscriptions-lentes.html"]


def test_programs_read_the_same_truth() -> None:
    found = json.loads(render(after(SLOW_SIGNUP), SUBJECT, NOW)["status.json"])
    assert (found["state"], found["components"]["signup"], found["as_of"]) == ("slow", "slow", "2026-11-27T14:30:00Z")
    assert [each["id"] for each in found["incidents"]] == ["2026-11-27-inscriptions-lentes"]


def test_both_languages_say_everything() -> None:
    files = render(long_history(incidents=30), SUBJECT, NOW)
    french, english = ({path[3:] for path in files if path.startswith(f"{each}/")} for each in ("fr", "en"))
    assert french == english
