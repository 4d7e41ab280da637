"""Bad input on every address of the intake, the waiting room's among them: no fault, and no row is kept."""

from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from ops.build.manifest import INTAKE_ROUTES
from tests.intake.conftest import ada_form, http, intake, kept, rows
from tests.sweep import junk

# What pytest finds by name in this module.
__all__ = ["ada_form", "http", "intake", "kept", "rows"]
KEPT = "SELECT (SELECT count(*) FROM volunteering_signup) + (SELECT count(*) FROM waiting_to_tell)"
LEAVES_ANYWAY = "v1/queue/leave"


@pytest.fixture
def log_servers() -> None:
    """Where sign-ups are kept makes no difference to what is refused before: in PostgreSQL, here."""


@pytest.mark.parametrize("route", INTAKE_ROUTES, ids=lambda route: str(route["pattern"]))
async def test_bad_input_is_refused_and_nothing_is_kept(
    http: httpx.AsyncClient, database_url: str, route: dict[str, object]
) -> None:
    pattern = str(route["pattern"])
    path, faults = "/" + pattern.replace("<uuid:receipt>", str(uuid4())), []
    questions: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", f"{path}?{query[:3000]}", {}) for query in junk.QUERIES.values()
    ]
    questions += [("GET", path, {"headers": _of_bytes(headers)}) for headers in junk.HEADERS.values()]
    questions += [(method, path, {}) for method in ("HEAD", *junk.ODD_METHODS)]
    for method, target, rest in questions:
        answer = await http.request(method, target, **rest)
        if answer.status_code >= 500:
            faults.append(f"{method} {target} {rest}: {answer.status_code}")
    for media_type, body in _bodies():
        answer = await http.post(path, content=body, headers=_of_bytes({"Content-Type": media_type}))
        if not 400 <= answer.status_code < 500 and pattern != LEAVES_ANYWAY:
            faults.append(f"POST {media_type!r} {body[:40]!r}: {answer.status_code}")
    assert "\n".join(faults) == ""
    async with await psycopg.AsyncConnection.connect(database_url) as link:
        assert await (await link.execute(KEPT)).fetchone() == (0,)


@pytest.mark.parametrize("receipt", [*junk.VALUES.values(), *junk.ILLEGIBLE.values(), "..", "%2e%2e", "0" * 36])
async def test_a_receipt_that_was_tampered_with_tells_nothing(http: httpx.AsyncClient, receipt: str) -> None:
    path = receipt.replace("/", "%2F")[:2000]
    assert (await http.get(f"/v1/signups/{path}")).status_code in {404, 405}


async def test_a_name_that_is_none_of_the_lanes_is_not_found(http: httpx.AsyncClient) -> None:
    for name in ("/v1/queue/other", "/v1/signups/a/b", "/v1/queue/../signups/x", "/v1/queue/%00"):
        assert (await http.get(name)).status_code == 404


def _bodies() -> list[tuple[str, bytes]]:
    forms = [(media_type, body) for media_type, body, _ in junk.UNREADABLE.values()]
    return [*forms, *junk.DOCUMENTS.values()]


def _of_bytes(headers: dict[str, str]) -> dict[bytes, bytes]:
    return {name.encode(): value.encode("latin-1") for name, value in headers.items()}
