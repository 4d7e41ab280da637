"""Daily keys: made before their day, destroyed after it, never brought back; by files and by a token alike."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.certificates import schedule
from entraide.certificates.keys.files import FileStore, NoKey, Store
from entraide.certificates.keys.folder import MARK, FolderUnusable, KeyFolder
from entraide.certificates.keys.ring import Ring
from entraide.certificates.schedule import ClockBehind

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 23)
NOON = schedule.span_of(DAY)[0] + 43_200
NEXT_MIDNIGHT = schedule.span_of(DAY)[1]
MakeRing = Callable[[], Ring]


@pytest.fixture
def folder(tmp_path: Path) -> KeyFolder:
    return KeyFolder(tmp_path / "seals")


@pytest.fixture(params=["files", "token"])
def store(request: pytest.FixtureRequest, folder: KeyFolder) -> Store:
    if request.param == "files":
        return FileStore(folder)
    found: Store = request.getfixturevalue("token_store")
    return found


@pytest.fixture
def ring(folder: KeyFolder, store: Store) -> Ring:
    return Ring(folder, store, days_ahead=2)


def test_the_days_ahead_have_their_keys_and_tomorrows_seals_at_midnight_with_nothing_read(
    ring: Ring, store: Store
) -> None:
    done = ring.tend(now=NOON)
    assert done.made == (DAY, DAY + timedelta(days=1), DAY + timedelta(days=2))
    assert store.days() == set(done.made)
    today, tomorrow = ring.signer_at(NEXT_MIDNIGHT - 1), ring.signer_at(NEXT_MIDNIGHT)
    assert today.public != tomorrow.public
    assert ring.publics()[DAY] == today.public
    message = b"message"
    assert tomorrow.public.verifies(signature=tomorrow.sign(message), message=message)


def test_a_key_is_destroyed_when_its_day_is_over(ring: Ring, store: Store, folder: KeyFolder) -> None:
    ring.tend(now=NOON)
    old = ring.signer_at(NOON).public
    assert ring.tend(now=NEXT_MIDNIGHT).destroyed == (DAY,)
    assert DAY not in store.days()
    assert folder.mark() == DAY
    with pytest.raises(NoKey):
        ring.signer_at(NEXT_MIDNIGHT - 1)
    with pytest.raises(NoKey):
        store.signer(DAY)
    # Whoever lists keys still finds the public half: certificates of yesterday are looked at today.
    assert ring.publics()[DAY] == old


def test_a_clock_set_back_gives_no_key_of_a_day_that_is_over(ring: Ring, store: Store, folder: KeyFolder) -> None:
    ring.tend(now=NEXT_MIDNIGHT)
    with pytest.raises(ClockBehind):
        ring.tend(now=NEXT_MIDNIGHT - 1)
    assert DAY not in store.days()
    for moment in (NEXT_MIDNIGHT - 1, NEXT_MIDNIGHT):
        with pytest.raises(NoKey):
            ring.signer_at(moment)
    fresh = Ring(folder, store)
    with pytest.raises(ClockBehind):
        fresh.tend(now=NEXT_MIDNIGHT - 1)


def test_a_second_process_uses_the_same_keys_and_brings_none_back(ring: Ring, store: Store, folder: KeyFolder) -> None:
    ring.tend(now=NOON)
    second = Ring(folder, store, days_ahead=2)
    assert second.tend(now=NOON).made == ()
    assert second.signer_at(NOON).public == ring.signer_at(NOON).public
    ring.tend(now=NEXT_MIDNIGHT)
    second.tend(now=NEXT_MIDNIGHT)
    assert DAY not in store.days()


def test_many_that_tend_at_once_agree(folder: KeyFolder) -> None:
    rings = [Ring(folder, FileStore(folder), days_ahead=2) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda ring: ring.tend(now=NOON), rings))
    assert sum(len(each.made) for each in done) == 3
    assert len({ring.signer_at(NOON).public for ring in rings}) == 1


def test_a_copy_of_a_destroyed_key_that_was_put_back_is_destroyed_again(folder: KeyFolder) -> None:
    store = FileStore(folder)
    ring = Ring(folder, store, days_ahead=1)
    ring.tend(now=NOON)
    kept = (folder.path / f"{DAY}.key").read_bytes()
    ring.tend(now=NEXT_MIDNIGHT)
    (folder.path / f"{DAY}.key").write_bytes(kept)
    (folder.path / f"{DAY}.key").chmod(0o600)
    with pytest.raises(ClockBehind):
        Ring(folder, store).tend(now=NOON)
    fresh = Ring(folder, store, days_ahead=1)
    assert fresh.tend(now=NEXT_MIDNIGHT).destroyed == (DAY,)
    with pytest.raises(NoKey):
        fresh.signer_at(NOON)


def test_the_bytes_of_a_destroyed_key_are_overwritten(folder: KeyFolder) -> None:
    store = FileStore(folder)
    store.make(DAY)
    file = folder.path / f"{DAY}.key"
    with file.open("rb") as held:
        store.destroy(DAY)
        assert set(held.read()) == {0}
    assert not file.exists()


KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from entraide.certificates.keys import files, folder, ring

counted = 0
def watch(event, arguments):
    global counted
    if event in ("open", "os.rename", "os.link", "os.remove"):
        counted += 1
        if counted == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)
place = folder.KeyFolder(Path(sys.argv[1]))
tended = ring.Ring(place, files.FileStore(place), days_ahead=1)
sys.addaudithook(watch)
tended.tend(now=int(sys.argv[2]))
"""


