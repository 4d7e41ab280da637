"""Official alerts: an operator is shown a draft, and nothing happens to the public before they decide."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from entraide.crises import api as crises
from entraide.crises.models import Crisis, Proposal
from entraide.exchange.models import Alert
from entraide.exchange.parsing.cap import BadAlert, read_alert
from entraide.exchange.rules.alerts import Circle, contains, within
from tests.exchange.situations import partner_of, strasbourg_with_postcodes

ALSACE = "48.2,7.3 48.2,8.0 48.9,8.0 48.9,7.3 48.2,7.3"
MARSEILLE = "43.1,5.2 43.1,5.6 43.5,5.6 43.5,5.2 43.1,5.2"
SIGNATURE = (
    '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/><SignatureValue>x</SignatureValue></Signature>'
)


def cap(
    identifier: str = "A1", *, kind: str = "Alert", status: str = "Actual", scope: str = "Public", references: str = "",
    area: str = f"<polygon>{ALSACE}</polygon>", severity: str = "Severe", expires: str = "2100-01-01T00:00:00+00:00",
    headline: str = "Crue de l'Ill", extra: str = "", sender: str = "meteo@example.org",
) -> str:  # fmt: skip
    """Return an alert."""
    follows = f"<references>{references}</references>" if references else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">'
        f"<identifier>{identifier}</identifier><sender>{sender}</sender><sent>2026-04-15T08:30:00+02:00</sent>"
        f"<status>{status}</status><msgType>{kind}</msgType><scope>{scope}</scope>{follows}"
        f"<info><language>fr-FR</language><category>Met</category><event>Crue</event><urgency>Expected</urgency>"
        f"<severity>{severity}</severity><certainty>Likely</certainty><expires>{expires}</expires>"
        f"<headline>{headline}</headline><description>Montée des eaux.</description>"
        f"<area><areaDesc>Alsace</areaDesc>{area}</area></info>{extra}</alert>"
    )


def reference(identifier: str) -> str:
    return f"meteo@example.org,{identifier},2026-04-15T08:30:00+02:00"


@pytest.fixture
def send(client: Client) -> Any:
    """Send an alert as a partner that may; return the answer."""
    strasbourg_with_postcodes()
    _, key = partner_of(datetime.now(UTC), sends_alerts=True)

    def post(document: str | bytes) -> Any:
        return client.post("/api/cap/alerts", document, content_type="application/cap+xml", headers={"x-api-key": key})

    return post


def outcome(answer: Any) -> str:
    assert answer.status_code in (200, 201), answer.content
    return str(answer.json()["data"]["outcome"])


db = pytest.mark.django_db


@db
def test_an_alert_becomes_a_draft_that_nobody_but_operators_sees(client: Client, send: Any) -> None:
    assert outcome(send(cap(extra=SIGNATURE))) == "proposed"
    draft = Proposal.objects.get()
    assert (draft.kind, draft.state, draft.zones, draft.level) == ("open", "waiting", ["67"], "alert")
    assert draft.name == {"fr": "Crue de l'Ill", "en": "Crue de l'Ill"}
    assert not Crisis.objects.exists()
    alert = Alert.objects.get()
    assert alert.is_signed
    assert SIGNATURE.encode() in bytes(alert.document)
    assert "Crue" not in client.get("/fr/").content.decode()


@db
def test_the_same_alert_twice_is_one(send: Any) -> None:
    assert [send(cap()).status_code for _ in range(2)] == [201, 200]
    assert Proposal.objects.count() == 1


@db
def test_an_update_changes_the_draft_that_waits(send: Any) -> None:
    send(cap())
    assert outcome(send(cap("A2", kind="Update", references=reference("A1"), headline="Crue majeure"))) == "updated"
    draft = Proposal.objects.get()
    assert (draft.kind, draft.name["fr"]) == ("open", "Crue majeure")


@db
def test_an_update_of_an_open_crisis_is_a_draft_of_a_change(send: Any, now: datetime) -> None:
    send(cap())
    crisis = opened(Proposal.objects.get())
    send(cap("A2", kind="Update", references=reference("A1")))
    change = Proposal.objects.get(state="waiting")
    assert (change.kind, change.crisis_id) == ("change", crisis.pk)
    before = Crisis.objects.get()
    assert before.zones == []
    crises.accept_change(proposal_id=change.pk, zones=change.zones, actor=None, role="operator", now=datetime.now(UTC))
    assert Crisis.objects.get().zones == ["67"]


def opened(draft: Proposal) -> Crisis:
    opening = crises.Opening(
        slug="crue", name=draft.name, kind=crises.Kind.MET, level=crises.Level.ALERT, zones=[], banner={}
    )
    return crises.accept_opening(
        proposal_id=draft.pk, opening=opening, actor=None, role="operator", now=datetime.now(UTC)
    )


@db
def test_a_cancelled_alert_takes_its_draft_back(send: Any) -> None:
    send(cap())
    assert outcome(send(cap("A2", kind="Cancel", references=reference("A1")))) == "cancelled"
    assert Proposal.objects.get().state == "withdrawn"


@db
def test_a_cancelled_alert_proposes_to_close_the_crisis_and_closes_nothing(send: Any) -> None:
    send(cap())
    crisis = opened(Proposal.objects.get())
    send(cap("A2", kind="Cancel", references=reference("A1")))
    assert Proposal.objects.get(state="waiting").kind == "close"
    assert Crisis.objects.get(pk=crisis.pk).level == "alert"


@db
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": "Exercise"}, "not_actual"),
        ({"status": "Test"}, "not_actual"),
        ({"status": "System"}, "not_actual"),
        ({"status": "Draft"}, "not_actual"),
        ({"kind": "Ack"}, "nothing"),
        ({"kind": "Cancel"}, "nothing"),
        ({"scope": "Restricted"}, "not_public"),
        ({"expires": "2020-01-01T00:00:00+00:00"}, "expired"),
        ({"severity": "Minor"}, "too_mild"),
        ({"area": f"<polygon>{MARSEILLE}</polygon>"}, "elsewhere"),
        ({"area": "<circle>0.0,0.0 10</circle>"}, "elsewhere"),
    ],
)
def test_what_asks_for_nothing_is_kept_and_proposes_nothing(send: Any, changes: dict[str, str], expected: str) -> None:
    assert outcome(send(cap(**changes))) == expected
    assert Alert.objects.get().outcome == expected
    assert not Proposal.objects.exists()


@db
@pytest.mark.parametrize(
    "area",
    [
        "<circle>48.58,7.75 20</circle>",
        "<geocode><valueName>INSEE</valueName><value>67482</value></geocode>",
        "<geocode><valueName>ISO3166-2</valueName><value>FR-67</value></geocode>",
    ],
)
def test_where_an_alert_holds_is_found_in_each_way(send: Any, area: str) -> None:
    send(cap(area=area))
    assert Proposal.objects.get().zones == ["67"]


@db
def test_an_area_that_is_not_understood_is_left_to_the_operator(send: Any) -> None:
    send(cap(area="<geocode><valueName>EMMA_ID</valueName><value>FR999</value></geocode>"))
    draft = Proposal.objects.get()
    assert (draft.zones, draft.areas) == ([], "Alsace")


@db
def test_a_draft_past_its_time_is_offered_no_more(send: Any) -> None:
    now = datetime.now(UTC)
    send(cap(expires=(now + timedelta(hours=1)).isoformat(timespec="seconds")))
    assert len(crises.proposals_waiting(now=now)) == 1
    later = now + timedelta(hours=2)
    assert crises.proposals_waiting(now=later) == []
    with pytest.raises(crises.NotWaiting):
        crises.dismiss(proposal_id=Proposal.objects.get().pk, actor=None, role="operator", now=later)


@db
def test_nobody_changes_what_another_partner_s_alert_proposed(client: Client, send: Any) -> None:
    send(cap())
    _, key = partner_of(datetime.now(UTC), name="Autre", sends_alerts=True)
    cancel = cap("A2", kind="Cancel", references=reference("A1"))
    answer = client.post("/api/cap/alerts", cancel, content_type="application/xml", headers={"x-api-key": key})
    assert outcome(answer) == "nothing"
    assert Proposal.objects.get().state == "waiting"


@db
def test_a_partner_that_may_not_is_refused(client: Client) -> None:
    _, key = partner_of(datetime.now(UTC))
    answer = client.post("/api/cap/alerts", cap(), content_type="application/xml", headers={"x-api-key": key})
    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")


BAD = {
    "nothing": "",
    "half": cap()[:-40],
    "another namespace": cap().replace("cap:1.2", "cap:1.1"),
    "entities": '<!DOCTYPE a [<!ENTITY x "y">]>' + cap().partition("?>")[2],
    "an entity of a file": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert>&x;</alert>',
    "an unknown status": cap(status="Real"),
    "an identifier with a comma": cap("A,1"),
    "no zone in a time": cap(expires="2026-04-15T08:30:00"),
    "the year 9999": cap(expires="9999-12-31T23:59:59+00:00"),
    "half a reference": cap(references="meteo@example.org"),
    "a polygon of letters": cap(area="<polygon>a,b c,d e,f a,b</polygon>"),
    "a polygon of two points": cap(area="<polygon>1,1 2,2</polygon>"),
    "a point beyond the pole": cap(area="<circle>91.0,0 1</circle>"),
    "a circle without end": cap(area="<circle>1,1 1e999</circle>"),
    "not a number": cap(area="<circle>nan,nan 1</circle>"),
}


@db
@pytest.mark.parametrize("document", BAD.values(), ids=BAD)
def test_what_is_no_alert_is_refused_with_the_element_at_fault(send: Any, document: str) -> None:
    answer = send(document)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_BODY")
    assert answer.json()["message"][0]["path"][0]
    assert not Alert.objects.exists()


@db
def test_an_alert_that_is_too_long_is_refused(send: Any) -> None:
    assert send(cap(headline="x" * 1_100_000)).status_code == 413


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(document: bytes) -> None:
    with pytest.raises(BadAlert):
        read_alert(document)


def test_inside_and_outside() -> None:
    square = ((0.0, 0.0), (0.0, 2.0), (2.0, 2.0), (2.0, 0.0), (0.0, 0.0))
    assert contains(square, (1.0, 1.0))
    assert not contains(square, (3.0, 1.0))
    assert within(Circle(48.58, 7.75, 10), (48.60, 7.80))
    assert not within(Circle(48.58, 7.75, 10), (48.80, 7.75))
