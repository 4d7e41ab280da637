"""What narrows a list of missions, each with a way out, and what to try when it is empty."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from entraide.volunteering import labels
from entraide.volunteering.dates import day_text
from entraide.volunteering.queries.finding import words_unknown
from entraide.volunteering.queries.organisations import organisation_names
from entraide.volunteering.queries.whereabouts import Whereabouts, departement_of
from entraide.volunteering.rules.mission_search import RADII, MissionSearch, Presence
from entraide.volunteering.rules.search_address import USUAL_RADIUS

MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Link:
    """A choice that is another address of the list."""

    label: str
    query: str


def chips(search: MissionSearch, place: Whereabouts | None, *, is_heard: bool) -> Iterator[Link]:
    """Yield what narrows the list, each with the address of the list without it.

    A place that was read among the words goes, and its words stay.
    """
    if place:
        yield _place(search, place, is_heard=is_heard)
    if place and place.point and search.departement and (also := departement_of(search.departement)):
        yield Link(also.label, search.query(departement=""))
    if search.presence:
        yield Link(labels.called(labels.PRESENCE, search.presence), search.query(presence=None))
    yield from _times(search)
    yield from _words(search)
    if search.public:
        yield Link(labels.called(labels.PUBLICS, search.public), search.query(public=""))
    if search.minors:
        yield Link(_("Open to minors"), search.query(minors=False))
    if search.organisation:
        names = organisation_names(keys=(search.organisation,))
        yield Link(names.get(search.organisation, _("Unknown organisation")), search.query(organisation=""))
    if search.least_places:
        text = ngettext("At least %(count)s place", "At least %(count)s places", search.least_places)
        yield Link(text % {"count": search.least_places}, search.query(least_places=0))


def _place(search: MissionSearch, place: Whereabouts, *, is_heard: bool) -> Link:
    label = place.label
    if place.point:
        label = _("Near %(place)s, %(km)s km") % {"place": place.label, "km": search.km}
    if is_heard:
        return Link(label, search.query(everywhere=True, km=USUAL_RADIUS))
    gone = {"departement": ""} if search.departement and not place.point else {"where": ""}
    return Link(label, search.query(**gone, km=USUAL_RADIUS))


def _times(search: MissionSearch) -> Iterator[Link]:
    if search.when:
        yield Link(labels.called(labels.WHEN, search.when), search.query(when=None))
    if search.on:
        yield Link(_("From %(day)s") % {"day": day_text(search.on)}, search.query(on=None))
    if search.until:
        yield Link(_("Until %(day)s") % {"day": day_text(search.until)}, search.query(until=None))


def _words(search: MissionSearch) -> Iterator[Link]:
    lists = (
        ("kinds", search.kinds, labels.KINDS),
        ("domains", search.domains, labels.DOMAINS),
        ("activities", search.activities, labels.ACTIVITIES),
    )
    for name, chosen, called in lists:
        for value in chosen:
            rest = tuple(other for other in chosen if other != value)
            yield Link(labels.called(called, value), search.query(**{name: rest}))


def advice(search: MissionSearch, place: Whereabouts | None, words: str, language: str) -> Iterator[Link]:
    """Yield what to try when nothing was found, the mildest change first."""
    yield from _without_unknown_words(search, words, language)
    wider = next((km for km in RADII if km > search.km), None)
    if place and place.point and wider:
        yield Link(_("Search %(km)s km around") % {"km": wider}, search.query(km=wider))
    if place:
        anywhere = {"text": words, "where": "", "departement": "", "everywhere": False, "km": USUAL_RADIUS}
        yield Link(_("Search everywhere"), search.query(**anywhere))
    if search.when or search.on or search.until:
        yield Link(_("Search at any time"), search.query(when=None, on=None, until=None))
    if words and (search.is_refined and search.choices != MissionSearch()):
        yield Link(_("The same words without filters"), MissionSearch(text=search.text, where=search.where).query())
    if search.presence is not Presence.REMOTE:
        yield Link(_("Missions from home"), MissionSearch(presence=Presence.REMOTE).query())
    if search.is_narrowed:
        yield Link(_("All missions"), MissionSearch().query())


def _without_unknown_words(search: MissionSearch, words: str, language: str) -> Iterator[Link]:
    """Yield the search without a word that no mission has, however spelt, while something else is asked for."""
    typed = tuple(dict.fromkeys(words.split()))
    if not 1 < len(typed) <= MOST_WORDS:
        return
    unknown = words_unknown(words=typed, language=language)
    if len(unknown) == len(typed):
        return
    for word in unknown:
        rest = " ".join(other for other in search.text.split() if other != word)
        yield Link(_("Search without “%(word)s”") % {"word": word}, search.query(text=rest))
