"""HTML that others wrote: as plain text for our pages, and as HTML that runs and loads nothing for those who ask."""

import html
import re

import nh3

# Where a reader would see a new line.
_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/h[1-6]|/tr|/ul|/ol)\b[^>]{0,200}>", re.IGNORECASE)
_ITEM = re.compile(r"<\s*li\b[^>]{0,200}>", re.IGNORECASE)
_BLANKS, _LINES = re.compile(r"[ \t\xa0]+"), re.compile(r" ?\n ?(?:\n ?)+")
_KEPT = {"p", "br", "ul", "ol", "li", "strong", "em", "b", "i", "u", "h2", "h3", "h4", "a", "blockquote"}


# Made once: making one takes as long as cleaning several pages of text.
_TEXT_ALONE = nh3.Cleaner(tags=set(), attributes={})
_STRUCTURE = nh3.Cleaner(
    tags=_KEPT,
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow noopener",
)


def from_html(given: str) -> str:
    """Return what a reader of some HTML, or of plain text, would see. Scripts and styles leave nothing behind."""
    if "<" in given or "&" in given:
        broken = _ITEM.sub("– ", _BREAK.sub("\n", given))
        text = html.unescape(_TEXT_ALONE.clean(broken))
    else:
        # Names and titles are hardly ever HTML, and a reader of HTML would only see other ends of lines.
        text = given.replace("\r\n", "\n").replace("\r", "\n")
    return _LINES.sub("\n\n", _BLANKS.sub(" ", text)).strip()


def safe_html(given: str) -> str:
    """Return HTML with what structures a text and no more: no script, style, image, event or odd address."""
    return _STRUCTURE.clean(given)