@pytest.mark.parametrize("step", range(1, 42, 2))
def test_killed_at_any_step_no_destroyed_key_comes_back_and_the_next_start_seals(folder: KeyFolder, step: int) -> None:
    store = FileStore(folder)
    Ring(folder, store, days_ahead=1).tend(now=NOON)
    old = store.signer(DAY).public
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder.path), str(NEXT_MIDNIGHT), str(step)], cwd=ROOT, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert killed.returncode in (0, -signal.SIGKILL)
    if DAY not in store.days():
        assert folder.mark() == DAY
    fresh = Ring(folder, store, days_ahead=1)
    fresh.tend(now=NEXT_MIDNIGHT)
    assert DAY not in store.days()
    assert fresh.signer_at(NEXT_MIDNIGHT).public != old
    assert set(fresh.publics()) >= store.days()
    assert list(folder.path.glob(".*.key.part")) == []


@pytest.mark.parametrize("mode", [0o701, 0o710, 0o750, 0o755, 0o777])
def test_a_folder_that_others_can_enter_is_refused(tmp_path: Path, mode: int) -> None:
    place = tmp_path / "seals"
    place.mkdir()
    place.chmod(mode)
    with pytest.raises(FolderUnusable, match="chmod 700"):
        KeyFolder(place)


@pytest.mark.parametrize("mode", [0o601, 0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused_even_while_running(folder: KeyFolder, mode: int) -> None:
    ring = Ring(folder, FileStore(folder), days_ahead=1)
    ring.tend(now=NOON)
    (folder.path / f"{DAY}.key").chmod(mode)
    with pytest.raises(FolderUnusable, match="chmod 600"):
        ring.tend(now=NOON)


def test_links_files_and_unreadable_marks_are_refused(tmp_path: Path, folder: KeyFolder) -> None:
    (tmp_path / "link").symlink_to(folder.path)
    (tmp_path / "file").touch(mode=0o600)
    for place in ("link", "file"):
        with pytest.raises(FolderUnusable):
            KeyFolder(tmp_path / place)
    (folder.path / "2026-11-24.key").symlink_to("/etc/hostname")
    with pytest.raises(FolderUnusable, match="link"):
        KeyFolder(folder.path)
    (folder.path / "2026-11-24.key").unlink()
    folder.write(MARK, b"yesterday")
    with pytest.raises(FolderUnusable, match=MARK):
        Ring(folder, FileStore(folder)).tend(now=NOON)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "seals"
    place.mkdir(mode=0o700)
    os.chown(place, 12345, 12345)
    with pytest.raises(FolderUnusable, match="another user"):
        KeyFolder(place)


@pytest.mark.parametrize("content", [b"", b"not a key"])
def test_a_key_that_cannot_be_read_is_told(folder: KeyFolder, content: bytes) -> None:
    folder.write(f"{DAY}.key", content)
    with pytest.raises(NoKey, match=str(DAY)):
        Ring(folder, FileStore(folder)).tend(now=NOON)


days = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 12, 31))


@given(now=days, present=st.sets(days, max_size=20), mark=st.none() | days, ahead=st.integers(0, 20))
def test_a_plan_destroys_all_that_is_over_and_makes_nothing_up_to_the_mark(
    now: date, present: set[date], mark: date | None, ahead: int
) -> None:
    moment = schedule.span_of(now)[0] + 7
    if mark and now <= mark:
        with pytest.raises(ClockBehind):
            schedule.plan(now=moment, present=present, mark=mark, days_ahead=ahead)
        return
    plan = schedule.plan(now=moment, present=present, mark=mark, days_ahead=ahead)
    left = (present - set(plan.destroy)) | set(plan.make)
    assert all(day > plan.mark for day in left)
    assert {now, now + timedelta(days=1)} <= left
    assert not set(plan.make) & present
    assert mark is None or plan.mark >= mark
