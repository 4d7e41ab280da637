"""How incidents look: a card while one is open, a line in lists, a page of its own."""

import textwrap
from collections.abc import Iterator
from datetime import datetime
from html import escape

from entraidectl.status.page.data import Data, Incident, Stage, State, worst, written
from entraidectl.status.page.frame import Place, framed, in_parts, part_links, part_path
from entraidectl.status.page.marks import icon
from entraidectl.status.page.subject import Subject
from entraidectl.status.page.words import STAGES, STATES, WORDS, Language, moment, span

# How much of the latest message stands on the first page; the incident's own has all of it.
CARD_LENGTH = 400


def path_of(incident: Incident) -> str:
    """Return the path of an incident's page within a language."""
    return f"incidents/{incident.id}.html"


def tone(data: Data, incident: Incident) -> State:
    """Return how bad an incident is now: by the worst of its components while it is open."""
    return State.WORKS if incident.is_over else worst([data.state_of(each) for each in incident.components])


def card(data: Data, incident: Incident, subject: Subject, here: Place) -> str:
    """Return an open incident, with what was said of it last."""
    language = here.language
    state = tone(data, incident)
    message = incident.messages[-1]
    whole = _in(message.text, language)
    text = whole if len(whole) <= CARD_LENGTH else textwrap.shorten(whole, CARD_LENGTH, placeholder=" …")
    title = escape(_in(incident.title, language))
    more = (
        f'<a href="{here.link(path_of(incident))}">{WORDS[language].read_on}<span class="hidden"> – {title}</span></a>'
        if text != whole
        else ""
    )
    return (
        f'<article class="card {state}">\n<h3><a href="{here.link(path_of(incident))}">'
        f"{title}</a></h3>\n"
        f'<p class="facts"><span class="state {state}">{icon(state)}{STATES[language][state]}</span>'
        f"<span>{STAGES[language][message.stage]}</span><span>{_names(incident, subject, language)}</span></p>\n"
        f'<div class="text">{paragraphs(text)}</div>\n'
        f'<p class="facts">{more}{when(message.at, subject, language)}</p>\n</article>\n'
    )


def line(incident: Incident, subject: Subject, here: Place) -> str:
    """Return an incident in a list."""
    language = here.language
    ended = span((incident.told_at - incident.began_at).total_seconds(), language) if incident.is_over else ""
    about = [
        when(incident.began_at, subject, language),
        *([f"{WORDS[language].lasted}{_colon(language)} {ended}"] if ended else []),
        STAGES[language][incident.stage],
        _names(incident, subject, language),
    ]
    facts = "".join(f"<span>{each}</span>" for each in about)
    return (
        f'<li><h3><a href="{here.link(path_of(incident))}">{escape(_in(incident.title, language))}</a></h3>'
        f'<p class="facts">{facts}</p></li>\n'
    )


def pages_of(data: Data, incident: Incident, subject: Subject, language: Language) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of an incident's page, and of its parts where it was long."""
    path = path_of(incident)
    numbered = list(enumerate(incident.messages, start=1))
    entries = [
        f'<li id="m{number}"><h3>{STAGES[language][each.stage]}</h3>{when(each.at, subject, language)}'
        f'<div class="text">{paragraphs(_in(each.text, language))}</div></li>\n'
        for number, each in reversed(numbered)
    ]
    parts = in_parts(entries)
    for number, part in enumerate(parts, start=1):
        here = Place(language, part_path(path, number), switch=path)
        body = (
            f"{_head(data, incident, subject, here)}<h2>{WORDS[language].messages}</h2>\n"
            f'<ol class="line" reversed>\n{"".join(part)}</ol>\n{part_links(here, path, number, len(parts))}'
        )
        yield here.path, framed(subject, here, title=_in(incident.title, language), body=body)


def _head(data: Data, incident: Incident, subject: Subject, here: Place) -> str:
    language, words = here.language, WORDS[here.language]
    state = tone(data, incident)
    stage = incident.stage
    said = STAGES[language][stage] if stage is Stage.OVER else f"{STATES[language][state]} · {STAGES[language][stage]}"
    facts = {words.began: when(incident.began_at, subject, language)}
    if incident.is_over:
        facts[words.ended] = when(incident.told_at, subject, language)
        facts[words.lasted] = span((incident.told_at - incident.began_at).total_seconds(), language)
    facts[words.affects] = _names(incident, subject, language)
    listed = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
    return (
        f'<p class="crumb"><a href="{here.link("index.html")}">{words.back}</a></p>\n'
        f'<div class="sum {state}">{icon(state)}<div><h1>{escape(_in(incident.title, language))}</h1>'
        f'<p>{said}</p></div></div>\n<dl class="about">{listed}</dl>\n'
    )


def when(value: datetime, subject: Subject, language: Language) -> str:
    """Return a moment, for people and for programs."""
    return f'<time datetime="{written(value)}">{moment(value, language, subject.zone)}</time>'


def paragraphs(text: str) -> str:
    """Return what somebody wrote as paragraphs, with nothing in it that a browser would act on."""
    found = [each.strip() for each in text.split("\n\n") if each.strip()]
    return "".join(f"<p>{escape(each, quote=False).replace(chr(10), '<br>')}</p>" for each in found)


def _names(incident: Incident, subject: Subject, language: Language) -> str:
    return escape(", ".join(subject.name_of(each, language) for each in incident.components))


def _in(said: object, language: Language) -> str:
    return str(getattr(said, language))


def _colon(language: Language) -> str:
    return "\N{NO-BREAK SPACE}:" if language == "fr" else ":"
