"""The operator's pages: who may open them, what a level moves, two operators at once, failed jobs, bad input."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries

from entraide.crises import api as crises
from entraide.foundation import job_failures, jobs
from entraide.foundation.trouble import Trouble, trouble
from entraide.journal import api as journal
from tests.pages.conftest import SignIn

pytestmark = pytest.mark.django_db
OPERATOR_PAGES = [
    "operator",
    "operator-open-crisis",
    "operator-jobs",
    "operator-mail",
    "operator-journal",
    "operator-line",
]
OPENING = {
    "name_fr": "Crue de l’Ill",
    "name_en": "Ill flood",
    "kind": "Met",
    "level": "alert",
    "zones": "67, 68",
    "banner_fr": "Restez à l’abri.",
    "banner_en": "Stay safe.",
}


@pytest.fixture
def flood() -> crises.Crisis:
    opening = crises.Opening(
        slug="flood",
        name={"fr": "Crue", "en": "Flood"},
        kind=crises.Kind.MET,
        level=crises.Level.ALERT,
        zones=["67"],
        banner={"fr": "Restez chez vous.", "en": "Stay at home."},
    )
    return crises.open_crisis(opening=opening, actor=None, role="operator", now=datetime.now(UTC))


@pytest.fixture
def departements(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO territories_region VALUES ('44', 'Grand Est')")
        cursor.execute(
            "INSERT INTO territories_departement (code, name, region_id)"
            " VALUES ('67', 'Bas-Rhin', '44'), ('68', 'Haut-Rhin', '44')"
        )


def failed_job() -> int:
    jobs.defer("volunteering.send_notices", notice_ids=[])
    job_id: int = max(ProcrastinateJob.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(job_failures.REMEMBER_SQL, [job_id, "SMTPException: the provider is away"])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job_id])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job_id])
    return job_id


@pytest.mark.parametrize("page", OPERATOR_PAGES)
@pytest.mark.parametrize(("role", "status"), [("", 302), ("volunteer", 403), ("referent 67", 403), ("operator", 200)])
def test_only_operators_open_the_operators_pages(signed_in_as: SignIn, page: str, role: str, status: int) -> None:
    answer = signed_in_as(role).get(reverse(f"pages:{page}"))
    assert answer.status_code == status
    if status == 200:
        assert answer["Cache-Control"] == "private, no-store, no-transform"


def test_a_coordinator_leads_their_crisis_and_no_other(signed_in_as: SignIn, flood: crises.Crisis) -> None:
    client = signed_in_as(f"crisis_coordinator {flood.pk}")
    assert client.get(reverse("pages:operator-crisis", args=[flood.pk])).status_code == 200
    assert client.get(reverse("pages:operator-crisis", args=[uuid4()])).status_code == 403
    assert client.get(reverse("pages:operator")).status_code == 403


def test_opening_shows_what_moves_before_it_opens(signed_in_as: SignIn, departements: None) -> None:
    client, address = signed_in_as("operator"), reverse("pages:operator-open-crisis")
    preview = client.post(address, {**OPENING, "step": "preview"})
    assert preview.status_code == 200
    assert "48\xa0heures" in preview.content.decode()
    assert crises.all_crises() == []
    opened = client.post(address, {**OPENING, "step": "confirm"})
    (crisis,) = crises.all_crises()
    assert opened.headers["Location"] == reverse("pages:operator-crisis", args=[crisis.pk])
    assert (crisis.zones, crisis.level, crisis.slug) == (["67", "68"], "alert", "crue-de-lill")
    again = client.post(address, {**OPENING, "step": "confirm"})
    assert again.status_code == 400
    assert len(crises.all_crises()) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"zones": "67, 99"},
        {"zones": "x" * 5000},
        {"name_fr": ""},
        {"name_fr": "!!!"},
        {"name_fr": "a\x00b"},
        {"kind": "plague"},
        {"level": "closed"},
        {"banner_fr": "x" * 5000},
    ],
)
def test_a_wrong_opening_is_explained_and_opens_nothing(
    signed_in_as: SignIn, departements: None, wrong: dict[str, str]
) -> None:
    answer = signed_in_as("operator").post(
        reverse("pages:operator-open-crisis"), {**OPENING, **wrong, "step": "confirm"}
    )
    assert answer.status_code == 400
    assert "error-summary" in answer.content.decode()
    assert crises.all_crises() == []


def test_a_level_is_changed_after_a_look_and_journaled(signed_in_as: SignIn, flood: crises.Crisis) -> None:
    client, address = signed_in_as("operator"), reverse("pages:operator-level", args=[flood.pk])
    look = client.get(address, {"to": "mobilisation"})
    assert look.status_code == 200
    assert "24\xa0heures" in look.content.decode()
    assert journal.latest(verbs=("crisis.level_changed",)) == []
    client.post(address, {"to": "mobilisation", "seen": "alert"})
    flood.refresh_from_db()
    assert flood.level == "mobilisation"
    (entry,) = journal.latest(verbs=("crisis.level_changed",))
    assert (entry.detail, entry.role) == ({"from": "alert", "to": "mobilisation"}, "operator")


def test_the_second_of_two_operators_is_told_of_the_first(signed_in_as: SignIn, flood: crises.Crisis) -> None:
    client, address = signed_in_as("operator"), reverse("pages:operator-level", args=[flood.pk])
    client.post(address, {"to": "mobilisation", "seen": "alert"})
    second = client.post(address, {"to": "watch", "seen": "alert"}, follow=True)
    flood.refresh_from_db()
    assert flood.level == "mobilisation"
    assert "notice--danger" in second.content.decode()
    assert len(journal.latest(verbs=("crisis.level_changed",))) == 1


def test_the_second_banner_is_kept_and_not_published(signed_in_as: SignIn, flood: crises.Crisis) -> None:
    client, address = signed_in_as("operator"), reverse("pages:operator-crisis", args=[flood.pk])
    written = {"banner_fr": "Premier.", "banner_en": "First.", "seen": 1}
    assert client.post(address, written).status_code == 302
    second = client.post(address, {"banner_fr": "Second.", "banner_en": "Second.", "seen": 1})
    assert second.status_code == 409
    assert "Second." in second.content.decode()
    flood.refresh_from_db()
    assert flood.banner == {"fr": "Premier.", "en": "First."}
    assert client.post(address, {"banner_fr": "Second.", "banner_en": "", "seen": 2}).status_code == 302


@pytest.mark.parametrize(
    "data", [{}, {"to": "alert"}, {"to": "ruin", "seen": "alert"}, {"to": "alert\x00", "seen": "alert"}]
)
def test_a_wrong_level_changes_nothing(signed_in_as: SignIn, flood: crises.Crisis, data: dict[str, str]) -> None:
    answer = signed_in_as("operator").post(reverse("pages:operator-level", args=[flood.pk]), data)
    assert answer.status_code == 400
    flood.refresh_from_db()
    assert flood.level == "alert"


def test_failed_jobs_are_shown_with_their_reason_and_retried(signed_in_as: SignIn) -> None:
    first, second, third = failed_job(), failed_job(), failed_job()
    client, address = signed_in_as("operator"), reverse("pages:operator-jobs")
    assert "the provider is away" in client.get(address).content.decode()
    client.post(address, {"what": "chosen", "jobs": [first]})
    assert [job.id for job in job_failures.failed_jobs().rows] == [third, second]
    client.post(address, {"what": "all"})
    assert trouble(now=datetime.now(UTC)) == Trouble(failed=0, to_retry=3)
    assert [entry.detail["count"] for entry in journal.latest(verbs=("job.retried",))] == [2, 1]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"what": "chosen"},
        {"what": "none"},
        {"what": "chosen", "jobs": ["9" * 40]},
        {"what": "chosen", "jobs": ["x"]},
    ],
)
def test_a_wrong_retry_retries_nothing(signed_in_as: SignIn, data: dict[str, object]) -> None:
    failed_job()
    assert signed_in_as("operator").post(reverse("pages:operator-jobs"), data).status_code == 400
    assert trouble(now=datetime.now(UTC)).failed == 1


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30, "1\x00"])
def test_a_wrong_place_in_the_journal_is_no_fault(signed_in_as: SignIn, after: str) -> None:
    answer = signed_in_as("operator").get(reverse("pages:operator-journal"), {"after": after})
    assert answer.status_code in (200, 302)


def test_a_long_journal_is_read_in_parts(
    signed_in_as: SignIn, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in_as("operator")
    for number in range(120):
        journal.record(actor=None, role="system", verb=f"test.{number}", thing_kind="test", thing_id="", now=now)
    with django_assert_max_num_queries(8):
        page = client.get(reverse("pages:operator-journal")).content.decode()
    assert "test.119" in page
    assert "test.60<" not in page


def test_the_first_page_costs_few_queries(
    signed_in_as: SignIn, flood: crises.Crisis, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in_as("operator")
    failed_job()
    with django_assert_max_num_queries(13):
        assert client.get(reverse("pages:operator")).status_code == 200
