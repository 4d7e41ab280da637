"""What an official alert (Common Alerting Protocol 1.2, OASIS) asks for here. Pure."""

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

EARTH_KM = 6_371.0
NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
MESSAGE_TYPES = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPES = ("Public", "Restricted", "Private")
CATEGORIES = (
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other",
)  # fmt: skip


class AlertOutcome(StrEnum):
    """What became of an alert."""

    PROPOSED = "proposed"
    UPDATED = "updated"
    CANCELLED = "cancelled"
    NOT_ACTUAL = "not_actual"
    EXPIRED = "expired"
    NOTHING_ASKED = "nothing"
    ELSEWHERE = "elsewhere"
    NOT_PUBLIC = "not_public"
    TOO_MILD = "too_mild"


class Wish(StrEnum):
    """What is to be done about an alert."""

    PROPOSE = "propose"
    UPDATE = "update"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Circle:
    """Everything within `km` of a point."""

    latitude: float
    longitude: float
    km: float


@dataclass(frozen=True, slots=True)
class Area:
    """Where an alert holds, in whichever ways it says so. Points are (latitude, longitude)."""

    description: str
    polygons: tuple[tuple[tuple[float, float], ...], ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Info:
    """What an alert tells in one language."""

    language: str
    category: str
    event: str
    severity: str
    headline: str
    description: str
    starts_at: datetime | None
    expires_at: datetime | None
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier message."""

    sender: str
    identifier: str


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """An alert as it was read."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    message_type: str
    scope: str
    references: tuple[Reference, ...]
    infos: tuple[Info, ...]
    is_signed: bool

    @property
    def expires_at(self) -> datetime | None:
        """When the last of its texts expires, None when one never does."""
        ends = [info.expires_at for info in self.infos]
        return None if None in ends else max((end for end in ends if end), default=None)


def decide(message: AlertMessage, *, now: datetime) -> Wish | AlertOutcome:
    """Return what an alert asks for, or why nothing is done about it.

    An exercise, a test or a message between systems proposes nothing: people would be called for nothing.
    """
    if message.status != "Actual":
        return AlertOutcome.NOT_ACTUAL
    if message.message_type in ("Ack", "Error"):
        return AlertOutcome.NOTHING_ASKED
    if message.scope != "Public":
        return AlertOutcome.NOT_PUBLIC
    if message.message_type == "Cancel":
        return Wish.CANCEL
    if message.expires_at and message.expires_at <= now:
        return AlertOutcome.EXPIRED
    if message.infos and all(info.severity == "Minor" for info in message.infos):
        return AlertOutcome.TOO_MILD
    return Wish.UPDATE if message.message_type == "Update" else Wish.PROPOSE


def contains(polygon: tuple[tuple[float, float], ...], point: tuple[float, float]) -> bool:
    """Say whether a point lies within a polygon (even-odd rule, in degrees: areas of alerts are small)."""
    inside, latitude, longitude = False, *point
    for (one_lat, one_lon), (two_lat, two_lon) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if (one_lat > latitude) != (two_lat > latitude):
            crossing = one_lon + (latitude - one_lat) / (two_lat - one_lat) * (two_lon - one_lon)
            inside ^= longitude < crossing
    return inside


def within(circle: Circle, point: tuple[float, float]) -> bool:
    """Say whether a point lies within a circle, on a globe."""
    one, two = math.radians(circle.latitude), math.radians(point[0])
    width = math.radians(point[1] - circle.longitude)
    half = math.sin((two - one) / 2) ** 2 + math.cos(one) * math.cos(two) * math.sin(width / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half))) <= circle.km
