"""The completion endpoint: its answers, its headers, and what garbage gets."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.strict_client import StrictClient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("france")]

PATH = "/territories/complete"


def test_json_names_the_commune_and_where_it_is(client: StrictClient) -> None:
    response = client.get(PATH, {"q": "67000"})
    assert response.headers["Content-Type"] == "application/json"
    (found,) = json.loads(response.content)["communes"]
    assert found | {"population": 0} == {
        "code": "67482",
        "name": "Strasbourg",
        "label": "Strasbourg (67)",
        "departement": "Bas-Rhin",
        "population": 0,
        "latitude": pytest.approx(48.58, abs=0.01),
        "longitude": pytest.approx(7.75, abs=0.01),
        "point_quality": "exact",
        "postcode": "67000",
        "known_as": "",
    }


def test_options_are_a_fragment_that_says_why_each_is_offered(client: StrictClient) -> None:
    response = client.get(PATH, {"q": "paris 11", "as": "options"})
    text = response.content.decode()
    assert 'role="option"' in text
    assert 'data-value="Paris (75)"' in text
    assert "Paris 11e Arrondissement · Paris (75)" in text


def test_options_are_escaped(client: StrictClient) -> None:
    assert "L&#x27;Haÿ" in client.get(PATH, {"q": "lhay", "as": "options"}).content.decode()


@pytest.mark.parametrize("form", ["json", "options"])
@pytest.mark.parametrize("language", ["fr", "en", "de,*;q=0.1"])
def test_an_answer_is_the_same_for_everyone_and_kept_by_caches(client: StrictClient, form: str, language: str) -> None:
    client.cookies["entraide_session"] = "somebody"
    response = client.get(PATH, {"q": "saint-den", "as": form}, headers={"Accept-Language": language})
    assert response.status_code == 200
    assert response.headers["Cache-Control"].startswith("public, ")
    assert "s-maxage=86400" in response.headers["Cache-Control"]
    assert "Vary" not in response.headers
    assert not response.cookies
    assert response.content == client.get(PATH, {"q": "saint-den", "as": form}).content


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=%F0%9F%99%82", "q=%25", "q=zzzz", "q=%E2%80%AE", "q=%FF%FE"])
def test_what_means_nothing_gets_an_empty_list(client: StrictClient, query: str) -> None:
    response = client.get(f"{PATH}?{query}")
    assert response.status_code == 200
    assert json.loads(response.content) == {"communes": []}


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("q=%00", "q", "control_characters"),
        ("q=67%00000", "q", "control_characters"),
        ("q=" + "a" * 10_000, "q", "too_long"),
        ("q=%F0%9F%99%82" + "%F0%9F%99%82" * 200, "q", "too_long"),
        ("q=lyon&as=xml", "as", "unknown"),
    ],
)
def test_garbage_is_refused_with_its_field_and_reason(client: StrictClient, query: str, field: str, code: str) -> None:
    response = client.get(f"{PATH}?{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "public" not in response.headers.get("Cache-Control", "")
    (error,) = json.loads(response.content)["errors"]
    assert (error["field"], error["code"]) == (field, code)
    assert error["detail"]


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_only_reading_is_allowed(client: StrictClient, method: str) -> None:
    assert getattr(client, method)(PATH).status_code == 405


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_no_bytes_in_the_address_break_it(client: StrictClient, query: bytes) -> None:
    response = client.get(PATH, QUERY_STRING="q=" + query.decode("latin-1"))
    assert response.status_code in (200, 400)
