"""From the search in an address to what the list of missions shows: rows, count, chips, advice."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from entraide.foundation.pagination import BadCursor, Page
from entraide.volunteering import labels
from entraide.volunteering.cards import Card, cards
from entraide.volunteering.dates import day_text
from entraide.volunteering.forms.search import RADII, USUAL_RADIUS, MissionSearch, Presence
from entraide.volunteering.queries.search import (
    COUNTED,
    Circle,
    MissionFilter,
    MissionRow,
    Order,
    count_open_missions,
    open_missions,
)
from entraide.volunteering.queries.whereabouts import Whereabouts, departement_of, whereabouts


@dataclass(frozen=True, slots=True)
class Link:
    """A choice that is another address of the list."""

    label: str
    query: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The list of missions of one search, each text ready to be printed."""

    search: MissionSearch
    place: Whereabouts | None
    order: Order
    cards: list[Card]
    count: int
    count_text: str
    problems: list[str]
    chips: list[Link]
    others: list[Link]
    advice: list[Link]
    filters_count: int
    first_query: str
    next_query: str
    signup_path: str


def listing(*, search: MissionSearch, language: str, now: datetime) -> Listing:
    """Return what the list shows of a search, at most six queries away."""
    place, problems = _place(search)
    wanted = _filter(search, place, now)
    order = _order(search, wanted)
    try:
        page = open_missions(wanted=wanted, order=order, after=search.after, now=now)
    except BadCursor:
        problems.append(_("This page of the list does not exist any more: here is its beginning."))
        page = open_missions(wanted=wanted, order=order, after="", now=now)
    chips = list(_chips(search, place))
    count = len(page.rows) if _is_whole(search, page) else count_open_missions(wanted=wanted, now=now)
    return Listing(
        search=search,
        place=place,
        order=order,
        cards=cards(page.rows, language=language, now=now),
        count=count,
        count_text=_count_text(count, search, place),
        problems=[*(_(problem.message) for problem in search.problems), *problems],
        chips=chips,
        others=[Link(label, search.query(where=label)) for label in place.others] if place else [],
        advice=[] if page.rows else list(_advice(search, place)),
        filters_count=len(chips) - bool(place),
        first_query=search.query(),
        next_query=search.query(after=page.after) if page.after else "",
        signup_path=reverse("volunteering:signup"),
    )


def _place(search: MissionSearch) -> tuple[Whereabouts | None, list[str]]:
    if search.where:
        found = whereabouts(search.where)
        if found is None:
            return None, [_("No commune, postcode or département is called “%(text)s”.") % {"text": search.where}]
        return found, []
    if search.departement:
        found = departement_of(search.departement)
        return found, [] if found else [_("There is no such département.")]
    return None, []


def _filter(search: MissionSearch, place: Whereabouts | None, now: datetime) -> MissionFilter:
    remote = None if search.presence is None else search.presence is Presence.REMOTE
    # What is done from home is near everybody: a place does not narrow it.
    nearby = None if remote else place
    return MissionFilter(
        kinds=search.kinds,
        domains=search.domains,
        circle=Circle(*nearby.point, km=search.km) if nearby and nearby.point else None,
        departement=nearby.departement if nearby and not nearby.point else "",
        remote=remote,
        window=search.window(now=now),
        public=search.public,
        minors=search.minors,
    )


def _order(search: MissionSearch, wanted: MissionFilter) -> Order:
    usual = Order.SOONEST if wanted.circle is None else Order.NEAREST
    if search.sort is None or (search.sort is Order.NEAREST and wanted.circle is None):
        return usual
    return search.sort


def _is_whole(search: MissionSearch, page: Page[MissionRow]) -> bool:
    """Say whether the page at hand is the whole list, so that nothing is left to count."""
    return not search.after and page.after is None


def _count_text(count: int, search: MissionSearch, place: Whereabouts | None) -> str:
    if count == 0:
        found = _("No mission")
    elif count > COUNTED:
        found = _("More than %(count)s missions") % {"count": f"{COUNTED:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")}
    else:
        found = ngettext("%(count)s mission", "%(count)s missions", count) % {"count": count}
    if place is None or search.presence is Presence.REMOTE:
        return found
    if place.point is None:
        return _("%(missions)s in %(place)s") % {"missions": found, "place": place.label}
    return _("%(missions)s within %(km)s km of %(place)s") % {
        "missions": found, "km": search.km, "place": place.label
    }  # fmt: skip


def _chips(search: MissionSearch, place: Whereabouts | None) -> Iterator[Link]:
    """Return what narrows the list, each with the address of the list without it."""
    if place:
        near = f"{place.label} · {search.km} km" if place.point else place.label
        yield Link(near, search.query(where="", departement="", km=USUAL_RADIUS))
    if search.presence:
        yield Link(labels.called(labels.PRESENCE, search.presence), search.query(presence=None))
    if search.when:
        yield Link(labels.called(labels.WHEN, search.when), search.query(when=None))
    if search.on:
        yield Link(_("From %(day)s") % {"day": day_text(search.on)}, search.query(on=None))
    if search.until:
        yield Link(_("Until %(day)s") % {"day": day_text(search.until)}, search.query(until=None))
    for kind in search.kinds:
        rest = tuple(other for other in search.kinds if other != kind)
        yield Link(labels.called(labels.KINDS, kind), search.query(kinds=rest))
    for domain in search.domains:
        rest = tuple(other for other in search.domains if other != domain)
        yield Link(labels.called(labels.DOMAINS, domain), search.query(domains=rest))
    if search.public:
        yield Link(labels.called(labels.PUBLICS, search.public), search.query(public=""))
    if search.minors:
        yield Link(_("Open to minors"), search.query(minors=False))


def _advice(search: MissionSearch, place: Whereabouts | None) -> Iterator[Link]:
    """Return what to try when nothing was found, the mildest change first."""
    wider = next((km for km in RADII if km > search.km), None)
    if place and place.point and wider:
        yield Link(_("Search %(km)s km around") % {"km": wider}, search.query(km=wider))
    if search.when or search.on or search.until:
        yield Link(_("Search at any time"), search.query(when=None, on=None, until=None))
    if search.presence is not Presence.REMOTE:
        yield Link(_("Missions from home"), MissionSearch(presence=Presence.REMOTE).query())
    if search.is_narrowed:
        yield Link(_("All missions"), replace(MissionSearch()).query())
