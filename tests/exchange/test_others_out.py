"""The organisations behind missions and those who publish them, as partners of API Engagement ask for them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest
from django.test import Client

from entraide.accounts.models import Organisation
from entraide.exchange.models import Partner
from entraide.exchange.rules.words import Moderation
from entraide.volunteering.models import Mission
from tests.exchange.situations import RNA, SIREN, mission_given, partner_of, strasbourg_with_postcodes
from tests.volunteering.situations import mission_online, organisation_validated, slot_tomorrow

pytestmark = pytest.mark.django_db
SIRET = "73282932000074"
TEXT, MAYBE, YES_NO = {"type": "string"}, {"type": ["string", "null"]}, {"type": "boolean"}
# After the schemas Organization and PartnerWithExclusions of that API's public description.
ORGANISATION = {
    "type": "object",
    "required": ["_id", "title", "rna", "siret", "status"],
    "properties": {"_id": TEXT, "title": TEXT, "rna": MAYBE, "siret": MAYBE, "status": MAYBE},
}
PUBLISHER = {
    "type": "object",
    "required": ["_id", "name", "url", "widget", "api", "campaign", "annonceur", "excludedOrganizations"],
    "properties": {
        "_id": TEXT, "name": TEXT, "category": MAYBE, "url": MAYBE, "logo": MAYBE, "description": MAYBE,
        "widget": YES_NO, "api": YES_NO, "campaign": YES_NO, "annonceur": YES_NO,
        "excludedOrganizations": {"type": "array"},
    },
}  # fmt: skip


def answer_of(items: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["ok", "data", "total"],
        "properties": {"ok": {"const": True}, "data": {"type": "array", "items": items}, "total": {"type": "integer"}},
    }


@pytest.fixture
def today() -> datetime:
    strasbourg_with_postcodes()
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def ask(client: Client, today: datetime) -> Any:
    """Ask as a partner, and return the answer."""
    _, key = partner_of(today, name="Lecteur", sends_missions=False)
    return lambda path, method="get": getattr(client, method)(path, headers={"x-api-key": key})


def asking_for_help(today: datetime, name: str, **numbers: str) -> Organisation:
    organisation = organisation_validated(now=today, name=name)
    Organisation.objects.filter(pk=organisation.pk).update(**numbers)
    slot_tomorrow(mission_online(now=today, organisation=organisation), now=today)
    return organisation


def names(ask: Any, query: str) -> list[str]:
    body = ask(f"/api/v0/organization{query}").json()
    jsonschema.validate(body, answer_of(ORGANISATION), cls=jsonschema.Draft202012Validator)
    return [each["title"] for each in body["data"]]


def test_organisations_are_looked_up_by_name_and_number(ask: Any, today: datetime) -> None:
    asking_for_help(today, "Secours d’Été", rna=RNA)
    asking_for_help(today, "Les Paniers", siren=SIREN, siret=SIRET)
    assert names(ask, "") == ["Les Paniers", "Secours d’Été"]
    assert names(ask, "?q=ete+secours") == ["Secours d’Été"]
    assert names(ask, f"?rna={RNA.lower()}") == ["Secours d’Été"]
    assert names(ask, f"?siret={SIRET}") == ["Les Paniers"]
    assert names(ask, f"?siret={SIRET}&rna={RNA}") == []
    assert names(ask, "?q=%25") == ["Les Paniers", "Secours d’Été"]


def test_organisations_come_by_parts_and_are_counted_in_all(ask: Any, today: datetime) -> None:
    for number in range(5):
        asking_for_help(today, f"Association {number}")
    seen = [name for skip in (0, 2, 4, 6) for name in names(ask, f"?limit=2&skip={skip}")]
    assert seen == [f"Association {number}" for number in range(5)]
    assert [ask(f"/api/v0/organization?skip={skip}").json()["total"] for skip in (0, 4, 9)] == [5, 5, 5]


def test_only_whom_the_public_may_help_is_told_of(ask: Any, today: datetime) -> None:
    organisation_validated(now=today, name="Sans mission")
    asking_for_help(today, "Suspendue", state="suspended")
    over = asking_for_help(today, "Finie")
    Mission.objects.filter(organisation=over).update(ends_at=today - timedelta(hours=1))
    hidden = asking_for_help(today, "En attente")
    Mission.objects.filter(organisation=hidden).update(state="submitted")
    assert names(ask, "") == []


def test_publishers_are_this_platform_and_whoever_sends(ask: Any, today: datetime, client: Client) -> None:
    sender, key = partner_of(today, moderation=Moderation.TRUSTED)
    partner_of(today, name="Éteint", is_active=False)
    given = mission_given(organizationSiren="", organizationRNA="")
    client.post("/api/v2/mission", given, content_type="application/json", headers={"x-api-key": key})
    slot_tomorrow(mission_online(now=today), now=today)
    body = ask("/api/v0/publisher").json()
    jsonschema.validate(body, answer_of(PUBLISHER), cls=jsonschema.Draft202012Validator)
    assert [each["name"] for each in body["data"]] == ["Entraide", "Benevo"]
    assert body["total"] == 2
    # Their ids are those by which lists are narrowed.
    for each in body["data"]:
        found = ask(f"/api/v0/mission?publisher={each['_id']}").json()["data"]
        assert [mission["publisherName"] for mission in found] == [each["name"]]
        assert ask(f"/api/v0/publisher/{each['_id']}").json()["data"] == each
    reader = Partner.objects.get(name="Lecteur")
    assert ask(f"/api/v0/publisher/{reader.pk}").json()["code"] == "NOT_FOUND"
    assert ask(f"/api/v0/publisher/{sender.pk}").status_code == 200


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/api/v0/diffusion-rule", "get"), ("/api/v0/myorganization/1", "get"), ("/api/v0/mymission/m-1/stats", "get"),
        ("/api/v2/activity", "post"), ("/api/v2/activity/1", "put"), ("/api/v0/nothing/%00", "delete"),
        ("/api/v0/publisher/not-an-id", "get"),
    ],
)  # fmt: skip
def test_what_is_not_offered_is_said_in_words_of_that_api(ask: Any, client: Client, path: str, method: str) -> None:
    answer = ask(path, method)
    assert (answer.status_code, answer.json()["ok"], answer.json()["code"]) == (404, False, "NOT_FOUND")
    assert "/fr/feeds/" in answer.json()["message"]
    assert getattr(client, method)(path).json()["code"] == "UNAUTHORIZED"


@pytest.mark.parametrize("query", ["limit=101", "limit=-1", "skip=x", "q=" + "x" * 400, "rna=%00", "siret=%0a"])
def test_a_bad_question_is_refused_with_its_field(ask: Any, query: str) -> None:
    answer = ask(f"/api/v0/organization?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_QUERY")
    assert answer.json()["message"][0]["path"] == [query.partition("=")[0]]


def test_the_older_name_of_the_key_s_header_opens_too(client: Client, today: datetime) -> None:
    _, key = partner_of(today)
    assert client.get("/api/v0/publisher", headers={"apikey": key}).status_code == 200
    assert client.get("/api/v0/publisher", headers={"apikey": "wrong"}).status_code == 401
