"""The operator's page of the waiting line: what it shows, pausing and bounding it, two operators, bad input."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from django.urls import reverse

from entraide.journal import api as journal
from entraide.waiting import api as waiting
from entraide.waiting.models import LineRow, ToTell
from entraide.waiting.rules.curve import Curve
from entraide.waiting.rules.line import Line
from tests.pages.conftest import SignIn

pytestmark = pytest.mark.django_db
PAGE, PAUSE, RESUME, BOUND = (f"pages:operator-line{name}" for name in ("", "-pause", "-resume", "-bound"))
BUSY = Line(
    moved_at=1_790_000_100_000,
    admitted_until=1_790_000_000_000,
    is_open=False,
    curve=Curve((1_790_000_000_000, 1_790_000_100_000), (0.0, 60_000.0)),
)


def keep(line: Line, *, moved_at: datetime) -> None:
    """Let the line stand as a process of the intake left it."""
    state = msgspec.to_builtins(line)
    LineRow.objects.update_or_create(pk=1, defaults={"state": state, "moved_at": moved_at})


def deeds() -> list[tuple[str, object]]:
    """Return what the journal says of the line, oldest first."""
    entries = journal.of_thing(thing_kind="line", thing_id="1")
    return sorted((entry.verb, entry.detail.get("reason")) for entry in entries)


def test_the_page_tells_how_long_the_line_is_and_how_fast(signed_in_as: SignIn) -> None:
    keep(BUSY, moved_at=datetime.now(UTC))
    ToTell.objects.create(email="ada@example.org", locale="en")
    page = signed_in_as("operator").get(reverse(PAGE)).content.decode()

    for figure in ("60\xa0000", "7 à 15 min", "100", "1"):
        assert f'<strong class="stat__value">{figure}</strong>' in page
    assert 'href="/v1/queue?language=fr"' in page
    assert "ada@example.org" not in page
    assert "notice--danger" not in page


def test_a_proof_of_work_that_the_crisis_asks_for_is_told(signed_in_as: SignIn) -> None:
    said = "Le niveau de la crise demande une preuve de travail"
    assert said not in signed_in_as("operator").get(reverse(PAGE)).content.decode()
    LineRow.objects.update_or_create(pk=1, defaults={"asks_proof": True})

    assert said in signed_in_as("operator").get(reverse(PAGE)).content.decode()


def test_a_line_that_nobody_moves_is_told(signed_in_as: SignIn) -> None:
    keep(BUSY, moved_at=datetime.now(UTC) - timedelta(minutes=2))

    assert "notice--danger" in signed_in_as("operator").get(reverse(PAGE)).content.decode()


def test_a_pause_and_its_end_are_journaled_with_their_reasons(signed_in_as: SignIn) -> None:
    client = signed_in_as("operator")
    assert client.post(reverse(PAUSE), {"reason": "mail"}).headers["Location"] == reverse(PAGE)
    assert waiting.line_state().is_paused
    assert "Les inscriptions sont en pause" in client.get(reverse("pages:operator")).content.decode()
    client.post(reverse(RESUME), {"reason": "repaired"})

    assert not waiting.line_state().is_paused
    assert deeds() == [("line.paused", "mail"), ("line.resumed", "repaired")]
    assert "Les courriels ne partent pas" in client.get(reverse(PAGE)).content.decode()


def test_the_second_of_two_operators_is_told_that_it_was_done(signed_in_as: SignIn) -> None:
    client = signed_in_as("operator")
    client.post(reverse(PAUSE), {"reason": "mail"})
    second = client.post(reverse(PAUSE), {"reason": "abuse"}, follow=True)

    assert "notice--warning" in second.content.decode()
    assert deeds() == [("line.paused", "mail")]


@pytest.mark.parametrize(
    ("address", "data"),
    [
        (PAUSE, {}),
        (PAUSE, {"reason": "because"}),
        (PAUSE, {"reason": "repaired"}),
        (PAUSE, {"reason": "mail\x00"}),
        (RESUME, {"reason": "mail"}),
        (BOUND, {"most": "0"}),
        (BOUND, {"most": "-1"}),
        (BOUND, {"most": "many"}),
        (BOUND, {"most": "9" * 30}),
        (BOUND, {"most": "1\x00"}),
    ],
)
def test_a_wrong_wish_changes_nothing_and_is_explained(
    signed_in_as: SignIn, address: str, data: dict[str, str]
) -> None:
    answer = signed_in_as("operator").post(reverse(address), data)

    assert (answer.status_code, deeds()) == (400, [])
    assert "error-summary" in answer.content.decode()
    assert not waiting.line_state().is_paused


@pytest.mark.parametrize(("typed", "bound"), [("300", 300.0), ("", None)])
def test_a_bound_is_set_and_shown(signed_in_as: SignIn, typed: str, bound: float | None) -> None:
    client = signed_in_as("operator")
    client.post(reverse(BOUND), {"most": typed})

    assert waiting.line_state().most_per_second == bound
    assert (f'value="{typed}"' in client.get(reverse(PAGE)).content.decode()) is bool(typed)
    assert deeds() == [("line.bounded", None)]


@pytest.mark.parametrize("address", [PAUSE, RESUME, BOUND])
@pytest.mark.parametrize(("role", "status"), [("", 302), ("volunteer", 403), ("referent 67", 403)])
def test_only_operators_move_the_line(signed_in_as: SignIn, address: str, role: str, status: int) -> None:
    assert signed_in_as(role).post(reverse(address), {"reason": "mail"}).status_code == status
    assert deeds() == []
