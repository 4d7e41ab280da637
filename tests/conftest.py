"""What every test may use: a fixed moment, a client that reads pages strictly, and a database that is the real one."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from entraide.crises import api as crises
from entraide.search import places
from entraide.volunteering.queries.kept import forget_all
from tests.browsing import browser, playwright
from tests.strict_client import StrictClient

__all__ = ["browser", "playwright"]
# A busy machine is no defect: what takes long is measured by benchmarks.
hypothesis_settings.register_profile("entraide", deadline=None)
hypothesis_settings.load_profile("entraide")


END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@pytest.fixture(scope="session", autouse=True)
def static_files_without_manifest() -> None:
    """Let pages render before the assets are built and collected, which only browser tests need."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session", autouse=True)
def no_search_index_of_another_node(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let the database answer searches, as on a node whose index is away, where a test makes no index of its own."""
    settings.SEARCH_DIR = tmp_path_factory.mktemp("search") / "none"


@pytest.fixture
def now() -> datetime:
    """A Wednesday morning, away from changes of clock."""
    return datetime(2026, 4, 15, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Let tests with real transactions empty the tables afterwards, the journal included."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER never_emptied")
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        # A pool thread that outlives its test keeps its connection; the database must go all the same.
        cursor.execute(END_OTHERS)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Keep one test's crisis, counts and language out of the next one's pages."""
    translation.deactivate()
    crises.forget()
    places.forget()
    forget_all()
    yield
    crises.forget()
    places.forget()
    forget_all()


@pytest.fixture(autouse=True)
def no_job_left(request: pytest.FixtureRequest, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the queue after a test with real transactions: Django empties the tables of its own models alone."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if (marker and marker.kwargs.get("transaction")) or "transactional_db" in request.fixturenames:
        with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_periodic_defers, procrastinate_workers CASCADE")
            cursor.execute("TRUNCATE foundation_mail, foundation_mail_pace")


@pytest.fixture
def client() -> StrictClient:
    """A client that checks each page that it is given."""
    return StrictClient()


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """The address of the test database, for whoever reaches it without Django."""
    parts = connection.settings_dict
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return "postgresql:///?" + urlencode({name: parts[key] for name, key in named.items() if parts[key]})


@pytest.fixture
def node(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a process of ours that uses the test database and keeps its files to itself."""
    return {**os.environ, "MODE": "development", "DATABASE_URL": database_url, "VAR_DIR": str(tmp_path)}
