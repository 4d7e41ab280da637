"""Reads: completion by name or postcode, and the one commune that a text names."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Max, Min, Q, QuerySet, Value, When

from entraide.territories import rules
from entraide.territories.models import Commune, FormerCode, NameStart, Postcode
from entraide.territories.rules import Start, Wish

SUGGESTIONS = 10
STARTS_ALIKE = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A commune offered for a text: its postcode when that was typed, the other name when that one matched."""

    commune: Commune
    postcode: str = ""
    known_as: str = ""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a text names: one commune, or several to choose from, or nothing (both empty)."""

    commune: Commune | None
    candidates: tuple[Commune, ...] = ()


def suggestions(*, text: str, limit: int = SUGGESTIONS) -> list[Suggestion]:
    """Return the communes that a text may be the beginning of, best first: by exactness, then by population."""
    wish = rules.read_wish(text)
    if wish is None:
        return []
    if not wish.keys:
        return _by_area(wish.area, limit)
    found = _by_name([wish.whole] if wish.area else wish.keys, area="", limit=limit)
    return found or (_by_name(wish.keys, area=wish.area, limit=limit) if wish.area else [])


def resolve(*, text: str) -> Resolution:
    """Return the commune that a submitted text names, or the candidates when it may be several.

    Understands "Strasbourg", "67000", "67000 Strasbourg", "Saint-Denis (93)" and the INSEE code of a commune.
    """
    wish = rules.read_wish(text)
    if wish is None:
        return Resolution(None)
    found = _exact(wish, text) if wish.keys else communes_of_postcode(wish.area)
    if not found:
        found = [suggestion.commune for suggestion in suggestions(text=text)]
    return Resolution(found[0]) if len(found) == 1 else Resolution(None, tuple(found))


def communes_of_postcode(postcode: str) -> list[Commune]:
    """Return the communes that a postcode serves, most populous first."""
    return communes_of_postcodes([postcode]).get(postcode, [])


def communes_of_postcodes(postcodes: Iterable[str]) -> dict[str, list[Commune]]:
    """Return the communes that each of these postcodes serves, most populous first. One query."""
    wanted = [postcode for postcode in postcodes if rules.is_postcode(postcode)]
    if not wanted:
        return {}
    rows = Postcode.objects.filter(postcode__in=wanted, commune__is_current=True)
    found: dict[str, list[Commune]] = {}
    for row in rows.select_related("commune__departement").order_by("-commune__population", "commune__code"):
        found.setdefault(row.postcode, []).append(row.commune)
    return found


def commune_of_code(code: str) -> Commune | None:
    """Return the commune of an INSEE code, also of a commune merged since or of a municipal arrondissement."""
    code = code.upper()
    if len(code) != 5 or not code.isascii() or not code.isalnum():
        return None
    current = _with_departement().filter(code=code).first()
    if current:
        return current
    return _with_departement().filter(code__in=FormerCode.objects.filter(code=code).values("commune_id")).first()


def _with_departement() -> QuerySet[Commune]:
    return Commune.objects.current().select_related("departement")


def _in_area(area: str) -> Q:
    """Keep the names of communes that a postcode, its first figures or a code covers; all of them without one.

    The code of a commune begins with that of its département.
    """
    if not area:
        return Q()
    served = Postcode.objects.filter(postcode__startswith=area).values("commune_id")
    return Q(commune__in=served) | Q(commune__code__startswith=area.upper())


def _by_name(keys: Iterable[str], *, area: str, limit: int) -> list[Suggestion]:
    """Return the communes whose name begins with one of the keys; then, for want of enough, those that have it inside.

    Inside is a later word of the name, or another name: that of a commune merged into this one, or an arrondissement.
    """
    starts, exact = _key_filters(keys)
    rows = NameStart.objects.filter(starts, _in_area(area))
    found = _best(rows.filter(kind=Start.NAME), exact, limit)
    if len(found) < limit:
        inside = _best(rows.filter(kind__in=[Start.WORD, Start.OTHER_NAME]), exact, limit)
        found |= {code: known_as for code, known_as in inside.items() if code not in found}
    chosen = list(found.items())[:limit]
    communes = _with_departement().in_bulk([code for code, _ in chosen])
    return [Suggestion(communes[code], known_as=known_as) for code, known_as in chosen]


def _best(rows: QuerySet[NameStart], exact: Q, limit: int) -> dict[str, str]:
    """Return codes of communes, best first, each with the other name by which it was found, if any."""
    rank = Case(When(exact, then=0), When(kind=Start.OTHER_NAME, then=2), default=Value(1), output_field=IntegerField())
    ranked = (
        rows.annotate(rank=rank).order_by("rank", "-population", "commune_id").values_list("commune_id", "known_as")
    )
    best: dict[str, str] = {}
    # A commune has several starts alike, such as Paris its arrondissements.
    for code, known_as in ranked[: limit * STARTS_ALIKE]:
        best.setdefault(code, known_as)
    return best


def _key_filters(keys: Iterable[str]) -> tuple[Q, Q]:
    """Return what keeps the starts that begin with one of the keys, and those that are one of them.

    One letter alone is compared with whole names ("Y" is a commune), since it begins thousands.
    """
    starts, exact = Q(), Q()
    for key in keys:
        starts |= Q(key__startswith=key) if len(key) > 1 else Q(key=key)
        exact |= Q(key=key)
    return starts, exact


def _by_area(area: str, limit: int) -> list[Suggestion]:
    """Return the communes of a département's code, of a postcode or its first figures, or of a commune's code."""
    in_departement = _with_departement().filter(departement=area.upper()).order_by("-population", "code")
    found = [Suggestion(commune) for commune in in_departement[:limit]] or _by_postcode(area, limit)
    if found:
        return found
    named = commune_of_code(area)
    return [Suggestion(named)] if named else []


def _by_postcode(start: str, limit: int) -> list[Suggestion]:
    served = (
        Postcode.objects.filter(postcode__startswith=start)
        .values("commune_id")
        .annotate(first=Min("postcode"), size=Max("commune__population"))
        .order_by("-size", "commune_id")
    )
    rows = list(served[:limit])
    communes = _with_departement().in_bulk([row["commune_id"] for row in rows])
    return [Suggestion(communes[row["commune_id"]], postcode=row["first"]) for row in rows]


def _exact(wish: Wish, text: str) -> list[Commune]:
    """Return the communes whose name is the text, most populous first; another name counts when no name does."""
    exact = NameStart.objects.filter(key__in=[wish.whole, *wish.keys])
    # "Paris 11e" is a name of its own, so figures that belong to a name do not have to be an area too.
    other_names = exact.filter(Q(key=wish.whole) | _in_area(wish.area), kind=Start.OTHER_NAME)
    for rows in (exact.filter(_in_area(wish.area), kind=Start.NAME), other_names):
        found = list(_with_departement().filter(code__in=rows.values("commune_id")).order_by("-population", "code"))
        if found:
            return _spelt_alike(found, text) or found
    return []


def _spelt_alike(found: list[Commune], text: str) -> list[Commune]:
    """Keep those with the very words typed: "La Motte" rather than "Lamotte", "Mans" rather than "Le Mans"."""
    typed = rules.words(text)
    return [commune for commune in found if typed[: len(rules.words(commune.name))] == rules.words(commune.name)]
