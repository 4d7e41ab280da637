"""What partners read in API Engagement's words: its shapes, filters and facets, and what bad questions are answered."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest
from django.test import Client

from entraide.exchange.rules.words import Moderation
from entraide.volunteering.models import Mission, MissionPlace
from tests.exchange.situations import RNA, SIREN, mission_given, partner_of, strasbourg_with_postcodes
from tests.volunteering.situations import mission_online, organisation_validated, slot_tomorrow

pytestmark = pytest.mark.django_db
TEXT, WORDS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
MAYBE = {"type": ["string", "null"]}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
YES_NO = {"enum": ["yes", "no", None]}
# After the schemas Mission and MissionLegacy of that API's public description.
MISSION = {
    "type": "object",
    "required": [
        "_id", "id", "clientId", "publisherId", "publisherName", "statusCode", "title", "description", "applicationUrl",
        "domain", "activities", "activity", "remote", "places", "addresses", "type", "organizationName", "createdAt",
        "updatedAt", "openToMinors", "reducedMobilityAccessible", "location", "city", "postalCode", "departmentName",
    ],
    "properties": {
        "_id": TEXT, "id": TEXT, "clientId": TEXT, "publisherId": TEXT, "publisherName": TEXT, "title": TEXT,
        "statusCode": {"enum": ["ACCEPTED", "REFUSED", "PENDING", "ONGOING"]}, "description": TEXT, "activity": TEXT,
        "applicationUrl": {"type": "string", "format": "uri", "pattern": "^https?://"}, "domain": TEXT,
        "activities": WORDS, "tags": WORDS, "audience": WORDS, "requirements": WORDS, "softSkills": WORDS,
        "romeSkills": WORDS, "remote": {"enum": ["no", "possible", "full"]}, "schedule": MAYBE,
        "startAt": {"anyOf": [MOMENT, {"type": "null"}]}, "endAt": {"anyOf": [MOMENT, {"type": "null"}]},
        "postedAt": MOMENT, "createdAt": MOMENT, "updatedAt": MOMENT, "deletedAt": MAYBE,
        "places": {"type": "integer", "minimum": 1}, "openToMinors": YES_NO, "reducedMobilityAccessible": YES_NO,
        "addresses": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "street": MAYBE, "postalCode": MAYBE, "city": MAYBE, "departmentCode": MAYBE,
                    "departmentName": MAYBE, "region": MAYBE, "country": MAYBE,
                },
            },
        },
        "type": {"enum": [
            "benevolat", "volontariat_service_civique", "volontariat_sapeurs_pompiers",
            "volontariat_reserve_operationnelle",
        ]},
        "location": {
            "type": ["object", "null"], "required": ["lat", "lon"],
            "properties": {"lat": {"type": "number"}, "lon": {"type": "number"}},
        },
    },
}  # fmt: skip
LIST = {
    "type": "object",
    "required": ["ok", "total", "limit", "skip", "data"],
    "properties": {"ok": {"const": True}, "data": {"type": "array", "items": MISSION}},
}
BUCKETS = {
    "type": "array",
    "items": {"type": "object", "required": ["key", "doc_count"], "additionalProperties": False,
              "properties": {"key": TEXT, "doc_count": {"type": "integer", "minimum": 1}}},
}  # fmt: skip
SEARCH = {
    "type": "object",
    "required": ["ok", "total", "hits", "facets"],
    "properties": {
        "ok": {"const": True}, "hits": {"type": "array", "items": MISSION},
        "facets": {"type": "object", "required": ["departmentName", "activities", "domains"],
                   "additionalProperties": BUCKETS},
    },
}  # fmt: skip


@pytest.fixture
def today() -> datetime:
    strasbourg_with_postcodes()
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def mission(today: datetime) -> Mission:
    """A mission of ours, whose text looks like HTML and whose contact is for nobody."""
    organisation = organisation_validated(now=today)
    organisation.rna, organisation.siren = RNA, SIREN
    organisation.save()
    found = mission_online(
        now=today,
        organisation=organisation,
        description="<b>Trier</b> & ranger",
        contact="06 11 22 33 44",
        activity="sorting",
        search_key="preparer des colis",
    )
    slot_tomorrow(found, now=today, capacity=3)
    return found


@pytest.fixture
def ask(client: Client, today: datetime) -> Any:
    """Ask as a partner, and return the answer."""
    _, key = partner_of(today, name="Lecteur", sends_missions=False)
    return lambda path: client.get(path, headers={"x-api-key": key})


@pytest.fixture
def received(client: Client, today: datetime) -> Mission:
    """A mission that another partner sent."""
    _, key = partner_of(today, moderation=Moderation.TRUSTED)
    given = mission_given(title="Visites à domicile", domain="animaux", reducedMobilityAccessible=True,
                          organizationSiren="", organizationRNA="", remote="possible")  # fmt: skip
    client.post("/api/v2/mission", given, content_type="application/json", headers={"x-api-key": key})
    return Mission.objects.exclude(partner="").get()


def test_missions_of_ours_and_of_partners_have_the_shape(ask: Any, mission: Mission, received: Mission) -> None:
    body = ask("/api/v0/mission").json()
    jsonschema.validate(body, LIST, cls=jsonschema.Draft202012Validator)
    assert {each["id"] for each in body["data"]} == {str(mission.pk), str(received.pk)}
    assert (body["total"], body["limit"], body["skip"]) == (2, 25, 0)
    ours = next(each for each in body["data"] if each["id"] == str(mission.pk))
    assert ours["description"] == "<p>&lt;b&gt;Trier&lt;/b&gt; &amp; ranger</p>"
    assert (ours["domain"], ours["remote"], ours["departmentName"]) == ("solidarite-insertion", "no", "Bas-Rhin")
    assert "06 11 22 33 44" not in str(body)
    theirs = next(each for each in body["data"] if each["id"] == str(received.pk))
    assert (theirs["publisherName"], theirs["clientId"], theirs["domain"]) == ("Benevo", "m-1", "animaux")
    assert theirs["applicationUrl"] == "https://benevo.example/missions/m-1"


# What that API's description lists for a mission that is read.
EVERY_FIELD = """
_id id clientId publisherId publisherName publisherUrl statusCode statusComment title description applicationUrl image
metadata domain activity activities tags audience requirements softSkills romeSkills remote schedule duration startAt
endAt postedAt places compensationAmount compensationAmountMax compensationUnit compensationType openToMinors
reducedMobilityAccessible closeToTransport addresses type organizationClientId organizationName organizationDescription
organizationUrl organizationType organizationLogo organizationRNA organizationSiren organizationSiret
organizationFullAddress organizationPostCode organizationCity organizationDepartmentCode organizationDepartmentName
organizationStatusJuridique organizationBeneficiaries organizationActions organizationReseaux createdAt updatedAt
deletedAt
"""


def test_no_field_that_a_program_may_look_for_is_missing(ask: Any, mission: Mission, received: Mission) -> None:
    for each in ask("/api/v0/mission").json()["data"]:
        assert set(EVERY_FIELD.split()) <= set(each)
    assert ask(f"/api/v0/mission/{mission.pk}").json()["data"]["duration"] == 2


def test_a_search_counts_by_facets(ask: Any, mission: Mission, received: Mission) -> None:
    body = ask("/api/v0/mission/search").json()
    jsonschema.validate(body, SEARCH, cls=jsonschema.Draft202012Validator)
    assert body["facets"]["departmentName"] == [{"key": "Bas-Rhin", "doc_count": 2}]
    assert {each["key"]: each["doc_count"] for each in body["facets"]["domains"]} == {
        "solidarite-insertion": 1, "environnement": 1,
    }  # fmt: skip


def test_one_mission_is_read_by_its_id(ask: Any, mission: Mission) -> None:
    body = ask(f"/api/v0/mission/{mission.pk}").json()
    jsonschema.validate(body["data"], MISSION, cls=jsonschema.Draft202012Validator)
    for other in ("nothing", "01890000-0000-7000-8000-000000000000", "%00", "%F0%9F%92%A9"):
        answer = ask(f"/api/v0/mission/{other}")
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("query", "ours", "theirs"),
    [
        ("domain=solidarite-insertion", True, False),
        ("domain=sport", False, False),
        ("domain=cuisine", False, False),
        ("domain=solidarite-insertion&domain=environnement", True, True),
        ("domain[]=environnement", False, True),
        ("activity=distribution", False, True),
        ("remote=possible", False, True),
        ("remote=full", False, False),
        ("type=benevolat", True, True),
        ("type=volontariat_service_civique", False, False),
        ("lat=48.58&lon=7.75", True, True),
        ("lat=48.58&lon=7.75&distance=5km", True, True),
        ("lat=43.3&lon=5.4&distance=25km", False, False),
        ("city=strasbourg", True, True),
        ("departmentName=Bas-Rhin", True, True),
        ("departmentName=Rhône", False, False),
        ("country=FR", True, True),
        ("country=BE", False, False),
        ("clientId=m-1", False, True),
        (f"organizationRNA={RNA}", True, False),
        ("organizationStatusJuridique=Association", True, False),
        ("openToMinors=yes", True, False),
        ("openToMinors=0", False, True),
        ("reducedMobilityAccessible=true", False, True),
        ("keywords=visites", False, True),
        ("keywords=colis", True, False),
        ("createdAt=>2020-01-01", True, True),
        ("createdAt=<2020-01-01", False, False),
        ("startAt=>2020-01-01&startAt=<2120-01-01", True, True),
    ],
)
def test_a_list_may_be_narrowed(
    ask: Any, mission: Mission, received: Mission, query: str, ours: bool, theirs: bool
) -> None:
    found = {each["id"] for each in ask(f"/api/v0/mission?{query}").json()["data"]}
    assert (str(mission.pk) in found, str(received.pk) in found) == (ours, theirs)


def test_a_list_may_be_narrowed_to_a_publisher(ask: Any, mission: Mission, received: Mission) -> None:
    everything = ask("/api/v0/mission").json()["data"]
    for one in everything:
        answer = ask(f"/api/v0/mission?publisher={one['publisherId']}").json()
        assert [each["id"] for each in answer["data"]] == [one["id"]]
    assert ask("/api/v0/mission?publisher=nobody").json()["total"] == 0


def test_a_partner_is_not_given_back_what_it_sent(client: Client, today: datetime, mission: Mission) -> None:
    _, key = partner_of(today, moderation=Moderation.TRUSTED)
    headers = {"x-api-key": key}
    client.post("/api/v2/mission", mission_given(), content_type="application/json", headers=headers)
    found = client.get("/api/v0/mission", headers=headers).json()
    assert [each["id"] for each in found["data"]] == [str(mission.pk)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=10001", "limit"), ("limit=-1", "limit"), ("limit=x", "limit"), ("skip=9999999999", "skip"),
        ("lat=48", "lon"), ("lat=NaN&lon=1", "lat"), ("lat=91&lon=1", "lat"), ("lat=1&lon=inf", "lon"),
        ("lat=1&lon=1&distance=-5km", "distance"), ("distance=far", "distance"),
        ("lat=1&lon=1&distance=0km", "distance"),
        ("openToMinors=maybe", "openToMinors"), ("startAt=>soon", "startAt"), ("createdAt=<10000-01-01", "createdAt"),
        ("startAt=>9999-12-31T23:59:59-12:00", "startAt"),
        ("keywords=%00", "keywords"), ("keywords=" + "x" * 10_000, "keywords"), ("domain=%0a", "domain"),
        ("&".join(f"domain=d{number}" for number in range(200)), "domain"), ("city=" + "x" * 400, "city"),
    ],
)  # fmt: skip
def test_a_bad_question_is_refused_with_its_field(ask: Any, query: str, field: str) -> None:
    for path in ("/api/v0/mission", "/api/v0/mission/search"):
        answer = ask(f"{path}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_QUERY")
        assert answer.json()["message"][0]["path"] == [field]


def test_pages_follow_one_another(ask: Any, today: datetime) -> None:
    for _ in range(5):
        slot_tomorrow(mission_online(now=today), now=today)
    seen = [each["id"] for skip in (0, 2, 4, 6) for each in ask(f"/api/v0/mission?limit=2&skip={skip}").json()["data"]]
    assert len(seen) == len(set(seen)) == 5
    assert ask("/api/v0/mission?limit=0").json()["data"] == []


def test_an_address_is_told_at_the_precision_that_the_mission_chose(ask: Any, mission: Mission) -> None:
    MissionPlace.objects.update(public_precision="commune")
    assert "Frères" not in ask("/api/v0/mission").content.decode()


def test_too_many_questions_are_told_when_to_come_back(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("entraide.exchange.endpoints.answering.MOST_A_MINUTE", 1)
    answers = [ask("/api/v0/mission") for _ in range(3)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["code"] == "TOO_MANY_REQUESTS"
    assert 0 < int(refused["Retry-After"]) <= 60


def test_missions_that_are_over_or_hidden_are_not_there(ask: Any, mission: Mission, today: datetime) -> None:
    Mission.objects.update(ends_at=today - timedelta(hours=1))
    assert ask("/api/v0/mission").json()["total"] == 0
