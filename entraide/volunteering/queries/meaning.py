"""What a visitor means by a search: which of its words are a place, and so what is asked of the list."""

from dataclasses import dataclass
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
    """What a visitor means: the place, the words besides, and whether the place was read among the words."""

    place: Whereabouts | None
    words: str
    is_heard: bool = False
    problems: tuple[str, ...] = ()


# Places change with an edition of the official list, not between two requests; the words of the index a little more.
_understood: "Kept[search.Understood]" = Kept(seconds=60, most=2_048)


def meant_by(wish: MissionSearch) -> Meant:
    """Read the words: "near me" asks for a place, and a place among them is one unless another was given."""
    read = _understood.get(wish.text, lambda: _understand(wish.text)) if wish.text else search.Understood()
    words = read.rest if read.near_me else wish.text
    problems = []
    if read.near_me and not wish.where:
        problems.append(_("Near you: say where that is, with a commune or a postcode in the box “Where”."))
    if wish.where:
        found = whereabouts(wish.where)
        if found is None:
            problems.append(_("No commune, postcode or département is called “%(text)s”.") % {"text": wish.where})
        return Meant(found, words, problems=tuple(problems))
    if wish.departement:
        found = departement_of(wish.departement)
        return Meant(found, words, problems=(*problems, *(() if found else [_("There is no such département.")])))
    heard = whereabouts_of(read.place, read.homonyms) if read.place and not wish.everywhere else None
    if heard:
        return Meant(heard, read.rest, is_heard=True, problems=tuple(problems))
    return Meant(None, words, problems=tuple(problems))


def _understand(text: str) -> search.Understood:
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
    in_departement = nearby.departement if nearby and not nearby.point else wish.departement
    return MissionFilter(
        kinds=wish.kinds,
        domains=wish.domains,
        activities=wish.activities,
        circle=Circle(*nearby.point, km=wish.km) if nearby and nearby.point else None,
        departement="" if remote else in_departement,
        remote=remote,
        window=wish.window(now=now),
        public=wish.public,
        minors=wish.minors,
        organisation=UUID(wish.organisation) if wish.organisation else None,
        least_places=wish.least_places,
        text=meant.words,
        language=language,
    )
