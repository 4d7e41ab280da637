"""A drawn mission as engines are given it: the same texts for each of them."""

from dataclasses import dataclass
from datetime import timedelta

from bench.search_missions.drawing import Made
from bench.search_missions.needs import labels, template_titles
from entraide.search.documents import Document, Text


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a mission, by what they weigh: title, what it is filed under, names, description."""

    title: str
    labels_fr: tuple[str, ...]
    labels_en: tuple[str, ...]
    names: tuple[str, ...]
    body: str


def texts(made: Made) -> Texts:
    """Return a mission's texts: its own, and what the platform files it under in both languages."""
    filed = list(_filed(made))
    if made.need.template:
        filed.append(template_titles()[made.need.template])
    place = made.place
    where = () if made.is_anywhere else (place.name, place.postcode, place.departement_name, place.region_name)
    return Texts(
        title=made.title,
        labels_fr=tuple(french for french, _ in filed),
        labels_en=tuple(english for _, english in filed),
        names=(made.organisation, *where),
        body=made.text,
    )


def document(made: Made) -> Document:
    """Return a mission as our engine takes it."""
    said, need = texts(made), made.need
    return Document(
        key=made.key,
        titles=(Text(said.title),),
        labels=(*map(Text, said.labels_fr), *(Text(label, "en") for label in said.labels_en)),
        names=said.names,
        bodies=(Text(said.body),),
        facets={
            "kind": ("mission",),
            "domain": (need.domain,),
            "activity": (need.activity,),
            "public": need.publics,
            "mode": (need.mode,),
            "departement": () if made.is_anywhere else (made.place.departement,),
        },
        point=None if made.is_anywhere else (made.place.latitude, made.place.longitude),
        starts=tuple(made.starts_at + timedelta(days=days) for days in (0, 7)),
        places_left=made.places_left,
        published_at=made.published_at,
        shown={"title": made.title, "organisation": made.organisation, "commune": made.place.name},
    )


def _filed(made: Made) -> list[tuple[str, str]]:
    called, need = labels(), made.need
    values = [("domain", need.domain), ("activity", need.activity), ("mode", need.mode)]
    values += [("public", public) for public in need.publics]
    return [called[facet][value] for facet, value in values if value in called[facet]]
