"""Reading the list of missions as a visitor does, with an index of a test's own missions."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from entraide.search.indexer import Indexer
from entraide.territories.models import NameStart, Postcode
from entraide.volunteering.models import Mission
from entraide.volunteering.queries.kept import forget_all
from tests.search.situations import caught_up
from tests.strict_client import StrictClient
from tests.volunteering.situations import mission_online, slot_tomorrow, strasbourg

Refresh = Callable[[], int]


@pytest.fixture
def indexed(settings: Settings, tmp_path: Path, transactional_db: None) -> Iterator[Refresh]:
    """Keep an index of the test's missions; what is yielded brings it up to date."""
    settings.SEARCH_DIR = tmp_path / "search"
    with Indexer(settings.SEARCH_DIR) as indexer:

        def refresh() -> int:
            count = caught_up(indexer)
            forget_all()
            return count

        indexer.rebuild()
        yield refresh


def mission(now: datetime, title: str, **changes: Any) -> Mission:
    made = mission_online(now=now, title=title, **changes)
    slot_tomorrow(made, now=now)
    return made


def strasbourg_by_name() -> None:
    """Let Strasbourg be found by its name and its postcode."""
    commune = strasbourg()
    NameStart.objects.get_or_create(
        key="strasbourg", kind=0, commune=commune, defaults={"population": commune.population}
    )
    Postcode.objects.get_or_create(postcode="67000", commune=commune)


def page(client: StrictClient, query: str) -> str:
    response = client.get(f"/en/missions/{query}")
    assert response.status_code == 200
    return response.content.decode()


def titles(client: StrictClient, query: str) -> list[str]:
    """Return the titles of the lines that a search shows, in their order."""
    lines = page(client, query).split('<h3 class="card__title">')[1:]
    return [line.split("</h3>")[0].split('">', 1)[1].removesuffix("</a>") for line in lines]


def plain(found: list[str]) -> list[str]:
    return [title.replace("<mark>", "").replace("</mark>", "") for title in found]
