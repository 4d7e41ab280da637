"""Lists longer than a page: everything is reached by "Show the next ones", once, and what is counted is true."""

import html
import re
from datetime import timedelta
from uuid import UUID

import pytest

from entraide.accounts import api as accounts
from entraide.foundation.ids import new_id
from entraide.foundation.paging import cursor_of
from entraide.journal import api as journal
from entraide.volunteering.models import Mission, Notice, Participation, Slot
from tests.strict_client import StrictClient
from tests.volunteering import situations as given
from tests.volunteering.desk_situations import Desk, desk, signed_in

pytestmark = pytest.mark.django_db
NEXT = re.compile(r'rel="next" href="([^"]+)"')
MANY = 120


def walk(client: StrictClient, path: str) -> list[str]:
    """Return the pages of a list, the first one first."""
    pages: list[str] = []
    found: re.Match[str] | None = re.match("(.*)", path)
    while found and len(pages) < MANY:
        pages.append(client.get(html.unescape(found[1])).content.decode())
        found = NEXT.search(pages[-1])
    return pages


def seen_once(pages: list[str], pattern: str) -> set[str]:
    """Return what the pages name, each on one page only."""
    named = [each for page in pages for each in set(re.findall(pattern, page))]
    assert len(named) == len(set(named))
    return set(named)


def more_missions(work: Desk, *, state: str, count: int) -> None:
    """Add missions in some state."""
    Mission.objects.bulk_create(_copy(work.mission, state=state, title=f"{state} {n}") for n in range(count))


def _copy(mission: Mission, **changes: object) -> Mission:
    values = {field.attname: getattr(mission, field.attname) for field in Mission._meta.concrete_fields}
    return Mission(**{**values, "id": new_id(), **changes})


def test_a_desk_of_many_missions() -> None:
    work = desk()
    for state, count in (("archived", 40), ("online", 60), ("draft", 5)):
        more_missions(work, state=state, count=count)
    client = signed_in("manager", work.organisation.pk)
    pages = walk(client, f"/en/organisation/{work.organisation.pk}/")
    assert len(pages) == 3
    assert re.findall(r">draft \d", pages[0])
    assert not re.findall(r">draft \d", pages[1])
    assert len(seen_once(pages, r">((?:draft|online|archived) \d+)<")) == 105
    assert "40 finished missions" in pages[2]


def test_a_mission_of_many_slots() -> None:
    work = desk(candidates=0)
    for days, count in ((-9, 30), (3, 70)):
        starts_at = work.now + timedelta(days=days)
        Slot.objects.bulk_create(
            Slot(mission=work.mission, starts_at=starts_at + timedelta(minutes=n),
                 ends_at=starts_at + timedelta(hours=2), capacity_max=2)
            for n in range(count)
        )  # fmt: skip
    client = signed_in("manager", work.organisation.pk)
    pages = walk(client, f"/en/organisation/{work.organisation.pk}/missions/{work.mission.pk}/")
    slots = seen_once(pages, r"/slots/([0-9a-f-]{36})/attendance/")
    assert slots == {str(pk) for pk in Slot.objects.values_list("pk", flat=True)}
    assert "30 past or cancelled slots" in pages[1]


def test_many_candidates() -> None:
    work = desk(candidates=1)
    given_one = work.first
    volunteers = [given.volunteer_adult() for _ in range(MANY)]
    Participation.objects.bulk_create(
        Participation(slot=work.slot, volunteer=each, state="held", hold_until=given_one.hold_until,
                      admission=given_one.admission, source=given_one.source, held_at=work.now)
        for each in volunteers
    )  # fmt: skip
    client = signed_in("manager", work.organisation.pk)
    pages = walk(client, f"/en/organisation/{work.organisation.pk}/candidates/?mission={work.mission.pk}")
    assert len(seen_once(pages, r'name="chosen" value="([0-9a-f-]{36})"')) == MANY + 1
    assert all(f"{MANY + 1} people wait for your answer" in page for page in pages)


def test_a_long_queue_of_missions() -> None:
    work = desk(candidates=0)
    more_missions(work, state="submitted", count=MANY)
    pages = walk(signed_in("referent", "67"), "/en/moderation/")
    assert len(seen_once(pages, r'name="chosen" value="([0-9a-f-]{36})"')) == MANY
    assert all(f"{MANY} missions wait for you" in page for page in pages)


