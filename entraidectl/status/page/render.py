"""All files of the status page, by path. Pure: of the data, of whose page it is, and of the moment."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html import escape

from entraidectl.status.page.data import Data, Incident, State, worst, written
from entraidectl.status.page.days import last_days
from entraidectl.status.page.feed import feed
from entraidectl.status.page.frame import Place, fitting, framed, in_parts, part_links, part_path
from entraidectl.status.page.incidents import card, line, pages_of, when
from entraidectl.status.page.marks import icon, strip
from entraidectl.status.page.subject import Subject
from entraidectl.status.page.words import LANGUAGES, STATES, SUMS, WATCHED, WORDS, Language, month, place, short_day

RECENT_DAYS = 14
# What the page at the top may hold of each, so that ten components that often fail leave it below 30 kB.
CARD_BYTES = 4_000
RECENT_BYTES = 2_000
DAYS_NAMED = 3


def render(data: Data, subject: Subject, now: datetime) -> dict[str, str]:
    """Return each file's text by its path. The page at the top is the French one, which leads to the English one."""
    files = {"index.html": _index(data, subject, Place("fr", "index.html", is_root=True), now)}
    for language in LANGUAGES:
        pages = [
            ("index.html", _index(data, subject, Place(language, "index.html"), now)),
            ("atom.xml", feed(data, subject, language, now)),
            *_history(data, subject, language),
            *(page for each in data.incidents for page in pages_of(data, each, subject, language)),
        ]
        files |= {f"{language}/{path}": text for path, text in pages}
    files["status.json"] = _for_programs(data, subject, now)
    return files


def _index(data: Data, subject: Subject, here: Place, now: datetime) -> str:
    words = WORDS[here.language]
    state = worst([data.state_of(each) for each in subject.components])
    watched = state is State.WORKS and data.open_incidents
    told = WATCHED[here.language] if watched else SUMS[here.language][state]
    as_of = words.as_of.format(moment=when(now, subject, here.language), zone=place(subject.zone))
    body = (
        f'<div class="sum {state}">{icon(state)}<div><h1>{told}</h1><p>{as_of}</p></div></div>\n'
        f'<p class="note">{words.renewed.format(minutes=subject.renewed_minutes)} '
        f'<a href="index.html">{words.again}</a></p>\n'
        f"{_open(data, subject, here)}"
        f'<section aria-labelledby="services"><h2 id="services">{words.services}</h2>\n<ul class="services">\n'
        f"{''.join(_service(data, each, subject, here, now) for each in subject.components)}</ul></section>\n"
        f"{_recent(data, subject, here, now)}"
    )
    return framed(subject, here, title=told, body=body)


def _open(data: Data, subject: Subject, here: Place) -> str:
    words = WORDS[here.language]
    if not data.open_incidents:
        return ""
    cards = [card(data, each, subject, here) for each in data.open_incidents]
    shown = fitting(cards, limit=CARD_BYTES)
    left = len(cards) - shown
    more = (
        f'<p class="more"><a href="{here.link("history.html")}">{words.more.format(count=left)}</a></p>' if left else ""
    )
    return (
        f'<section aria-labelledby="open"><h2 id="open">{words.open}</h2>\n{"".join(cards[:shown])}{more}</section>\n'
    )


def _service(data: Data, component: str, subject: Subject, here: Place, now: datetime) -> str:
    language, words = here.language, WORDS[here.language]
    state = data.state_of(component)
    days = last_days(data, component, now=now, zone=subject.zone)
    bad = [f"{short_day(each.date, language)} ({STATES[language][each.state].lower()})" for each in days
           if each.state is not State.WORKS]  # fmt: skip
    heard = words.days_bad.format(days=", ".join(bad)) if bad else words.days_good
    if len(bad) > DAYS_NAMED:
        heard = words.days_many.format(count=len(bad), days=bad[-1])
    return (
        f"<li><h3>{escape(subject.name_of(component, language))}</h3>"
        f'<p class="state {state}">{icon(state)}{STATES[language][state]}</p>\n'
        f'<div class="days">{strip(days)}<p class="hidden">{heard}</p>'
        f'<p class="ends" aria-hidden="true"><span>{words.days_began}</span><span>{words.today}</span></p></div></li>\n'
    )


