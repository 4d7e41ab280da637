"""What a visitor means by a search: which of its words are a place, and so what is asked of the list."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entraide.search import api as search
from entraide.volunteering.queries.kept import Kept
from entraide.volunteering.queries.search import Circle, MissionFilter
from entraide.volunteering.queries.whereabouts import Whereabouts, departement_of, whereabouts, whereabouts_of
from entraide.volunteering.rules.mission_search import MissionSearch, Presence


@dataclass(frozen=True, slots=True)
class Meant:
    """What a visitor means: the place, the words besides, and whether the place was read among the words.

    `asks_where` tells that what is near the visitor is asked for, and nobody knows where that is.
    """

    place: Whereabouts | None
    words: str
    is_heard: bool = False
    problems: tuple[str, ...] = ()
    asks_where: bool = False


# Places change with an edition of the official list, not between two requests; the words of the index a little more.
_understood: "Kept[search.Understood]" = Kept(seconds=60, most=2_048)


def meant_by(wish: MissionSearch) -> Meant:
    """Read the words: "near me" asks for a place, and a place among them is one unless another was given.

    A département that was chosen narrows what is near a commune, and takes the place of another département or région.
    """
    meant = _placed(wish, _understand(wish.text))
    if not wish.departement:
        return meant
    chosen = departement_of(wish.departement)
    if chosen is None:
        return replace(meant, problems=(*meant.problems, _("There is no such département.")))
    if meant.place and meant.place.point:
        return meant
    return replace(meant, place=chosen, is_heard=False, asks_where=False)


def _placed(wish: MissionSearch, read: search.Understood) -> Meant:
    words = read.rest if read.near_me else wish.text
    if wish.where:
        found = whereabouts(wish.where)
        if found is None and _understand(wish.where).near_me:
            return Meant(None, words, asks_where=True)
        unknown = _("No commune, postcode, département or région is called “%(text)s”.") % {"text": wish.where}
        return Meant(found, words, problems=() if found else (unknown,))
    if read.near_me:
        return Meant(None, words, asks_where=True)
    if read.place and not wish.everywhere:
        return Meant(whereabouts_of(read.place, read.homonyms), read.rest, is_heard=True)
    return Meant(None, words)


def _understand(text: str) -> search.Understood:
    return _understood.get(text, lambda: _understood_anew(text)) if text else search.Understood()


def _understood_anew(text: str) -> search.Understood:
    """Read a text with the words of this node's index, by which misspelt names of places are told from words."""
    try:
        state = search.state()
    except search.Missing:
        state = None
    return search.understand(text=text, language=get_language() or "", state=state)


def filter_of(wish: MissionSearch, *, language: str, now: datetime) -> MissionFilter:
    """Return what the search asks of the list."""
    return filtered(wish, meant_by(wish), language=language, now=now)


def filtered(wish: MissionSearch, meant: Meant, *, language: str, now: datetime) -> MissionFilter:
    """Return what the search asks of the list, once it is known what is meant by its words and place."""
    remote = None if wish.presence is None else wish.presence is Presence.REMOTE
    # What is done from home is near everybody: a place does not narrow it.
    nearby = None if remote else meant.place
    also = (wish.departement,) if wish.departement and not remote else ()
    return MissionFilter(
        kinds=wish.kinds,
        domains=wish.domains,
        activities=wish.activities,
        circle=Circle(*nearby.point, km=wish.km) if nearby and nearby.point else None,
        departements=nearby.departements if nearby and not nearby.point else also,
        remote=remote,
        window=wish.window(now=now),
        public=wish.public,
        minors=wish.minors,
        organisation=UUID(wish.organisation) if wish.organisation else None,
        least_places=wish.least_places,
        text=meant.words,
        language=language,
    )
