"""From the search in an address to what the list of missions shows: rows, count, chips, advice."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from entraide.foundation.pagination import BadCursor
from entraide.search import api as engine
from entraide.volunteering.addresses import page_address
from entraide.volunteering.cards import Card, cards, marked_html
from entraide.volunteering.queries.finding import FoundMissions, found_missions
from entraide.volunteering.queries.meaning import filtered, meant_by
from entraide.volunteering.queries.search import COUNTED, MissionFilter
from entraide.volunteering.queries.whereabouts import Whereabouts
from entraide.volunteering.rules.mission_search import MissionSearch, Presence
from entraide.volunteering.rules.ordering import Order
from entraide.volunteering.views.chips import Link, advice, chips


@dataclass(frozen=True, slots=True)
class Listing:
    """The list of missions of one search, each text ready to be printed."""

    search: MissionSearch
    wanted: MissionFilter
    place: Whereabouts | None
    order: Order
    cards: tuple[Card, ...]
    first_number: int
    count: int
    count_text: str
    problems: list[str]
    chips: list[Link]
    others: list[Link]
    advice: list[Link]
    filters_count: int
    first_query: str
    next_query: str
    near_path: str
    signup_path: str
    save_path: str
    map_path: str


def listing(*, search: MissionSearch, language: str, now: datetime, explained: bool = False) -> Listing:
    """Return what the list shows of a search: three queries for the usual one, ten for the rarest words and places.

    `explained` adds to each line why it stands where it does.
    """
    meant = meant_by(search)
    wanted = filtered(search, meant, language=language, now=now)
    order = _order(search, wanted)
    problems = [*(_(problem.message) for problem in search.problems), *meant.problems]
    try:
        found = found_missions(wanted=wanted, order=order, after=search.after, now=now)
    except BadCursor:
        problems.append(_("This page of the list does not exist any more: here is its beginning."))
        found = found_missions(wanted=wanted, order=order, after="", now=now)
    if meant.words and _says_nothing(meant.words, language):
        problems.append(_("No word of these says what you look for: all missions are listed."))
    if found.is_loose and found.rows:
        problems.append(_("Few missions have all these words: those that have some of them are listed too."))
    in_use = list(chips(search, meant.place, is_heard=meant.is_heard))
    others = meant.place.others if meant.place and not meant.is_heard else ()
    return Listing(
        search=search,
        wanted=wanted,
        place=meant.place,
        order=order,
        cards=_lines(found, wanted, language=language, now=now, explained=explained),
        first_number=found.first + 1,
        count=found.count,
        count_text=_count_text(found, search, meant.place),
        problems=problems,
        chips=in_use,
        others=[Link(label, search.query(where=label)) for label in others],
        advice=[] if found.rows else list(advice(search, meant.place, meant.words, language)),
        filters_count=len(in_use) - bool(meant.place),
        first_query=search.query(),
        next_query=search.query(after=found.after) if found.after else "",
        near_path=page_address("near-me", language=language) + search.query() if meant.asks_where else "",
        signup_path=page_address("signup", language=language),
        map_path=page_address("map", language=language) + search.query(where="", departement="", sort=None),
        save_path=page_address("new-search", language=language) + search.query(sort=None),
    )


def _order(search: MissionSearch, wanted: MissionFilter) -> Order:
    """Return the order asked for; else the best first for words, the nearest round a place, otherwise the soonest."""
    if search.sort is not None and (search.sort is not Order.NEAREST or wanted.circle):
        return search.sort
    if wanted.text:
        return Order.BEST
    return Order.SOONEST if wanted.circle is None else Order.NEAREST


@lru_cache(maxsize=2_048)
def _says_nothing(words: str, language: str) -> bool:
    return not engine.read_question(words, language=language)


def _lines(
    found: FoundMissions, wanted: MissionFilter, *, language: str, now: datetime, explained: bool
) -> tuple[Card, ...]:
    lines = cards(found.rows, language=language, now=now)
    if wanted.text or explained:
        marker = _marker(wanted.text, language)
        texts = (found.texts.get(row.id, "") for row in found.rows)
        lines = tuple(_marked(card, text, marker) for card, text in zip(lines, texts, strict=True))
    if explained:
        whys = (engine.parts(found.values.get(row.id, ())) for row in found.rows)
        lines = tuple(card._replace(why=why) for card, why in zip(lines, whys, strict=True))
    return lines


# Those of the lists that are read now.
@lru_cache(maxsize=64)
def _marker(words: str, language: str) -> engine.Marker:
    return engine.Marker(engine.read_question(words, language=language))


@lru_cache(maxsize=2_048)
def _marked(card: Card, text: str, marker: engine.Marker) -> Card:
    """Return a line with what was looked for marked in its title, and what its description says of it."""
    return card._replace(marked=marked_html(marker.marked(card.title)), excerpt=marked_html(marker.excerpt(text)))


def _count_text(found: FoundMissions, search: MissionSearch, place: Whereabouts | None) -> str:
    if found.count == 0:
        said = _("No mission")
    elif not found.is_counted:
        said = _("More than %(count)s missions") % {"count": _figures(COUNTED)}
    else:
        said = ngettext("%(count)s mission", "%(count)s missions", found.count) % {"count": _figures(found.count)}
    if place is None or search.presence is Presence.REMOTE:
        return said
    if place.point is None:
        return _("%(missions)s in %(place)s") % {"missions": said, "place": place.label}
    return _("%(missions)s within %(km)s km of %(place)s") % {
        "missions": said, "km": search.km, "place": place.label
    }  # fmt: skip


def _figures(count: int) -> str:
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
