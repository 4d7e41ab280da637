"""HTML that others wrote: as plain text for our pages, and as HTML that runs and loads nothing for those who ask."""

import html
import re

import nh3

# Where a reader would see a new line.
_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/h[1-6]|/tr|/ul|/ol)\b[^>]{0,200}>", re.IGNORECASE)
_ITEM = re.compile(r"<\s*li\b[^>]{0,200}>", re.IGNORECASE)
_BLANKS, _LINES = re.compile(r"[ \t\xa0]+"), re.compile(r" ?\n ?(?:\n ?)+")
_KEPT = {"p", "br", "ul", "ol", "li", "strong", "em", "b", "i", "u", "h2", "h3", "h4", "a", "blockquote"}


def from_html(given: str) -> str:
    """Return what a reader of some HTML, or of plain text, would see. Scripts and styles leave nothing behind."""
    broken = _ITEM.sub("– ", _BREAK.sub("\n", given))
    text = html.unescape(nh3.clean(broken, tags=set(), attributes={}))
    return _LINES.sub("\n\n", _BLANKS.sub(" ", text)).strip()


def safe_html(given: str) -> str:
    """Return HTML with what structures a text and no more: no script, style, image, event or odd address."""
    return nh3.clean(
        given,
        tags=_KEPT,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )
