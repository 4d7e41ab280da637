"""The feed of changes after OpenActive's Realtime Paged Data Exchange 1.0: pages of what became another or went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django.conf import settings
from django.urls import reverse

from entraide.exchange.formats import engagement
from entraide.exchange.formats.engagement import Origin
from entraide.volunteering import api as volunteering

MEDIA_TYPE = "application/vnd.openactive.rpde+json; version=1"
LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
KIND = "Mission"


@dataclass(frozen=True, slots=True)
class Noted:
    """One change: of which mission, when in the order of changes, and whether it is gone."""

    mission: UUID
    modified: int
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class Place:
    """From where on the feed is read: after this item. None is the beginning."""

    modified: int
    mission: UUID


def write(
    noted: Sequence[Noted],
    *,
    missions: Mapping[UUID, volunteering.Published],
    origins: Mapping[UUID, Origin],
    after: Place | None,
) -> bytes:
    """Return a page. Its `next` leads on from its last item; an empty page leads to itself, until there is more."""
    last = Place(noted[-1].modified, noted[-1].mission) if noted else after
    return msgspec.json.encode(
        {
            "next": address(last),
            "items": [_item(each, missions.get(each.mission), origins.get(each.mission)) for each in noted],
            "license": LICENCE,
        }
    )


def address(after: Place | None) -> str:
    """Return where the feed is read on from a place."""
    query = urlencode({"afterTimestamp": after.modified, "afterId": str(after.mission)}) if after else ""
    return f"{settings.PUBLIC_URL}{reverse('changes')}{f'?{query}' if query else ''}"


def _item(noted: Noted, found: volunteering.Published | None, origin: Origin | None) -> dict[str, Any]:
    item = {"id": str(noted.mission), "kind": KIND, "modified": noted.modified}
    # What went offline since it was noted is told as gone now, and again in its turn.
    if noted.is_deleted or found is None:
        return {**item, "state": "deleted"}
    return {**item, "state": "updated", "data": engagement.mission(found, origin)}
