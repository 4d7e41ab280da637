"""The shape of a mission as partners send it, after API Engagement's: which fields, of which types, how long.

A document of the right shape may still be refused for what it says; `rules.judging` does that.
"""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

Short = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=1_000)]
Long = Annotated[str, Meta(max_length=5_000)]
Words = Annotated[list[Text], Meta(max_length=100)]
# What was never meant to be read: control characters, and halves of characters.
_ILLEGIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class BadShape(Exception):
    """A document does not have the shape; `field` is where, `problem` what was expected."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


class Point(Struct):
    """A point on earth, as far as its numbers are."""

    lat: float
    lon: float

    @property
    def is_on_earth(self) -> bool:
        """Say whether both numbers are degrees; 0, 0 is what programs write for none."""
        both = math.isfinite(self.lat) and math.isfinite(self.lon)
        return both and abs(self.lat) <= 90 and abs(self.lon) <= 180 and (self.lat, self.lon) != (0, 0)


class Address(Struct, rename={"postal_code": "postalCode", "department_code": "departmentCode"}, omit_defaults=True):
    """Where a mission is."""

    street: Text | None = None
    postal_code: Short | None = None
    city: Short | None = None
    department_code: Short | None = None
    departmentName: Short | None = None
    region: Short | None = None
    country: Short | None = None
    location: Point | None = None


class Document(Struct, rename="camel", omit_defaults=True):
    """A mission; every field may be left out, since a change names only what changes."""

    client_id: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    title: Annotated[str, Meta(max_length=500)] | None = None
    # HTML; what is beyond its 20,000 characters is cut, as that API does.
    description: Annotated[str, Meta(max_length=200_000)] | None = None
    application_url: Annotated[str, Meta(max_length=2_000)] | None = None
    image: Text | None = None
    metadata: Long | None = None
    domain: Short | None = None
    activities: Words | None = None
    tags: Words | None = None
    tasks: Words | None = None
    audience: Words | None = None
    requirements: Words | None = None
    soft_skills: Words | None = None
    rome_skills: Words | None = None
    remote: Short | None = None
    schedule: Long | None = None
    start_at: Short | None = None
    end_at: Short | None = None
    posted_at: Short | None = None
    priority: Short | None = None
    places: int | None = None
    compensation_amount: float | None = None
    compensation_amount_max: float | None = None
    compensation_unit: Short | None = None
    compensation_type: Short | None = None
    open_to_minors: bool | None = None
    reduced_mobility_accessible: bool | None = None
    close_to_transport: bool | None = None
    addresses: Annotated[list[Address], Meta(max_length=100)] | None = None
    type: Short | None = None
    organization_client_id: Short | None = None
    organization_name: Text | None = None
    organization_description: Annotated[str, Meta(max_length=50_000)] | None = None
    organization_url: Text | None = None
    organization_type: Text | None = None
    organization_logo: Text | None = None
    organization_rna: Short | None = msgspec.field(default=None, name="organizationRNA")
    organization_siren: Short | None = None
    organization_siret: Short | None = None
    organization_full_address: Text | None = None
    organization_post_code: Short | None = None
    organization_city: Short | None = None
    organization_department: Short | None = None
    organization_department_code: Short | None = None
    organization_department_name: Short | None = None
    organization_status_juridique: Text | None = None
    organization_beneficiaries: Words | None = None
    organization_actions: Words | None = None
    organization_reseaux: Words | None = None


# By their names in documents.
FIELDS = {field.encode_name: field.name for field in msgspec.structs.fields(Document)}
_ORGANISATION = tuple(name for name in FIELDS if name.startswith("organization") and name != "organizationName")


def read(given: Mapping[str, Any], *, lax: bool = False) -> Document:
    """Return a document that was decoded from JSON or, `lax`, from XML, whose every value is a text.

    Fields that are not known are passed over, as that API does. Raises BadShape.
    """
    known = {name: value for name, value in given.items() if name in FIELDS}
    for name, text in _texts(known, ""):
        if _ILLEGIBLE.search(text):
            raise BadShape(name, "must not contain control characters")
    try:
        found = msgspec.convert(known, Document, strict=not lax)
    except msgspec.ValidationError as error:
        raise _bad_shape(error) from error
    if not found.organization_name and (named := next((each for each in _ORGANISATION if known.get(each)), "")):
        raise BadShape("organizationName", f"is required when {named} is given")
    for name in ("compensation_amount", "compensation_amount_max"):
        if (value := getattr(found, name)) is not None and not math.isfinite(value):
            raise BadShape(name, "must be a number")
    return found


def plain(document: Document) -> dict[str, Any]:
    """Return a document as values that JSON holds, less what was not given."""
    found: dict[str, Any] = msgspec.to_builtins(document)
    return {name: value for name, value in found.items() if value is not None}


def _texts(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, name)


def _bad_shape(error: msgspec.ValidationError) -> BadShape:
    problem, _, path = str(error).partition(" - at `$.")
    field = re.sub(r"\[.*", "", path.rstrip("`")) or "body"
    return BadShape(field[:40], problem)