def _recent(data: Data, subject: Subject, here: Place, now: datetime) -> str:
    words = WORDS[here.language]
    since = now - timedelta(days=RECENT_DAYS)
    lines = [line(each, subject, here) for each in reversed(data.incidents) if each.is_over and each.told_at > since]
    listed = f'<ul class="list">\n{"".join(lines[: fitting(lines, limit=RECENT_BYTES)])}</ul>' if lines else ""
    return (
        f'<section aria-labelledby="recent"><h2 id="recent">{words.recent}</h2>\n'
        f"{listed or f'<p>{words.recent_none}</p>'}\n"
        f'<p class="more"><a href="{here.link("history.html")}">{words.whole}</a></p></section>\n'
    )


def _history(data: Data, subject: Subject, language: Language) -> Iterator[tuple[str, str]]:
    """Yield the page of all months, and a page for each month in which an incident began."""
    words = WORDS[language]
    months: dict[date, list[Incident]] = {}
    for incident in sorted(data.incidents, key=lambda each: each.began_at, reverse=True):
        began_on = incident.began_at.astimezone(subject.zone).date()
        months.setdefault(began_on.replace(day=1), []).append(incident)
    top = Place(language, "history.html")
    entries = [
        f'<li><a href="{top.link(f"{each:%Y-%m}.html")}"><b>{month(each, language)}</b>'
        f"<span>{_count(len(incidents), language)}</span></a></li>\n"
        for each, incidents in months.items()
    ]
    lead = f"<p>{words.history_lead if months else words.history_none}</p>\n"
    yield from _listed(subject, top, heading=words.history, lead=lead, entries=entries, kind="months")
    for each, incidents in months.items():
        here = Place(language, f"{each:%Y-%m}.html")
        lines = [line(incident, subject, here) for incident in incidents]
        heading = words.month_of.format(month=month(each, language))
        if language == "fr" and month(each, language)[0] in "ao":
            heading = heading.replace(" de ", " d’")
        yield from _listed(subject, here, heading=heading, lead="", entries=lines, kind="list")


def _listed(
    subject: Subject, first: Place, *, heading: str, lead: str, entries: list[str], kind: str
) -> Iterator[tuple[str, str]]:
    words = WORDS[first.language]
    back = ("index.html", words.back) if kind == "months" else ("history.html", words.whole)
    parts = in_parts(entries)
    for number, part in enumerate(parts, start=1):
        here = Place(first.language, part_path(first.path, number), switch=first.path)
        listed = f'<h2 class="hidden">{heading}</h2>\n<ul class="{kind}">\n{"".join(part)}</ul>\n' if part else ""
        body = (
            f'<p class="crumb"><a href="{here.link(back[0])}">{back[1]}</a></p>\n<h1>{heading}</h1>\n{lead}{listed}'
            f"{part_links(here, first.path, number, len(parts))}"
        )
        yield here.path, framed(subject, here, title=heading, body=body)


def _count(count: int, language: Language) -> str:
    words = WORDS[language]
    return words.count_one if count == 1 else words.count_many.format(count=count)


def _for_programs(data: Data, subject: Subject, now: datetime) -> str:
    found = {
        "revision": data.revision,
        "as_of": written(now),
        "state": worst([data.state_of(each) for each in subject.components]),
        "components": {each: data.state_of(each) for each in subject.components},
        "incidents": [
            {"id": each.id, "stage": each.stage, "began_at": written(each.began_at), "components": each.components}
            for each in data.open_incidents
        ],
    }
    return json.dumps(found, indent=2) + "\n"
