"""A test client that reads every page strictly: what a browser would refuse, or trips a reader, fails the test."""

import re
from html.parser import HTMLParser
from typing import Any

from django.test import Client

TEMPLATE_LEAK = re.compile(r"\{\{|\}\}|\{%|%\}")
DATA_SCRIPTS = {"application/json", "application/ld+json"}


class PageFault(AssertionError):
    """A page breaks one of the rules that hold for all pages."""


class _Reader(HTMLParser):
    """Collects the faults of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.headings = 0
        self.ids: set[str] = set()
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = attributes.get("lang", "")
        if tag == "h1":
            self.headings += 1
        if tag == "script" and "src" not in attributes and attributes.get("type") not in DATA_SCRIPTS:
            self.faults.append("inline script")
        if tag == "style" or "style" in attributes:
            self.faults.append(f"inline style on <{tag}>")
        self.faults += [f"inline handler {name} on <{tag}>" for name in attributes if re.fullmatch(r"on\w+", name)]
        for name in ("src", "action", "formaction"):
            if re.match(r"(?:https?:)?//", attributes.get(name, "")):
                self.faults.append(f"<{tag} {name}> leads to another site")
        if tag == "link" and re.match(r"(?:https?:)?//", attributes.get("href", "")) and "stylesheet" in str(attrs):
            self.faults.append("stylesheet of another site")
        if tag == "img" and "alt" not in attributes:
            self.faults.append("image without alt")
        if identifier := attributes.get("id"):
            if identifier in self.ids:
                self.faults.append(f"id {identifier!r} stands twice")
            self.ids.add(identifier)


def page_faults(html: str) -> list[str]:
    """Return what is wrong with a whole page, or with a fragment of one."""
    reader = _Reader()
    reader.feed(html)
    faults = list(reader.faults)
    if TEMPLATE_LEAK.search(html):
        faults.append("template syntax leaks into the page")
    if "<html" in html:
        if reader.headings != 1:
            faults.append(f"{reader.headings} headings of level 1")
        if reader.language not in {"fr", "en"}:
            faults.append(f"language {reader.language!r}")
    return faults


class StrictClient(Client):
    """Django's client, which also checks each page that it is given."""

    def request(self, **request: Any) -> Any:
        """Answer like Django's client; raise PageFault for a page that breaks a rule."""
        response = super().request(**request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming
        faults = page_faults(response.content.decode()) if is_page else []
        if faults:
            raise PageFault(f"{request.get('PATH_INFO')}: {'; '.join(faults)}")
        return response
