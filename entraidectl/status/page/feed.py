"""The Atom feed of one language: an entry for each message, so that a reader shows every one."""

from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from entraidectl.status.page.data import Data, Incident, Message, written
from entraidectl.status.page.incidents import paragraphs, path_of
from entraidectl.status.page.subject import Subject
from entraidectl.status.page.words import STAGES, WORDS, Language

ENTRIES = 30


def feed(data: Data, subject: Subject, language: Language, now: datetime) -> str:
    """Return the feed, the latest message first."""
    told = [
        (incident, number, message)
        for incident in data.incidents
        for number, message in enumerate(incident.messages, start=1)
    ]
    told.sort(key=lambda each: each[2].at, reverse=True)
    base = f"{subject.address}{language}/"
    title = f"{WORDS[language].page} · {subject.title}"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">\n'
        f"<id>{escape(base)}atom.xml</id>\n<title>{escape(title)}</title>\n"
        f'<link rel="self" type="application/atom+xml" href={quoteattr(f"{base}atom.xml")}/>\n'
        f'<link rel="alternate" type="text/html" href={quoteattr(f"{base}index.html")}/>\n'
        f"<updated>{written(told[0][2].at if told else now)}</updated>\n"
        f"<author><name>{escape(subject.title)}</name></author>\n"
        f"{''.join(_entry(*each, base=base, language=language) for each in told[:ENTRIES])}</feed>\n"
    )


def _entry(incident: Incident, number: int, message: Message, *, base: str, language: Language) -> str:
    address = f"{base}{path_of(incident)}"
    title = f"{getattr(incident.title, language)} – {STAGES[language][message.stage]}"
    return (
        f"<entry>\n<id>{escape(address)}#m{number}</id>\n<title>{escape(title)}</title>\n"
        f'<link rel="alternate" type="text/html" href={quoteattr(address)}/>\n'
        f"<published>{written(incident.began_at if number == 1 else message.at)}</published>\n"
        f"<updated>{written(message.at)}</updated>\n"
        + "".join(f"<category term={quoteattr(each)}/>\n" for each in incident.components)
        + f'<content type="html">{escape(paragraphs(getattr(message.text, language)))}</content>\n</entry>\n'
    )
