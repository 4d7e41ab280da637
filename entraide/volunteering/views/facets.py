"""What a list of missions may be narrowed to, each choice with how many missions it would leave."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from django.utils.translation import get_language

from entraide.volunteering import labels
from entraide.volunteering.queries.finding import MODES_ON_SITE, counts
from entraide.volunteering.queries.kept import Kept
from entraide.volunteering.queries.organisations import organisation_names
from entraide.volunteering.queries.search import MissionFilter
from entraide.volunteering.queries.whereabouts import departement_names
from entraide.volunteering.rules.mission_search import MissionSearch, Presence, When
from entraide.volunteering.rules.words import Mode

_numbers = count()


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that may be chosen; `count` is None where nobody knows, because the index is away."""

    value: str
    label: str
    count: int | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """Everything that a list may be narrowed to. Those of one number are the same, and render alike."""

    number: int

    kinds: tuple[Choice, ...]
    domains: tuple[Choice, ...]
    activities: tuple[Choice, ...]
    publics: tuple[Choice, ...]
    presences: tuple[Choice, ...]
    whens: tuple[Choice, ...]
    departements: tuple[Choice, ...]
    organisations: tuple[Choice, ...]
    minors: Choice


_kept: Kept[Facets] = Kept(seconds=10)


def facets(*, search: MissionSearch, wanted: MissionFilter, now: datetime) -> Facets:
    """Return the choices beside a list, counted as if nothing were chosen of the facet that each belongs to.

    At most ten seconds old.
    """
    asked = (get_language(), replace(search, after="", sort=None, km=0), replace(wanted, window=None))
    return _kept.get(asked, lambda: _facets(search, wanted, now))


def _facets(search: MissionSearch, wanted: MissionFilter, now: datetime) -> Facets:
    windows = {when.value: window for when in When if (window := MissionSearch(when=when).window(now=now))}
    counted = counts(wanted=wanted, windows=tuple(windows.values()))
    known: Mapping[str, Mapping[str, int] | None] = defaultdict(lambda: None)
    if counted:
        known = {
            **counted.facets,
            "presence": _present(counted.facets["mode"]),
            "when": dict(zip(windows, counted.windows, strict=True)),
        }
    minors = known["open_to"]
    return Facets(
        number=next(_numbers),
        kinds=tuple(_listed(labels.KINDS, known["kind"], search.kinds)),
        domains=tuple(_listed(labels.DOMAINS, known["domain"], search.domains)),
        activities=tuple(_listed(labels.ACTIVITIES, known["activity"], search.activities)),
        publics=tuple(_listed(labels.PUBLICS, known["public"], (search.public,))),
        presences=tuple(_listed(labels.PRESENCE, known["presence"], (str(search.presence or ""),), all_=True)),
        whens=tuple(_listed(labels.WHEN, known["when"], (str(search.when or ""),), all_=True)),
        departements=tuple(_departements(known["departement"], search, wanted.departements)),
        organisations=tuple(_organisations(known["organisation"], search)),
        minors=Choice("1", "", None if minors is None else minors.get("minors", 0), search.minors),
    )


def _present(modes: Mapping[str, int]) -> dict[str, int]:
    return {
        Presence.ON_SITE.value: sum(modes.get(mode, 0) for mode in MODES_ON_SITE),
        Presence.REMOTE.value: modes.get(Mode.REMOTE.value, 0),
    }


def _listed(
    called: Mapping[str, object], counts: Mapping[str, int] | None, chosen: tuple[str, ...], *, all_: bool = False
) -> Iterator[Choice]:
    """Yield the words of a list; without `all_`, those that would leave nothing only while they are chosen."""
    for value in called:
        left = None if counts is None else counts.get(value, 0)
        if left != 0 or all_ or value in chosen:
            yield Choice(value, labels.called(called, value), left, value in chosen)


def _departements(counts: Mapping[str, int] | None, search: MissionSearch, within: tuple[str, ...]) -> Iterator[Choice]:
    """Yield the départements with missions, those of a région alone where one is asked for."""
    found = counts or {}
    if len(within) > 1:
        found = {code: count for code, count in found.items() if code in within}
    if not found and not search.departement:
        return
    for code, name in departement_names().items():
        if code in found or code == search.departement:
            left = None if counts is None else found.get(code, 0)
            yield Choice(code, f"{code} {name}", left, code == search.departement)


def _organisations(counts: Mapping[str, int] | None, search: MissionSearch) -> Iterator[Choice]:
    """Yield the organisations with most missions, and the one that is chosen."""
    found = counts or {}
    keys = tuple(dict.fromkeys([*([search.organisation] if search.organisation else []), *found]))
    names = organisation_names(keys=keys)
    for key in keys:
        if key in names:
            yield Choice(key, names[key], None if counts is None else found.get(key, 0), key == search.organisation)
