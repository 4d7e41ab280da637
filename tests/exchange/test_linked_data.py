"""Linked data: read by an independent library, every term one of its vocabulary, and no text ends its element."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from rdflib import RDF, Dataset, URIRef
from rdflib.namespace import SDO

from entraide.exchange.rules.words import Moderation
from entraide.volunteering.models import Mission
from tests.exchange.situations import SIREN, mission_given, partner_of, strasbourg_with_postcodes
from tests.volunteering.situations import mission_online, organisation_validated, slot_tomorrow

pytestmark = [
    pytest.mark.django_db,
    # The library's own parser still uses what the library deprecates.
    pytest.mark.filterwarnings("ignore:(ConjunctiveGraph|Dataset.default_context) is deprecated:DeprecationWarning"),
]
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
OURS = "https://ns.volunteeringdata.io/"
# The terms of that model's public description.
TERMS = {
    "type", "Organisation", "Activity", "name", "description", "website", "charityRegistration", "registrar",
    "registrationNumber", "activity", "title", "requiresEmergencyParticipation", "publishStart", "publishEnd", "role",
    "session", "applyLink", "allowsRemoteParticipation", "minimumAge", "maximumAge", "location", "time", "address",
    "latitude", "longitude",
}  # fmt: skip
HOSTILE = "</script><script>alert(1)</script><!-- ]]> \u2028 & \" '"


@pytest.fixture
def today() -> datetime:
    strasbourg_with_postcodes()
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def mission(today: datetime) -> Mission:
    organisation = organisation_validated(now=today)
    organisation.siren = SIREN
    organisation.save()
    found = mission_online(now=today, organisation=organisation, title=f"Colis {HOSTILE}", contact="06 11 22 33 44")
    slot_tomorrow(found, now=today, capacity=3)
    return found


def block(client: Client, mission: Mission) -> dict[str, Any]:
    page = client.get(f"/en/missions/{mission.pk}/").content.decode()
    (content,) = BLOCK.findall(page)
    assert "<" not in content
    found: dict[str, Any] = json.loads(content)
    return found


def graph_of(document: dict[str, Any], context: object) -> Dataset:
    graph = Dataset(default_union=True)
    graph.parse(data=json.dumps({**document, "@context": context}), format="json-ld")
    return graph


def test_a_page_holds_a_posting_and_its_slots_as_events(client: Client, mission: Mission) -> None:
    document = block(client, mission)
    assert document["@context"] == "https://schema.org"
    graph = graph_of(document, {"@vocab": str(SDO), "url": {"@type": "@id"}})
    (posting,) = graph.subjects(RDF.type, SDO.JobPosting)
    (event,) = graph.subjects(RDF.type, SDO.Event)
    assert str(graph.value(posting, SDO.title)) == mission.title
    assert str(graph.value(posting, SDO.employmentType)) == "VOLUNTEER"
    assert int(str(graph.value(event, SDO.remainingAttendeeCapacity))) == 3
    assert datetime.fromisoformat(str(graph.value(event, SDO.startDate))) == mission.slots.get().starts_at
    for term in {*graph.predicates(), *graph.objects(None, RDF.type)} - {RDF.type}:
        assert term in SDO, f"{term} is no term of schema.org"  # type: ignore[attr-defined]  # Of its metaclass.
    assert "06 11 22 33 44" not in str(document)


def test_a_mission_that_takes_nobody_is_offered_to_no_engine(client: Client, mission: Mission) -> None:
    Mission.objects.update(state="done")
    assert not BLOCK.search(client.get(f"/en/missions/{mission.pk}/").content.decode())


def test_a_partner_s_mission_says_that_one_applies_elsewhere(client: Client, today: datetime) -> None:
    _, key = partner_of(today, moderation=Moderation.TRUSTED)
    client.post("/api/v2/mission", mission_given(), content_type="application/json", headers={"x-api-key": key})
    (posting,) = block(client, Mission.objects.get())["@graph"]
    assert (posting["directApply"], posting["totalJobOpenings"], "validThrough" in posting) == (False, 4, False)


def test_every_mission_after_the_volunteering_data_model(client: Client, mission: Mission) -> None:
    answer = client.get("/en/feeds/missions.jsonld")
    assert answer["Content-Type"] == "application/ld+json"
    document = answer.json()
    assert document["@context"] == "https://api.volunteeringdata.io/context/v1"
    # The context itself is not fetched: what matters of it is that `type`, `id` and `graph` are JSON-LD's own.
    keywords = {"@vocab": OURS, "type": "@type", "id": "@id", "graph": "@graph"}
    graph = graph_of(document, keywords)
    (organisation,) = graph.subjects(RDF.type, URIRef(f"{OURS}Organisation"))
    (activity,) = graph.objects(organisation, URIRef(f"{OURS}activity"))
    assert str(activity) == f"urn:uuid:{mission.pk}"
    (role,) = graph.objects(activity, URIRef(f"{OURS}role"))
    assert str(graph.value(role, URIRef(f"{OURS}applyLink"))).endswith(f"/en/missions/{mission.pk}/")
    (session,) = graph.objects(activity, URIRef(f"{OURS}session"))
    assert re.search(r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(Morning|Afternoon|Evening)$",
                     str(graph.value(session, URIRef(f"{OURS}time"))))  # fmt: skip
    used = {str(term).removeprefix(OURS) for term in {*graph.predicates(), *graph.objects(None, RDF.type)}}
    assert used - {str(RDF.type), "conformsTo", "license", "publisher", "modified"} <= TERMS
    assert "06 11 22 33 44" not in answer.content.decode()
