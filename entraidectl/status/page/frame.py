"""What surrounds every page: head, header, footer. A page is one file that asks for nothing else."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from entraidectl.status.page.marks import ICON_ADDRESS, MARK
from entraidectl.status.page.subject import Subject
from entraidectl.status.page.words import WORDS, Language, place

STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8").replace("\n", "")
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# Stands in the page, so that it holds wherever the files lie.
POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; img-src data:; base-uri 'none'; form-action 'none'"
# All of a page is below 30 kB; this much is left for its entries beside the style, the head and the rest.
ENTRY_BYTES = 14_000


@dataclass(frozen=True, slots=True)
class Place:
    """A page's path within the folder of one language, without the language: index.html, incidents/NAME.html.

    Texts differ in length, so that a part of one language may have none in the other: `switch` is the first part.
    """

    language: Language
    path: str
    is_root: bool = False
    switch: str = ""

    @property
    def up(self) -> str:
        """Return the way from the page to the folder of all."""
        return "" if self.is_root else "../" * (self.path.count("/") + 1)

    def link(self, path: str, language: Language | None = None) -> str:
        """Return the way from the page to another."""
        return f"{self.up}{language or self.language}/{path}"


def framed(subject: Subject, here: Place, *, title: str, body: str) -> str:
    """Return the whole page around a body."""
    words = WORDS[here.language]
    other: Language = "en" if here.language == "fr" else "fr"
    name = escape(subject.title)
    feed = here.link("atom.xml")
    switch = here.link(here.switch or here.path, other)
    return (
        f'<!doctype html>\n<html lang="{here.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)} · {words.page} · {name}</title>\n"
        f'<link rel="icon" href="{ICON_ADDRESS}">\n'
        f'<link rel="alternate" type="application/atom+xml" title="{words.page} · {name}" href="{feed}">\n'
        f'<link rel="alternate" hreflang="{other}" href="{switch}">\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">{words.skip}</a>\n'
        f'<header><div class="row"><a class="wordmark" href="{here.link("index.html")}">{MARK}<b>{name} '
        f"<small>{words.page}</small></b></a>\n"
        f'<a class="language" href="{switch}" lang="{other}" hreflang="{other}">{words.other}</a>'
        f'</div></header>\n<main id="main" class="row" tabindex="-1">\n{body}</main>\n'
        f'<footer><div class="row"><p>{words.about.format(zone=place(subject.zone))}</p>\n'
        f'<ul><li><a href="{here.link("history.html")}">{words.history}</a></li>'
        f'<li><a href="{feed}">{words.feed}</a></li>'
        f'<li><a href="{escape(subject.portal)}">{words.portal}</a></li></ul></div></footer>\n</body>\n</html>\n'
    )


def fitting(entries: Sequence[str], *, limit: int = ENTRY_BYTES) -> int:
    """Return how many of the entries, from the first on, fit into a page: one at least."""
    size = 0
    for count, entry in enumerate(entries):
        size += len(entry.encode())
        if size > limit and count:
            return count
    return len(entries)


def in_parts(entries: Sequence[str]) -> list[Sequence[str]]:
    """Return the entries of each page that they take: one page at least."""
    parts: list[Sequence[str]] = []
    left = entries
    while left or not parts:
        count = fitting(left)
        parts.append(left[:count])
        left = left[count:]
    return parts


def part_path(path: str, number: int) -> str:
    """Return the path of a part, the first being 1. A point stands before the number: no incident has one in its id."""
    return path if number == 1 else f"{path.removesuffix('.html')}.{number}.html"


def part_links(here: Place, path: str, number: int, count: int) -> str:
    """Return the links to the parts before and after; nothing where there is one part only."""
    if count == 1:
        return ""
    words = WORDS[here.language]
    links = []
    if number > 1:
        links.append(f'<a rel="prev" href="{here.link(part_path(path, number - 1))}">{words.later}</a>')
    if number < count:
        links.append(f'<a rel="next" href="{here.link(part_path(path, number + 1))}">{words.earlier}</a>')
    told = words.part.format(number=number, count=count)
    return f'<nav class="more" aria-label="{told}">{"".join(links)}<span>{told}</span></nav>\n'
