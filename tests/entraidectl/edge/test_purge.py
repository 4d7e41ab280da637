"""What happens to kept pages when the platform says that they changed: its own words, to a real nginx."""

import http.client
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from entraide.foundation import edges as platform
from entraide.foundation.edges import NotTold, Outdated
from entraide.pages.tasks import renew_missions, tell_edge
from entraide.volunteering.actions.missions import edit_mission, texts_of
from entraidectl.edge import machine
from tests.entraidectl.edge import edges
from tests.entraidectl.edge.backend import PRIVATE, PUBLIC, Asked, Backend, Reply
from tests.entraidectl.edge.edges import Edge
from tests.journeys.node import wait_for
from tests.server import address_of, folder_of_pages, web_server
from tests.volunteering import situations as given

SECRET = "a-secret-Of-tests-with-many_letters-0123"
HOME, PAGE = "/fr/", "/fr/missions/01890a5d-ac96-774b-bcce-b302099a8057/"
FEED = "/fr/feeds/missions.atom"
# So long that no test sees the end of it.
LONG = {"Cache-Control": "public, max-age=0, s-maxage=3600"}
MODULE = Path(f"{machine.MODULES}/{machine.CACHE_PURGE}.so")


@pytest.fixture
def told(tmp_path: Path, backend: Backend) -> Iterator[Edge]:
    """A running edge that listens for what changed."""
    if not edges.NGINX or not MODULE.exists():
        pytest.skip("nginx or its module is missing: apt-get install nginx libnginx-mod-http-cache-purge")
    edge = edges.make(tmp_path / "edge", backend)
    with_purge(edge)
    with edges.running(edge):
        yield edge


def with_purge(edge: Edge, *, secret: str = SECRET, more: str = "") -> None:
    (edge.folder / "purge.secret").write_text(f"{secret}\n")
    edge.write(purge=f'[purge]\nport = {edge.ports["purge"]}\nsecret = "purge.secret"\n{more}')


def tell(edge: Edge, *, renewed: tuple[str, ...] = (), forgotten: tuple[str, ...] = (), secret: str = SECRET) -> None:
    """Do what the platform's worker does. An edge that did not answer is asked again at once."""
    address = f"http://127.0.0.1:{edge.ports['purge']}"
    platform._left_alone_until.clear()
    platform.tell(edge=address, secret=secret, outdated=Outdated(renewed, forgotten))


def says(backend: Backend, text: bytes, headers: dict[str, str] = LONG, status: int = 200) -> None:
    """Have the backend answer so."""
    kind = {"Content-Type": "text/html; charset=utf-8"}
    backend.reply = lambda asked: Reply(text, status, {**headers, **kind})


@pytest.mark.parametrize("encoding", ["", "gzip", "gzip, br"])
def test_a_page_that_changed_is_shown_as_it_is_now(told: Edge, backend: Backend, encoding: str) -> None:
    headers = {"Accept-Encoding": encoding}
    for path in (PAGE, HOME):
        says(backend, b"before " * 100)
        before = told.ask(path, headers=headers).body
        says(backend, b"now " * 100)
        assert told.ask(path, headers=headers).body == before
        tell(told, renewed=(path,))
        asked = len(backend.asked)
        wait_for("the page as it is now", lambda: told.ask(path, headers=headers).body != before)  # noqa: B023
        assert told.ask(path, headers=headers).headers["X-Cache"] == "HIT"
        assert len(backend.asked) == asked


def test_a_feed_that_changed_is_written_when_somebody_asks(told: Edge, backend: Backend) -> None:
    says(backend, b"before")
    assert {told.ask(FEED, headers={"Accept-Encoding": each}).body for each in ("gzip", "")} == {b"before"}
    says(backend, b"now")
    asked = len(backend.asked)
    tell(told, forgotten=(FEED, "/en/feeds/missions.csv"))
    assert len(backend.asked) == asked
    assert {told.ask(FEED, headers={"Accept-Encoding": each}).body for each in ("gzip", "")} == {b"now"}


