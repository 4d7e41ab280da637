"""The indexers of several nodes on one database, as processes: what one publishes, the other finds."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.db import connection, connections

from entraide.foundation import clock
from entraide.search import api as search
from entraide.search.index.reading import Reader
from entraide.volunteering.models import Mission
from tests.journeys.node import ROOT, wait_for
from tests.server import address_of, web_server
from tests.volunteering.desk_situations import signed_in
from tests.volunteering.situations import mission_online, organisation_validated, slot_tomorrow

pytestmark = pytest.mark.django_db(transaction=True)

FRESH_SECONDS = 2.0
TRIES = 5


@pytest.fixture
def var_dir(tmp_path: Path) -> str:
    """A folder whose pages find their style and scripts, and sign sessions as the tests do."""
    found = tmp_path / "var"
    found.mkdir()
    (found / "assets").symlink_to(settings.VAR_DIR / "assets")
    (found / "secret_key").symlink_to(settings.VAR_DIR / "secret_key")
    collected = subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--no-input", "-v", "0"], cwd=ROOT, check=False,
        env=variables(tmp_path) | {"VAR_DIR": str(found)},
    )  # fmt: skip
    assert collected.returncode == 0
    return str(found)


def variables(folder: Path) -> dict[str, str]:
    database = address_of(connection.settings_dict)
    return {
        **os.environ, "MODE": "development", "DATABASE_URL": database, "SEARCH_DIR": str(folder),
        "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "config.settings",
    }  # fmt: skip


@contextmanager
def indexer(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the indexer of a node, which must end well when it is asked to and was not killed."""
    process = subprocess.Popen([sys.executable, "-m", "config.indexer"], cwd=ROOT, env=variables(folder))
    try:
        wait_for("the index to be built", lambda: (folder / "current").exists())
        yield process
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=40) == 0
    finally:
        process.kill()
        process.wait()


def manage(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "config.manage", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=variables(folder), capture_output=True, text=True, check=False, timeout=120
    )


def missions(count: int, *, now: datetime) -> list[Mission]:
    organisation = organisation_validated(now=now)
    made = [mission_online(now=now, title=f"Trier {number}", organisation=organisation) for number in range(count)]
    for mission in made:
        slot_tomorrow(mission, now=now)
    return made


def found(folder: Path, words: str = "") -> int:
    question = search.read_question(f"{words} ", language="fr")
    with suppress(search.Missing):
        return Reader(folder).state().count(search.Wanted(question))
    return -1


def test_a_mission_published_through_one_node_is_found_on_the_other(tmp_path: Path, var_dir: str) -> None:
    now = clock.now()
    organisation = organisation_validated(now=now)
    mission = mission_online(now=now, title="Trier des parapluies", organisation=organisation, state="paused")
    slot_tomorrow(mission, now=now)
    manager = signed_in("manager", organisation.pk)
    page = f"/fr/organisation/{organisation.pk}/missions/{mission.pk}/"
    first, second = tmp_path / "first", tmp_path / "second"
    database = address_of(connection.settings_dict)
    with (
        indexer(first), indexer(second),
        web_server(database_url=database, threads=2, SEARCH_DIR=str(first), VAR_DIR=var_dir) as here,
        web_server(database_url=database, threads=2, SEARCH_DIR=str(second), VAR_DIR=var_dir) as there,
        httpx.Client(base_url=here, timeout=30) as browser,
    ):  # fmt: skip
        for name, morsel in manager.cookies.items():
            browser.cookies.set(name, morsel.value)
        taken = []
        for _ in range(TRIES):
            publish(browser, page, "resume")
            began = time.monotonic()
            wait_for("the mission to be found on the other node", lambda: shows(there, "parapluie"))
            taken.append(time.monotonic() - began)
            publish(browser, page, "pause")
            wait_for("the mission to be gone from the other node", lambda: not shows(there, "parapluie"))
        # A busy machine may be late once; an indexer that was not told, or looks too rarely, is late each time.
        assert min(taken) < FRESH_SECONDS, taken


def publish(browser: httpx.Client, page: str, step: str) -> None:
    """Press a button of the organisation's page of the mission, as its form says."""
    shown = browser.get(page)
    assert shown.status_code == 200, shown.url
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown.text)
    assert token
    sent = browser.post(
        f"{page}step/",
        data={"csrfmiddlewaretoken": token[1], "step": step},
        headers={"Origin": str(browser.base_url).rstrip("/"), "Referer": str(shown.url)},
    )
    assert sent.status_code == 302, sent.text


def shows(address: str, words: str) -> bool:
    """Say whether a node's list of missions, asked anew, finds these words."""
    # No cache stands before the node; the page itself keeps no lines.
    return "<mark>" in httpx.get(f"{address}/fr/missions/", params={"q": words}, timeout=30).text


def test_an_index_whose_writer_is_killed_is_whole(tmp_path: Path) -> None:
    made = missions(40, now=clock.now())
    stop = threading.Event()

    def change() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            Mission.objects.filter(pk=made[number % len(made)].pk).update(title=f"Trier encore {number}")
        connections.close_all()

    writer = threading.Thread(target=change)
    writer.start()
    try:
        for _ in range(3):
            with indexer(tmp_path) as process:
                # It commits again and again now, and is killed in the midst.
                wait_for_a_commit(tmp_path)
                process.kill()
                process.wait()
                assert found(tmp_path) == len(made)
    finally:
        stop.set()
        writer.join()
    with indexer(tmp_path):
        Mission.objects.filter(pk=made[0].pk).update(title="Ranger des parapluies")
        wait_for("what changed last", lambda: found(tmp_path, "parapluies") == 1)
        assert found(tmp_path) == len(made)


def wait_for_a_commit(folder: Path) -> None:
    state = (folder / "current").resolve() / "state.json"
    before = state.stat().st_mtime_ns
    wait_for("a commit", lambda: state.stat().st_mtime_ns > before)


def test_an_index_is_built_anew_under_its_readers(tmp_path: Path) -> None:
    made = missions(60, now=clock.now())
    reader, stop = Reader(tmp_path), threading.Event()

    def read() -> list[int]:
        """Search again and again, and return what was found each time; an error is the test's."""
        counts = []
        while not stop.is_set():
            counts.append(reader.state().count(search.Wanted(search.read_question("trier ", language="fr"))))
        return counts

    with indexer(tmp_path), ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        try:
            generations = {rebuilt(tmp_path) for _ in range(3)}
        finally:
            stop.set()
        counts = [count for each in readers for count in each.result()]
    assert len(generations) == 3
    assert counts
    assert set(counts) == {len(made)}


def rebuilt(folder: Path) -> Path:
    done = manage(folder, "rebuild-search")
    assert done.returncode == 0, done.stderr
    assert "anew" in done.stdout
    return (folder / "current").readlink()


def test_a_node_without_an_indexer_builds_its_index_by_command(tmp_path: Path) -> None:
    missions(3, now=clock.now())
    built = manage(tmp_path / "search", "rebuild-search")
    assert built.returncode == 0, built.stderr
    assert "with 3 documents" in built.stdout
    assert found(tmp_path / "search") == 3


def test_a_second_indexer_of_a_node_says_why_it_ends(tmp_path: Path) -> None:
    with indexer(tmp_path):
        second = subprocess.run(
            [sys.executable, "-m", "config.indexer"], cwd=ROOT, env=variables(tmp_path), capture_output=True,
            text=True, check=False, timeout=60,
        )  # fmt: skip
    assert second.returncode == 1
    assert "another process writes" in second.stderr
