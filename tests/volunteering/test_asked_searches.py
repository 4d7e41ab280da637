"""What is remembered of what people look for: common words, and nothing of anybody."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from entraide.volunteering import asked
from entraide.volunteering.actions.asked_searches import count_asked, forget_asked
from entraide.volunteering.models import AskedSearch
from entraide.volunteering.queries.asked_searches import common_searches, empty_searches
from entraide.volunteering.rules.asked_searches import FEWEST, KEPT_DAYS, Asked, kept_text, settled
from tests.strict_client import StrictClient
from tests.volunteering.desk_situations import signed_in

TODAY = date(2026, 4, 15)


@pytest.mark.parametrize(
    "text",
    ["camille@example.org", "06 12 34 56 78", "+33612345678", "1 85 05 78 006 084 36", "0612345678 tri", " "],
)
def test_what_may_say_who_somebody_is_is_not_remembered(text: str) -> None:
    assert kept_text(text) == ""


@pytest.mark.parametrize(("text", "kept"), [("Tri 67000", "tri 67000"), ("L'Été", "l ete"), ("x" * 300, "x" * 80)])
def test_words_are_remembered_without_case_or_accents(text: str, kept: str) -> None:
    assert kept_text(text) == kept


def test_what_was_typed_on_the_way_does_not_count() -> None:
    asked_for = [
        Asked("mas", "fr", is_empty=False, is_typed=True),
        Asked("masques", "fr", is_empty=False, is_typed=True),
        Asked("masq", "en", is_empty=True, is_typed=True),
        Asked("tri", "fr", is_empty=True),
        Asked("trier", "fr", is_empty=False),
    ]
    assert set(settled(asked_for)) == {("masques", "fr"), ("masq", "en"), ("tri", "fr"), ("trier", "fr")}


@pytest.mark.django_db
def test_only_what_several_asked_for_is_shown_and_kept() -> None:
    for _ in range(FEWEST):
        count_asked(counts=[("masques", "fr", False), ("parapente", "fr", True)], day=TODAY)
    count_asked(counts=[("camille dupont", "fr", True)], day=TODAY)
    assert common_searches(today=TODAY) == [("masques", FEWEST), ("parapente", FEWEST)]
    assert empty_searches(today=TODAY) == [("parapente", FEWEST)]
    assert forget_asked(today=TODAY) == 0
    assert forget_asked(today=TODAY + timedelta(days=1)) == 1
    assert not AskedSearch.objects.filter(text="camille dupont").exists()
    assert forget_asked(today=TODAY + timedelta(days=KEPT_DAYS + 1)) == 2


@pytest.mark.django_db
def test_a_search_is_counted_by_the_worker_not_by_the_page(client: StrictClient) -> None:
    asked.hand_over()
    client.get("/fr/missions/?q=Parapente")
    client.get("/fr/missions/?q=Parapente")
    client.get("/fr/missions/?q=parap&part=results&typing=1")
    client.get("/fr/missions/?q=camille%40example.org")
    assert not AskedSearch.objects.exists()
    asked.hand_over()
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->'counts' FROM procrastinate_jobs WHERE task_name = 'volunteering.count_asked'")
        found = [row[0] for row in cursor.fetchall()]
    assert "parapente" in str(found[-1])
    assert "camille" not in str(found)
    assert "parap'" not in str(found)


@pytest.mark.django_db
def test_those_who_moderate_read_what_people_look_for() -> None:
    today = datetime.now(UTC).date()
    for _ in range(FEWEST):
        count_asked(counts=[("parapente", "fr", True)], day=today)
    assert "parapente" in signed_in("operator").get("/en/moderation/asked/").content.decode()
    assert signed_in("volunteer").get("/en/moderation/asked/").status_code == 403
