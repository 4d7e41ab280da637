"""The API does what its OpenAPI document says, whatever is sent to it: a real process, driven by schemathesis."""

from typing import Any

import pytest
import schemathesis
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi import checks

from entraide.foundation import clock
from tests.api.conftest import Caller
from tests.server import address_of, web_server
from tests.volunteering.situations import mission_online, slot_tomorrow

OPERATIONS = [
    ("get", "/api/v1/missions"),
    ("get", "/api/v1/missions/{mission_id}"),
    ("get", "/api/v1/participations"),
    ("post", "/api/v1/participations"),
    ("get", "/api/v1/participations/{participation_id}"),
    ("post", "/api/v1/participations/{participation_id}/cancellation"),
    ("post", "/api/v1/participations/{participation_id}/confirmation"),
    ("post", "/api/v1/participations/{participation_id}/seats"),
]


@pytest.mark.django_db(transaction=True)
def test_every_operation_answers_as_documented(caller: Caller) -> None:
    now = clock.now()
    slot_tomorrow(mission_online(now=now), now=now)
    with web_server(database_url=address_of(connection.settings_dict)) as address:
        schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")
        for method, path in OPERATIONS:
            _try_all(schema[path][method], token=caller.token)


def _try_all(operation: Any, *, token: str) -> None:
    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def check(case: Any) -> None:
        # That a point needs both its numbers, or a cursor its list, is no matter of a schema: such a 422 is right.
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"}, excluded_checks=[checks.positive_data_acceptance]
        )

    check()


def test_the_document_is_openapi_3_1_and_complete(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == {path for _, path in OPERATIONS}