def test_a_long_queue_of_organisations_is_decided_on_its_second_page_too() -> None:
    work = desk(candidates=0)
    fields = [field.attname for field in work.organisation._meta.concrete_fields]
    values = {name: getattr(work.organisation, name) for name in fields if name != "id"}
    accounts.Organisation.objects.bulk_create(
        accounts.Organisation(**{**values, "state": "submitted", "name": f"Org {n}", "departement": "67"})
        for n in range(60)
    )
    client = signed_in("referent", "67")
    pages = walk(client, "/en/moderation/organisations/")
    ticks = [re.findall(r'name="organisations" value="([0-9a-f-]{36})"', page) for page in pages]
    assert [len(each) for each in ticks] == [50, 10]
    second = NEXT.search(pages[0])
    assert second
    sent = {"organisations": ticks[1][:2], "step": "take_up", "reason": "", "level": "1"}
    assert client.post(html.unescape(second[1]), sent).status_code == 302
    assert accounts.Organisation.objects.filter(state="in_review").count() == 2


def test_a_long_past_and_many_messages() -> None:
    work = desk()
    volunteer = work.first.volunteer
    starts_at = work.now - timedelta(days=40)
    slots = Slot.objects.bulk_create(
        Slot(mission=work.mission, starts_at=starts_at, ends_at=starts_at + timedelta(hours=n + 1), capacity_max=2)
        for n in range(MANY)
    )
    Participation.objects.bulk_create(
        Participation(
            slot=slot,
            volunteer=volunteer,
            state="done",
            minutes=120,
            done_at=starts_at,
            admission="instant",
            source=work.first.source,
            held_at=starts_at,
        )
        for slot in slots
    )  # fmt: skip
    Notice.objects.bulk_create(
        Notice(kind="received", person=volunteer.person, participation=work.first, slot=work.slot, dedupe_key=f"{n}")
        for n in range(MANY)
    )
    client = StrictClient()
    client.force_login(volunteer.person)
    pages = walk(client, "/en/me/")
    past = {str(pk) for pk in Participation.objects.filter(state="done").values_list("pk", flat=True)}
    sections = [page.partition('aria-labelledby="past"')[2] for page in pages]
    assert seen_once(sections, r"/participations/([0-9a-f-]{36})/") == past
    assert "All messages" in pages[0]
    told = sum(page.count('class="row__title"') for page in walk(client, "/en/me/messages/"))
    assert told == Notice.objects.filter(person=volunteer.person).count()


def test_a_long_history_of_a_mission() -> None:
    work = desk(candidates=0)
    for _ in range(70):
        journal.record(
            actor=None, role="", verb="pause_mission", thing_kind="mission", thing_id=work.mission.pk, now=work.now
        )
    pages = walk(signed_in("referent", "67"), f"/en/moderation/missions/{work.mission.pk}/")
    assert sum(page.count('<time class="row__side"') for page in pages) >= 70


def test_the_cancelling_of_a_mission_counts_all_its_slots() -> None:
    work = desk(candidates=1)
    starts_at = work.now - timedelta(days=2)
    Slot.objects.bulk_create(
        Slot(mission=work.mission, starts_at=starts_at, ends_at=work.now + timedelta(days=1), capacity_max=2)
        for _ in range(220)
    )
    client = signed_in("manager", work.organisation.pk)
    page = client.get(f"/en/organisation/{work.organisation.pk}/missions/{work.mission.pk}/cancel/").content.decode()
    assert "1 person who has or awaits a place will be told" in page


LISTS = ["/en/moderation/", "/en/moderation/organisations/", "/en/moderation/organisations/find/", "/en/operator/mail/",
         "/en/operator/jobs/", "/en/operator/journal/", "/en/operator/line/", "/en/operator/people/", "/en/me/",
         "/en/me/messages/"]  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("after", ["x", "%00", "9" * 600, "kwEC"])
def test_what_is_no_place_in_a_list_leads_to_its_start(path: str, after: str) -> None:
    answer = signed_in("operator").get(f"{path}?after={after}")
    assert (answer.status_code, answer.headers.get("Location")) == (302, path)


def test_what_is_no_place_in_a_list_of_the_desk_leads_to_its_start() -> None:
    work = desk()
    client, base = signed_in("manager", work.organisation.pk), f"/en/organisation/{work.organisation.pk}/"
    for path in (base, f"{base}candidates/", f"{base}missions/{work.mission.pk}/"):
        assert client.get(f"{path}?after=x")["Location"] == path


def test_a_page_past_the_end_is_no_fault() -> None:
    work = desk()
    client = signed_in("manager", work.organisation.pk)
    path = f"/en/organisation/{work.organisation.pk}/candidates/"
    after = _cursor_past(work.first.pk)
    assert client.get(path, {"after": after}).status_code == 200


def _cursor_past(key: UUID) -> str:
    row = Participation.objects.get(pk=key)
    row.hold_until = row.hold_until and row.hold_until + timedelta(days=400)
    return cursor_of(row, order={"hold_until": object, "pk": UUID})
