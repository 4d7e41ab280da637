"""Bad input on every route, as everybody: no fault of ours, and what is refused has changed nothing."""

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

import pytest

from tests.sweep import junk
from tests.sweep.ground import ROLES, Ground
from tests.sweep.routes import Route, every_route
from tests.sweep.trying import Outcome, Trial

pytestmark = pytest.mark.django_db

ROUTES = every_route()
NAMED = [route for route in ROUTES if route.has_parameters]
NAMES = attrgetter("address")
Request = tuple[str, str, str, dict[str, Any]]
EMPTY_FORM = {"data": b"a=1", "content_type": junk.FORM}
# The library of the API answers these two as if they had been asked for, whatever is sent there.
ANSWERS_ANY_METHOD = ("api/v1/openapi.json", "api/v1/")
# BigBlueButton's API says no in an answer of 200, by its XML.
SAYS_NO_IN_XML = ("bigbluebutton/api", "bigbluebutton/api/", "bigbluebutton/api/<path:call>")
TURNED_AWAY = (401, 403, 404)
# The door of a meeting is the same page whether there is one behind it or not.
SAME_FOR_ALL = ("en/meet/<str:name>/",)


def test_the_resolver_knows_the_site() -> None:
    assert {"volunteering:missions", "account_login", "pages:home", "healthz"} <= {route.name for route in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_bad_input_is_refused_and_changes_nothing(route: Route, scene: Ground, trial: Trial) -> None:
    path, faults = route.path(scene.ours), []
    let_in = [role for role in ROLES if not _turned_away(trial.of(scene.browsers[role], "GET", path, {}))]
    for role in dict.fromkeys(["anonymous", *let_in[:1], *let_in[-1:]]):
        # Everything is tried by one who is let in; the others, by a little of each kind.
        is_short = role not in let_in[:1]
        for what, method, target, rest in _requests(path, is_short=is_short):
            outcome = trial.of(scene.browsers[role], method, target, rest)
            faults += [f"{role}, {what}: {fault}" for fault in outcome.faults]
        faults += [f"{role}, {what}" for what in _bodies_not_refused(route, path, role, scene, trial, is_short)]
    assert faults == []


def _turned_away(outcome: Outcome) -> bool:
    return outcome.status in TURNED_AWAY or (outcome.status == 302 and "/login/" in outcome.location)


def _requests(path: str, *, is_short: bool) -> Iterator[Request]:
    """Yield what is told, the method, the path, and the rest of a request."""
    yield "a plain question", "GET", path, {}
    yield "a form of another page", "POST", path, EMPTY_FORM
    yield "bytes for a name", "GET", f"{path}?%ff%00=%ff%00", {}
    if is_short:
        return
    for name, query in junk.QUERIES.items():
        yield f"query: {name}", "GET", f"{path}?{query}", {}
    for name, headers in junk.HEADERS.items():
        yield name, "GET", path, {"headers": headers}
    for method in junk.ODD_METHODS:
        yield f"method {method}", method, path, {}


def _bodies_not_refused(
    route: Route, path: str, role: str, scene: Ground, trial: Trial, is_short: bool
) -> Iterator[str]:
    browser, most = scene.browsers[role], 2 if is_short else None
    if not route.is_page:
        for name, (media_type, body) in list(junk.DOCUMENTS.items())[:most]:
            outcome = trial.of(browser, "POST", path, {"data": body, "content_type": media_type})
            is_refused = 400 <= outcome.status < 500 or route.address in (*ANSWERS_ANY_METHOD, *SAYS_NO_IN_XML)
            if outcome.faults or outcome.changed or not is_refused:
                yield f"document, {name}: {outcome}"
        return
    for name, (media_type, body, status) in list(junk.UNREADABLE.items())[:most]:
        outcome = trial.of(browser, "POST", path, {"data": body, "content_type": media_type})
        if outcome.status != status or outcome.changed:
            yield f"body, {name}: {outcome}, not {status}"


# A token in an address is a secret: whoever has it is the one whom it was sent to.
@pytest.mark.parametrize("route", [each for each in NAMED if ":token>" not in each.address], ids=NAMES)
def test_what_belongs_to_others_is_not_changed(route: Route, scene: Ground, trial: Trial) -> None:
    faults = []
    for role in ("anonymous", "program", "volunteer", "manager", "referent"):
        for values in (scene.foreign, scene.mixed):
            for method, rest in (("GET", {}), ("POST", EMPTY_FORM)):
                outcome = trial.of(scene.browsers[role], method, route.path(values), rest)
                if outcome.faults or outcome.changed:
                    faults.append(f"{role}, {method}: {outcome}")
    assert faults == []


@pytest.mark.parametrize("route", NAMED, ids=NAMES)
def test_an_address_that_was_tampered_with_leads_nowhere(route: Route, scene: Ground, trial: Trial) -> None:
    faults = []
    for name, value in {**junk.VALUES, **junk.ILLEGIBLE}.items():
        path = "/" + _filled(route.address, value.replace("/", "%2F")[:2000])
        for role in ("anonymous", "operator"):
            for method, rest in (("GET", {}), ("POST", EMPTY_FORM)):
                outcome = trial.of(scene.browsers[role], method, path, rest)
                is_found = outcome.status < 300 and route.address not in (*SAME_FOR_ALL, *SAYS_NO_IN_XML)
                if outcome.faults or outcome.changed or is_found:
                    faults.append(f"{role}, {method}, {name}: {outcome}")
    assert faults == []


def _filled(address: str, value: str) -> str:
    before, *rest = address.split("<")
    return before + "".join(value + each.partition(">")[2] for each in rest)
