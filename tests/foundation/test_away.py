"""While the database is away people and programs are told to come back, wherever it is noticed."""

import json

import httpx
import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError
from django.test import Client, RequestFactory
from procrastinate.exceptions import ConnectorException

from entraide.foundation import errors
from entraide.foundation.away import is_away
from tests.server import web_server

NOBODY = "postgresql://nobody@127.0.0.1:9/none"


def caused(error: Exception, *, by: Exception) -> Exception:
    error.__cause__ = by
    return error


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (OperationalError("server closed the connection"), True),
        (InterfaceError("the connection is closed"), True),
        (psycopg.errors.DeadlockDetected(), True),
        (psycopg.errors.AdminShutdown(), True),
        (psycopg.errors.ReadOnlySqlTransaction(), True),
        (caused(ConnectorException(), by=psycopg.OperationalError()), True),
        (DatabaseError("no such column"), False),
        (psycopg.errors.UniqueViolation(), False),
        (caused(ValueError(), by=KeyError()), False),
        (None, False),
    ],
)
def test_what_passes_by_itself_is_told_from_a_fault(error: Exception | None, away: bool) -> None:
    assert is_away(error) is away


def test_a_server_without_its_database_answers_503_to_people_and_programs() -> None:
    with web_server(database_url=NOBODY) as address:
        page = httpx.get(f"{address}/fr/", timeout=30)
        headers = {"Authorization": "Bearer ent_api_none", "Idempotency-Key": "one"}
        found = httpx.get(f"{address}/api/v1/missions", headers=headers, timeout=30)
        applied = httpx.post(f"{address}/api/v1/participations", json={"slot": "none"}, headers=headers, timeout=30)
    assert page.status_code == found.status_code == applied.status_code == 503
    assert page.headers["Retry-After"] == found.headers["Retry-After"] == "10"
    assert "<h1>" in page.text
    assert page.headers["Cache-Control"] == "private, no-store, no-transform"
    assert page.headers["X-Request-ID"]
    for answer in (found, applied):
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:entraide:problem:service-unavailable"


@pytest.mark.django_db
def test_an_address_of_the_api_that_is_none_is_answered_with_a_problem(client: Client) -> None:
    response = client.get("/api/v1/nothing-here")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert json.loads(response.content)["title"] == "Not Found"


def test_a_fault_of_ours_is_a_problem_to_a_program_and_a_page_to_people(rf: RequestFactory) -> None:
    program, person = errors.server_error(rf.get("/api/v1/missions")), errors.server_error(rf.get("/fr/"))
    assert (program.status_code, program["Content-Type"]) == (500, "application/problem+json")
    assert (person.status_code, person["Content-Type"]) == (500, "text/html; charset=utf-8")
