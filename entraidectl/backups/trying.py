"""A copy of the database that is started apart: on a socket of its own, archiving nothing, its WAL replayed."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from entraidectl.backups.parts import give
from entraidectl.backups.place import Place, Unfit, last_line, major_of, program

PORT = 5432
START_SECONDS = 600
PAUSE_SECONDS = 0.2
CONFIGURATION = """\
# Written by entraidectl: a copy that is looked at, on its own.
listen_addresses = ''
unix_socket_directories = '{socket}'
port = {port}
hba_file = '{socket}/hba.conf'
ident_file = '{socket}/ident.conf'
hot_standby = off
shared_buffers = 128MB
"""
# Above what the copied postgresql.auto.conf says: a copy never writes into the folders of copies.
OVER = ("archive_mode=off", "shared_preload_libraries=", "logging_collector=off", "ssl=off", "cluster_name=copy")


@dataclass(frozen=True, slots=True)
class Trial:
    """A copy that runs."""

    place: Place
    socket: Path

    def ask(self, question: str, *, database: str = "") -> str:
        """Return what it answers."""
        return self.place.ask(question, socket=self.socket, port=PORT, database=database)


@contextmanager
def started(place: Place, folder: Path) -> Iterator[Trial]:
    """Start the copy in a folder and stop it again, shut down cleanly. Raises Unfit when it does not come up."""
    socket = Path(tempfile.mkdtemp(prefix="entraide-copy-"))
    log = socket / "log"
    try:
        for name, content in (
            ("postgresql.conf", CONFIGURATION.format(socket=socket, port=PORT)),
            ("hba.conf", "local all all trust\n"),
            ("ident.conf", ""),
        ):
            (socket / name).write_text(content, encoding="utf-8")
            give(place, socket / name)
        give(place, socket)
        options = " ".join([f"-c config_file={socket}/postgresql.conf", *(f"-c {each}" for each in OVER)])
        control = (program("pg_ctl", major=major_of(folder)), "-D", str(folder))
        done = place.run(*control, "start", "-w", "-t", str(START_SECONDS), "-s", "-l", str(log), "-o", options)
        if done.returncode:
            raise Unfit(f"the copy in {folder} does not start: {_reason(log) or last_line(done.stderr)}")
        try:
            trial = Trial(place, socket)
            while not _answers(trial):
                if place.run(*control, "status").returncode:
                    raise Unfit(f"the copy in {folder} gave up: {_reason(log)}")
                # It has been started, and replays its WAL.
                time.sleep(PAUSE_SECONDS)
            yield trial
        finally:
            place.run(*control, "stop", "-w", "-m", "fast", "-s")
    finally:
        shutil.rmtree(socket, ignore_errors=True)


def _answers(trial: Trial) -> bool:
    try:
        return trial.ask("SELECT pg_is_in_recovery()") == "f"
    except Unfit:
        return False


def _reason(log: Path) -> str:
    """Return why the server gave up, as it says in its log."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.is_file() else []
    said = next((line for line in reversed(lines) if "FATAL:" in line or "PANIC:" in line), "")
    words = said.partition(":  ")[2]
    if "before configured recovery target" in words:
        return "what was archived ends before that moment: give an earlier one, or none for all that there is"
    return words
