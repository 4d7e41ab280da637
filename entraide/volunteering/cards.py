"""Missions as the lines of a list show them, each text ready to be printed."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from entraide.search.api import Part, Piece
from entraide.volunteering import labels
from entraide.volunteering.addresses import address
from entraide.volunteering.dates import start_text
from entraide.volunteering.queries.search import MissionRow
from entraide.volunteering.rules.words import Admission, Mode

FEW = 3
OF_AGE = 18


class Card(NamedTuple):
    """One mission of a list."""

    path: str
    title: str
    organisation: str
    kind: str
    where: str
    distance: str
    when: str
    places: str
    few: bool
    remote: bool
    at_once: bool
    minors: bool
    partner: str
    # Where words were looked for: the title with them marked, what the description says of them, why it stands here.
    marked: str = ""
    excerpt: str = ""
    why: tuple[Part, ...] = ()


def cards(rows: Sequence[MissionRow], *, language: str, now: datetime) -> tuple[Card, ...]:
    """Return the lines of a list."""
    return tuple(_card(row, language, row.is_under_way or row.starts_at <= now) for row in rows)


@lru_cache(maxsize=4_096)
def _card(row: MissionRow, language: str, has_begun: bool) -> Card:
    """Return one line, kept while its row stays as it is: a crowd asks for the same twenty. The language is active."""
    remote = row.mode == Mode.REMOTE
    return Card(
        path=address("mission", row.id, language=language),
        title=row.title,
        organisation=row.organisation,
        kind=labels.called(labels.KINDS, row.kind),
        where=labels.called(labels.MODES, Mode.REMOTE) if remote else where_text(row),
        distance="" if remote else distance_text(row.distance_km),
        # A series that has begun shows its next start as soon as its writer has counted anew.
        when=_("Under way") if has_begun else capfirst(start_text(row.starts_at, departement=row.departement)),
        places=ngettext("%(count)s place left", "%(count)s places left", row.places_left) % {"count": row.places_left},
        few=row.places_left <= FEW,
        remote=remote,
        at_once=row.admission == Admission.INSTANT,
        minors=row.age_min < OF_AGE,
        partner=row.partner,
    )


def marked_html(pieces: Sequence[Piece]) -> SafeString:
    """Return a text as HTML with what was looked for in <mark>."""
    parts = (f"<mark>{escape(text)}</mark>" if is_marked else escape(text) for text, is_marked in pieces)
    return mark_safe("".join(parts))  # noqa: S308 (each piece is escaped)


def where_text(row: MissionRow) -> str:
    """Return the commune with its département, or whichever of both is known."""
    return f"{row.commune} ({row.departement})" if row.commune else row.departement


def distance_text(km: float | None) -> str:
    """Return "3 km", "less than 1 km", or nothing where no distance is known."""
    if km is None:
        return ""
    return _("less than 1 km") if km < 1 else _("%(km)s km") % {"km": round(km)}
