"""What the public may read of a place's address and point, at the precision that the mission chose."""

import re
from dataclasses import dataclass

from entraide.volunteering.rules.words import Precision

_HOUSE_NUMBER = re.compile(r"^\s*\d+\s*(?:(?:bis|ter|quater|[a-d])\b)?\s*[,-]?\s*", re.IGNORECASE)
# About 100 m for a street; about 1 km for a commune without a centre of its own.
_DECIMALS = {Precision.STREET: 3, Precision.COMMUNE: 2}


@dataclass(frozen=True, slots=True)
class Address:
    """A place as its organisation wrote it. `commune_point` is the centre of its commune, where one is known."""

    label: str
    street: str
    postcode: str
    commune: str
    point: tuple[float, float] | None
    commune_point: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """A place as the public reads it; `label` and `street` are empty where the precision hides them."""

    lines: tuple[str, ...]
    point: tuple[float, float] | None
    label: str = ""
    street: str = ""
    postcode: str = ""
    commune: str = ""


def public_address(address: Address, *, precision: Precision) -> PublicAddress:
    """Return the lines and the point to show: all of it, the street without its number, or the commune alone."""
    town = f"{address.postcode} {address.commune}".strip()
    match precision:
        case Precision.EXACT:
            label, street = address.label, address.street
        case Precision.STREET:
            label, street = "", _HOUSE_NUMBER.sub("", address.street)
        case Precision.COMMUNE:
            label, street = "", ""
    return PublicAddress(
        lines=tuple(line for line in (label, street, town) if line),
        point=_point(address, precision),
        label=label,
        street=street,
        postcode=address.postcode,
        commune=address.commune,
    )


def _point(address: Address, precision: Precision) -> tuple[float, float] | None:
    if precision is Precision.COMMUNE and address.commune_point:
        return address.commune_point
    point = address.point or address.commune_point
    decimals = _DECIMALS.get(precision)
    if point is None or decimals is None:
        return point
    return round(point[0], decimals), round(point[1], decimals)
