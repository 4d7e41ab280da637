"""Every form of every page, filled in as a person would but for one field: no fault of ours, nothing half done."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.sweep import junk
from tests.sweep.forms import Form, forms_of
from tests.sweep.ground import ROLES, Ground
from tests.sweep.routes import every_route
from tests.sweep.trying import Trial, row_counts, taken_back

pytestmark = pytest.mark.django_db
PAGES = [route for route in every_route() if route.is_page]
# What a browser cannot know: the sign-up goes to the lane, which tests/intake sweeps.
ELSEWHERE = ("/v1/",)
# The journal tells each time that somebody did a thing, also when it had been done before.
TOLD_EACH_TIME = {"journal_entry"}
# The answer alone shows the token: to whoever missed it, a second one is of use and the first in the list to revoke.
SHOWN_ONCE = ("/en/me/tokens/",)


@dataclass(frozen=True, slots=True)
class Found:
    """A form, and who found it."""

    role: str
    form: Form


def test_a_wrong_field_is_refused_or_harmless(scene: Ground, trial: Trial) -> None:
    found, faults = list(_forms(scene)), []
    for each in found:
        browser = scene.browsers[each.role]
        for name in each.form.fields:
            for what, value in [*junk.VALUES.items(), ("left out", None)]:
                method, path, rest = _sent(each.form, {name: value})
                outcome = trial.of(browser, method, path, rest, if_refused=True)
                faults += [f"{each.role}, {method} {path}, {name}, {what}: {fault}" for fault in outcome.faults]
    assert faults == []


def test_a_form_that_arrives_twice_makes_nothing_more(scene: Ground) -> None:
    faults, accepted = [], 0
    for each in _forms(scene):
        if each.form.method == "post":
            statuses, grown = _sent_twice(scene, each)
            accepted += statuses[0] < 400
            if max(statuses) >= 500 or (grown - TOLD_EACH_TIME and each.form.action not in SHOWN_ONCE):
                faults.append(f"{each.role}, {each.form.action}: {statuses}, {sorted(grown)}")
    assert "\n".join(faults) == ""
    assert accepted >= 35, "too few forms were filled in as a person would"


def _sent_twice(scene: Ground, each: Found) -> tuple[list[int], set[str]]:
    """Return both statuses, and the tables that have more rows after the second than after the first."""
    browser = scene.browsers[each.role]
    method, path, rest = _sent(each.form, {})
    cookies = copy.copy(browser.cookies)
    with taken_back():
        first = browser.generic(method, path, **rest).status_code
        once = row_counts()
        second = browser.generic(method, path, **rest).status_code
        twice = row_counts()
    browser.cookies = cookies
    return [first, second], {name for name, count in twice.items() if count > once[name]}


def _forms(scene: Ground) -> Iterator[Found]:
    """Yield each form once, as found by the first who is shown it."""
    seen = set()
    for role in ROLES:
        for route in PAGES:
            path = route.path(scene.ours)
            with taken_back():
                answer = scene.browsers[role].get(path)
            if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
                continue
            for form in forms_of(answer.content.decode(), path=path):
                if form.identity not in seen and not form.action.startswith(ELSEWHERE):
                    seen.add(form.identity)
                    yield Found(role, form)


def _sent(form: Form, changes: dict[str, str | None]) -> tuple[str, str, dict[str, Any]]:
    body = form.body(changes)
    if form.method == "get":
        return "GET", f"{form.action.partition('?')[0]}?{body}", {}
    return "POST", form.action, {"data": body.encode(), "content_type": junk.FORM}