def test_readers_see_the_page_before_while_it_is_written_anew(told: Edge, backend: Backend) -> None:
    says(backend, b"before")
    assert told.ask(HOME).body == b"before"
    go_on = threading.Event()

    def slow(asked: Asked) -> Reply:
        assert go_on.wait(20)
        return Reply(b"now", headers=LONG)

    backend.reply = slow
    asked = len(backend.asked)
    worker = threading.Thread(target=tell, args=(told,), kwargs={"renewed": (HOME,)})
    worker.start()
    wait_for("the page to be asked for anew", lambda: len(backend.asked) > asked)
    assert told.ask(HOME).body == b"before"
    go_on.set()
    worker.join(20)
    wait_for("the page as it is now", lambda: told.ask(HOME).body == b"now")


def test_a_page_that_cannot_be_written_anew_stays_and_that_is_told(told: Edge, backend: Backend) -> None:
    says(backend, b"before")
    assert told.ask(HOME).body == b"before"
    backend.stop()
    with pytest.raises(NotTold, match=f"{HOME}: 502"):
        tell(told, renewed=(HOME,))
    assert told.ask(HOME).body == b"before"


def test_a_page_that_is_gone_is_shown_no_more(told: Edge, backend: Backend) -> None:
    says(backend, b"before")
    assert told.ask(PAGE).status == 200
    says(backend, b"gone", PRIVATE, 404)
    assert told.ask(PAGE).status == 200
    tell(told, renewed=(PAGE,))
    wait_for("the page to be gone", lambda: told.ask(PAGE).status == 404)


def test_a_page_that_is_gone_is_shown_no_more_when_nobody_says_so_either(edge: Edge, backend: Backend) -> None:
    says(backend, b"before", PUBLIC)
    assert edge.ask(PAGE).status == 200
    says(backend, b"gone", PRIVATE, 404)
    wait_for("the page to be gone", lambda: edge.ask(PAGE).status == 404)


def test_a_private_page_is_not_kept_by_it(told: Edge, backend: Backend) -> None:
    count = iter(range(100))
    backend.reply = lambda asked: Reply(f"number {next(count)}".encode(), headers=LONG)
    # What is not public is not even asked for; the platform is told that nothing of it is kept.
    tell(told, renewed=("/fr/me/", "/api/v1/missions", "/", "/static/a.css"), forgotten=("/fr/me/",))
    assert backend.asked == []
    assert told.ask("/fr/me/").body != told.ask("/fr/me/").body


@pytest.mark.parametrize("headers", [PRIVATE, {**LONG, "Set-Cookie": "a=b"}])
def test_what_says_that_it_is_private_is_not_kept_by_it(told: Edge, backend: Backend, headers: dict[str, str]) -> None:
    says(backend, b"mine", headers)
    tell(told, renewed=(HOME,))
    says(backend, b"everybody's")
    assert told.ask(HOME).body == b"everybody's"


def test_nothing_of_who_tells_reaches_who_writes_the_page(told: Edge, backend: Backend) -> None:
    says(backend, b"a page")
    tell(told, renewed=(HOME,))
    assert {name.lower() for asked in backend.asked for name in asked.headers} == {
        "host", "x-forwarded-for", "x-forwarded-proto", "x-request-id",
    }  # fmt: skip


class TestStrangers:
    """Whoever lacks the secret or comes from elsewhere changes nothing."""

    @pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], f"{SECRET}0", SECRET.swapcase(), ".*"])
    def test_one_without_the_secret(self, told: Edge, backend: Backend, secret: str) -> None:
        says(backend, b"before")
        for path in (HOME, FEED):
            assert told.ask(path).body == b"before"
        says(backend, b"now")
        for change in ({"renewed": (HOME,)}, {"forgotten": (FEED,)}):
            with pytest.raises(NotTold, match="neither this worker's network nor its secret"):
                tell(told, secret=secret, **change)
        assert {told.ask(path).body for path in (HOME, FEED)} == {b"before"}

    def test_one_from_elsewhere_who_knows_it(self, told: Edge, backend: Backend) -> None:
        # Not even where a proxy is named that would say of them what they like.
        told.write(top=told.sections["top"] + '\ntrusted_proxies = ["127.0.0.2"]')
        told.apply()
        says(backend, b"before")
        assert told.ask(FEED).body == b"before"
        says(backend, b"now")
        assert self.status_of_one_from("127.0.0.2", told) == 403
        assert told.ask(FEED).body == b"before"
        assert self.status_of_one_from("127.0.0.1", told) == 200
        assert told.ask(FEED).body == b"now"

    @staticmethod
    def status_of_one_from(address: str, edge: Edge) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", edge.ports["purge"], source_address=(address, 0))
        headers = {"Authorization": f"Bearer {SECRET}", "X-Forwarded-For": "127.0.0.1"}
        connection.request("DELETE", FEED, headers=headers)
        status = connection.getresponse().status
        connection.close()
        return status

    def test_the_portal_itself_takes_no_such_word(self, told: Edge, backend: Backend) -> None:
        says(backend, b"before")
        assert told.ask(FEED).body == b"before"
        assert told.ask(FEED, method="DELETE", headers={"Authorization": f"Bearer {SECRET}"}).status == 405
        asked = len(backend.asked)
        assert told.ask(FEED, headers={"Authorization": f"Bearer {SECRET}"}).headers["X-Cache"] == "HIT"
        assert len(backend.asked) == asked


