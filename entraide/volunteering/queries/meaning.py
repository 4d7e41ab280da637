"""What a visitor means by a search: which of its words are a place, and so what is asked of the list."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from entraide.volunteering.queries.search import Circle, MissionFilter
from entraide.volunteering.queries.whereabouts import Whereabouts, departement_of, place_in, whereabouts
from entraide.volunteering.rules.mission_search import MissionSearch, Presence
from entraide.volunteering.rules.places_in_text import without_near_me


@dataclass(frozen=True, slots=True)
class Meant:
    """What a visitor means: the place, the words besides, and whether the place was read among the words."""

    place: Whereabouts | None
    words: str
    is_heard: bool = False
    problems: tuple[str, ...] = ()


def meant_by(search: MissionSearch) -> Meant:
    """Read the words: "near me" asks for a place, and a place among them is one unless another was given."""
    words, problems = search.text, []
    rest = without_near_me(words)
    if rest is not None:
        words = rest
        if not search.where:
            problems.append(_("Near you: say where that is, with a commune or a postcode in the box “Where”."))
    if search.where:
        found = whereabouts(search.where)
        if found is None:
            problems.append(_("No commune, postcode or département is called “%(text)s”.") % {"text": search.where})
        return Meant(found, words, problems=tuple(problems))
    if search.departement:
        found = departement_of(search.departement)
        return Meant(found, words, problems=(*problems, *(() if found else [_("There is no such département.")])))
    heard = place_in(words) if words and not search.everywhere else None
    if heard:
        return Meant(heard.place, heard.rest, is_heard=True, problems=tuple(problems))
    return Meant(None, words, problems=tuple(problems))


def filter_of(search: MissionSearch, *, language: str, now: datetime) -> MissionFilter:
    """Return what the search asks of the list."""
    return filtered(search, meant_by(search), language=language, now=now)


def filtered(search: MissionSearch, meant: Meant, *, language: str, now: datetime) -> MissionFilter:
    """Return what the search asks of the list, once it is known what is meant by its words and place."""
    remote = None if search.presence is None else search.presence is Presence.REMOTE
    # What is done from home is near everybody: a place does not narrow it.
    nearby = None if remote else meant.place
    in_departement = nearby.departement if nearby and not nearby.point else search.departement
    return MissionFilter(
        kinds=search.kinds,
        domains=search.domains,
        activities=search.activities,
        circle=Circle(*nearby.point, km=search.km) if nearby and nearby.point else None,
        departement="" if remote else in_departement,
        remote=remote,
        window=search.window(now=now),
        public=search.public,
        minors=search.minors,
        organisation=UUID(search.organisation) if search.organisation else None,
        least_places=search.least_places,
        text=meant.words,
        language=language,
    )
