"""Reads the catalogue of mission templates strictly: every text in both languages, every word of a known list."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from entraide.volunteering.rules.words import Activity, Admission, Domain, Kind, Mode, Public, RequirementKind

LANGUAGES = ("fr", "en")
Text = dict[str, str]


class BadCatalogue(Exception):
    """The catalogue cannot be used; the message names the template and what is wrong."""


@dataclass(frozen=True, slots=True)
class CatalogueTemplate:
    """One version of a template, as the file gives it, requirements spelled out."""

    slug: str
    version: int
    kind: Kind
    domain: Domain
    activity: Activity
    mode: Mode
    admission: Admission
    title: Text
    subtitle: Text
    objective: Text
    description: Text
    safety: list[Text]
    requirements: list[dict[str, Any]]
    publics: list[str]
    age_min: int
    duration_minutes: int
    capacity: int

    @property
    def digest(self) -> str:
        """Return what tells two contents apart."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def read_catalogue(data: Mapping[str, Any]) -> list[CatalogueTemplate]:
    """Return the templates of a decoded catalogue file. Raises BadCatalogue."""
    known = {code: _requirement(code, item) for code, item in data["requirements"].items()}
    found = [_template(item, known) for item in data["templates"]]
    slugs = [template.slug for template in found]
    twice = {slug for slug in slugs if slugs.count(slug) > 1}
    if twice:
        raise BadCatalogue(f"given twice: {', '.join(sorted(twice))}")
    return found


def _requirement(code: str, item: Mapping[str, Any]) -> dict[str, Any]:
    return {"code": code, "kind": RequirementKind(item["kind"]).value, "label": _text(code, item["label"])}


def _template(item: Mapping[str, Any], requirements: Mapping[str, dict[str, Any]]) -> CatalogueTemplate:
    slug = str(item.get("slug", "?"))
    try:
        return CatalogueTemplate(
            slug=slug,
            version=int(item["version"]),
            kind=Kind(item["kind"]),
            domain=Domain(item["domain"]),
            activity=Activity(item["activity"]),
            mode=Mode(item["mode"]),
            admission=Admission(item["admission"]),
            title=_text(slug, item["title"]),
            subtitle=_text(slug, item["subtitle"]),
            objective=_text(slug, item["objective"]),
            description=_text(slug, item["description"]),
            safety=[_text(slug, sentence) for sentence in item["safety"]],
            requirements=[requirements[code] for code in item["requirements"]],
            publics=[Public(word).value for word in item["publics"]],
            age_min=int(item["age_min"]),
            duration_minutes=int(item["duration_minutes"]),
            capacity=int(item["capacity"]),
        )
    except (KeyError, ValueError) as error:
        raise BadCatalogue(f"{slug}: {error}") from error


def _text(where: str, value: Mapping[str, str]) -> Text:
    """Return a text that has each language and nothing else."""
    if sorted(value) != sorted(LANGUAGES) or not all(text.strip() for text in value.values()):
        raise BadCatalogue(f"{where}: a text needs {' and '.join(LANGUAGES)}")
    return dict(value)