class TestTheSecret:
    """It is in a file of its own, and in one of the configuration that nobody else reads."""

    def test_only_the_owner_reads_it(self, told: Edge) -> None:
        holding = [file for file in told.root.rglob("*") if file.is_file() and SECRET.encode() in file.read_bytes()]
        assert [file.name for file in holding] == ["purge.conf"]
        assert stat.S_IMODE(holding[0].stat().st_mode) == 0o600

    def test_another_one_is_taken_over(self, told: Edge, backend: Backend) -> None:
        with_purge(told, secret=SECRET.swapcase())
        told.apply()
        with pytest.raises(NotTold):
            tell(told, forgotten=(HOME,))
        tell(told, forgotten=(HOME,), secret=SECRET.swapcase())

    def test_one_that_is_short_or_missing_is_told(self, told: Edge) -> None:
        with_purge(told, secret="short")
        assert "purge.secret: the secret of [purge] has 32 letters" in told.run("apply").stderr
        (told.folder / "purge.secret").unlink()
        assert "purge.secret: the secret of [purge] cannot be read" in told.run("apply").stderr


def test_an_edge_that_is_away_is_told_of_and_then_left_alone_for_a_while() -> None:
    platform._left_alone_until.clear()
    away = f"http://127.0.0.1:{edges.unused_ports(1)[0]}"
    with pytest.raises(NotTold, match="ConnectionRefusedError"):
        platform.tell(edge=away, secret=SECRET, outdated=Outdated((HOME,)))
    with pytest.raises(NotTold, match="did not answer a moment ago"):
        platform.tell(edge=away, secret=SECRET, outdated=Outdated((HOME,)))


@pytest.mark.django_db(transaction=True)
def test_what_an_organisation_changes_is_read_by_everybody(
    told: Edge, tmp_path: Path, now: datetime, settings: Settings
) -> None:
    # The whole way: pages of the platform behind the edge, an action, and the jobs that the worker does.
    settings.EDGES, settings.EDGE_SECRET = (f"http://127.0.0.1:{told.ports['purge']}",), SECRET
    mission = given.mission_online(now=now)
    given.slot_tomorrow(mission, now=now)
    origin = f"https://{edges.PORTAL}:{told.ports['https']}"
    folder = tmp_path / "node"
    folder.mkdir()
    database = address_of(connection.settings_dict)
    var_dir = str(folder_of_pages(folder))
    with web_server(database_url=database, VAR_DIR=var_dir, PUBLIC_URL=origin, TRUSTED_PROXIES="127.0.0.1") as behind:
        told.write(web=f'[pools.web]\nservers = ["{urlsplit(behind).netloc}"]')
        told.apply()
        page = f"/fr/missions/{mission.pk}/"
        assert told.ask(page).status == 200
        texts = replace(texts_of(mission), information="Sonnez deux fois à la porte verte.")
        edit_mission(acting=given.organiser(mission.organisation_id), mission_id=mission.pk, texts=texts, now=now)
        platform._left_alone_until.clear()
        done = do_jobs("pages.renew_missions", renew_missions) + do_jobs("pages.tell_edge", tell_edge)
        assert done == 3
        renewed = told.ask(page)
        # Nobody but the worker asked for it since, so that it is the worker's copy.
        assert renewed.headers["X-Cache"] == "HIT"
        assert "porte verte" in renewed.body.decode()


def do_jobs(name: str, job: Callable[..., None]) -> int:
    """Do the jobs of this name, and return how many there were."""
    waiting = list(ProcrastinateJob.objects.filter(task_name=name).order_by("id"))
    for each in waiting:
        job(**each.args)
    return len(waiting)
