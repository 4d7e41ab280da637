"""What is asked of `/v0/mission` and `/v0/mission/search`, read from the address."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.http import QueryDict

from entraide.exchange.endpoints.answering import ApiError
from entraide.exchange.formats.engagement import STATUS_IN, own_publisher
from entraide.exchange.models import Partner
from entraide.exchange.queries.origins import missions_named, missions_told, names_of_partners
from entraide.exchange.rules import taxonomy
from entraide.territories import api as territories
from entraide.volunteering import api as volunteering

USUAL_LIMIT, MOST = 25, 10_000
FARTHEST_SKIP = 1_000_000
USUAL_KM, MOST_KM = 50, 2_000
MOST_VALUES, LONGEST_VALUE = 100, 300
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")
_DISTANCE = re.compile(r"(\d{1,5})(?:\.\d+)?\s*(km|m)?", re.ASCII | re.IGNORECASE)
# A word that no mission has.
_NONE = ("-",)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: which missions, how many, after how many."""

    wanted: volunteering.PublishedFilter
    limit: int
    skip: int


def read_query(query: QueryDict, *, partner: Partner) -> Asked:
    """Return what a partner asks for. Raises ApiError, INVALID_QUERY, with what is wrong.

    Its own missions are left out unless it asks for them by publisher: it has them.
    """
    reader = Reader(query)
    publishers = reader.all("publisher")
    wanted = volunteering.PublishedFilter(
        domains=_ours(reader.all("domain"), taxonomy.domains_of),
        activities=_ours(reader.all("activity"), taxonomy.activities_of),
        modes=_ours(reader.all("remote"), taxonomy.modes_of),
        ids=_ids(reader),
        not_ids=_not_ids(reader),
        partners=_partners(publishers),
        not_partners=() if publishers else (partner.name,),
        rna=reader.all("organizationRNA"),
        legal_forms=tuple(STATUS_IN.get(each, each) for each in reader.all("organizationStatusJuridique")),
        departements=_departements(reader.all("departmentName")),
        commune_names=tuple(each.lower() for each in reader.all("city")),
        circle=_circle(reader),
        minors=reader.boolean("openToMinors"),
        starts_after=reader.time("startAt", ">"),
        starts_before=reader.time("startAt", "<"),
        published_after=reader.time("createdAt", ">"),
        published_before=reader.time("createdAt", "<"),
        words=reader.one("keywords"),
    )
    return Asked(
        wanted=wanted,
        limit=reader.number("limit", usual=USUAL_LIMIT, most=MOST),
        skip=reader.number("skip", usual=0, most=FARTHEST_SKIP),
    )


class Reader:
    """Reads parameters; a name may come several times, or with `[]` after it. Raises ApiError for what is wrong."""

    def __init__(self, query: QueryDict) -> None:
        self._query = query

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value, each once."""
        values = [each for each in (*self._query.getlist(name), *self._query.getlist(f"{name}[]")) if each]
        if len(values) > MOST_VALUES:
            raise bad(name, f"at most {MOST_VALUES} values")
        for value in values:
            if len(value) > LONGEST_VALUE or not value.isprintable():
                raise bad(name, "must be short and printable")
        return tuple(dict.fromkeys(values))

    def one(self, name: str) -> str:
        """Return the last value, nothing for none."""
        return next(reversed(self.all(name)), "")

    def number(self, name: str, *, usual: int, most: int) -> int:
        """Return a whole number from 0 on."""
        text = self.one(name)
        if not text:
            return usual
        if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) or int(text) > most:
            raise bad(name, f"must be a whole number from 0 to {most}")
        return int(text)

    def boolean(self, name: str) -> bool | None:
        """Return yes or no, None for neither."""
        text = self.one(name).lower()
        if text and text not in (*_YES, *_NO):
            raise bad(name, f"must be one of {', '.join((*_YES, *_NO))}")
        return text in _YES if text else None

    def degrees(self, name: str, *, most: int) -> float | None:
        """Return a latitude or a longitude, None for none."""
        text = self.one(name)
        if not text:
            return None
        try:
            value = float(text)
        except ValueError as error:
            raise bad(name, "must be a number") from error
        if not math.isfinite(value) or abs(value) > most:
            raise bad(name, f"must lie between -{most} and {most}")
        return value

    def time(self, name: str, sign: str) -> datetime | None:
        """Return the moment after `>` or `<`; without a sign it is the moment after which."""
        for text in self.all(name):
            own_sign = text[0] if text[0] in "<>" else ">"
            if own_sign == sign:
                return _moment(name, text.lstrip("<>="))
        return None


def bad(name: str, problem: str) -> ApiError:
    """Return the error of a parameter."""
    return ApiError(400, "INVALID_QUERY", [{"path": [name], "message": problem}])


def _moment(name: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        at = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise bad(name, "must be a date, such as >2026-01-31") from error
    return at


def _ours(theirs: tuple[str, ...], of: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    """Return our words for theirs; a word that means nothing here leaves nothing."""
    found = tuple(word for each in theirs for word in of(each))
    return found or (_NONE if theirs else ())


def _partners(publishers: tuple[str, ...]) -> tuple[str, ...]:
    names = names_of_partners(ids=publishers)
    found = tuple(
        "" if each == own_publisher() else names[each]
        for each in publishers
        if each == own_publisher() or each in names
    )
    return found or (_NONE if publishers else ())


def _departements(names: tuple[str, ...]) -> tuple[str, ...]:
    lowered = {each.lower() for each in names}
    found = tuple(row.code for row in territories.departements() if row.name.lower() in lowered or row.code in names)
    return found or (_NONE if names else ())


def _circle(reader: Reader) -> volunteering.Circle | None:
    latitude, longitude = reader.degrees("lat", most=90), reader.degrees("lon", most=180)
    if (latitude is None) != (longitude is None):
        raise bad("lon" if longitude is None else "lat", "a point needs both")
    text = reader.one("distance")
    found = _DISTANCE.fullmatch(text) if text else None
    if text and not found:
        raise bad("distance", "must be such as 25km")
    if latitude is None or longitude is None:
        return None
    km = int(found[1]) if found else USUAL_KM
    if found and (found[2] or "km").lower() == "m":
        km = max(1, round(km / 1000))
    if not 0 < km <= MOST_KM:
        raise bad("distance", f"must lie between 1km and {MOST_KM}km")
    return volunteering.Circle(latitude, longitude, km)


def _ids(reader: Reader) -> tuple[UUID, ...] | None:
    """Return the missions that parameters name which only what partners sent can answer, None when none does."""
    groups: list[set[UUID]] = []
    if client_ids := reader.all("clientId"):
        groups.append(set(missions_named(client_ids=client_ids)))
    if reader.boolean("reducedMobilityAccessible"):
        groups.append(set(missions_told(field="reducedMobilityAccessible", values=[True])))
    types = reader.all("type")
    if types and "benevolat" not in types:
        groups.append(set(missions_told(field="type", values=types)))
    if (countries := reader.all("country")) and not {each.upper() for each in countries} & {"FR", "FRANCE"}:
        groups.append(set())
    return tuple(sorted(set.intersection(*groups))) if groups else None


def _not_ids(reader: Reader) -> tuple[UUID, ...]:
    types = reader.all("type")
    if "benevolat" not in types:
        return ()
    return missions_told(field="type", values=types, among=False)
