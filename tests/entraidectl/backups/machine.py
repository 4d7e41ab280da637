"""A machine of the database for tests: a PostgreSQL 15 of their own, folders for copies, and site.toml beside them."""

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from entraidectl.cli import main
from tests.drills.node import until

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
PASSPHRASE = "made-up-for-tests-0123456789abcdefgh"
SITE = """\
version = 1
[domains]
portal = "aide.example.org"
[tls]
certificate = "/c.pem"
key = "/k.pem"
[pools.web]
servers = ["127.0.0.1:8000"]
[pools.intake]
servers = ["127.0.0.1:8001"]
[backups]
folder = "{folder}/copies"
data = "{folder}/data"
socket = "{folder}/socket"
user = "{user}"
database = "entraide"
state = "{folder}/state"
metrics = "{folder}/metrics"
passphrase = "{folder}/passphrase"
{more}
"""


def lacks() -> str:
    """Return why these tests cannot run here; empty when they can."""
    if not (PROGRAMS / "postgres").exists():
        return "PostgreSQL 15 of Debian is not installed: apt-get install postgresql-15"
    if not shutil.which("pgbackrest"):
        return "pgBackRest is not installed: apt-get install pgbackrest"
    return ""


@dataclass
class Machine:
    """The folder of everything, and the account that the server runs as."""

    folder: Path
    more: str = ""
    user: str = field(default_factory=lambda: "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)

    @property
    def data(self) -> Path:
        """PostgreSQL's folder."""
        return self.folder / "data"

    @property
    def copies(self) -> Path:
        """The first folder of copies."""
        return self.folder / "copies"

    @property
    def site(self) -> Path:
        """The file that describes it."""
        return self.folder / "site.toml"

    def make(self) -> None:
        """Make the database, with a table, and the files."""
        self.folder.chmod(0o755)
        for name in ("socket", "metrics"):
            (self.folder / name).mkdir()
            self.give(self.folder / name)
        (self.folder / "passphrase").write_text(PASSPHRASE + "\n")
        # Whoever only tests as the database's user still reads the passphrase.
        self.write_site()
        self.data.mkdir()
        self.give(self.data)
        self.run("initdb", "-D", str(self.data), "-A", "trust", "--no-locale", "-E", "UTF8", "--no-instructions")
        own = f"listen_addresses = ''\nunix_socket_directories = '{self.folder}/socket'\nautovacuum = off\n"
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(own)
        self.start()
        self.ask("CREATE DATABASE entraide", database="postgres")
        self.ask("CREATE TABLE accounts_person (id bigserial PRIMARY KEY, name text NOT NULL)")
        self.ask("CREATE TABLE volunteering_participation (id bigserial PRIMARY KEY)")

    def write_site(self, more: str = "") -> None:
        """Write site.toml, with more keys of [backups]."""
        self.site.write_text(SITE.format(folder=self.folder, user=self.user, more=f"{self.more}\n{more}"))

    def give(self, path: Path) -> None:
        """Give a file to the server's user."""
        if os.geteuid() == 0:
            shutil.chown(path, self.user, self.user)

    def account(self) -> dict[str, Any]:
        """Return how to become the server's user."""
        if os.geteuid() != 0:
            return {}
        found = pwd.getpwnam(self.user)
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}

    def run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs as its user and return what it says."""
        done = subprocess.run(
            [PROGRAMS / program, *arguments], capture_output=True, text=True, cwd="/", **self.account(), check=False
        )
        assert done.returncode == 0, done.stderr
        return str(done.stdout).strip()

    def start(self) -> None:
        """Start the server; return when it is ready."""
        self.run("pg_ctl", "-D", str(self.data), "-w", "-s", "-l", f"{self.folder}/socket/log", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server."""
        self.run("pg_ctl", "-D", str(self.data), "-w", "-s", "-m", mode, "stop")

    def ask(self, question: str, *, database: str = "entraide") -> str:
        """Return what the running server answers."""
        return self.run("psql", "-AtXq", "-h", f"{self.folder}/socket", "-d", database, "-c", question)

    def add(self, name: str, count: int = 1) -> None:
        """Commit so many people of one name."""
        self.ask(f"INSERT INTO accounts_person (name) SELECT '{name}' FROM generate_series(1, {count})")  # noqa: S608

    def moment(self) -> str:
        """Return the moment between what was committed and what comes."""
        return self.ask("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")

    def let_the_copy_be_past(self) -> None:
        """Wait until a moment is after the newest copy: its end is kept in whole seconds."""
        second = "SELECT floor(extract(epoch FROM clock_timestamp()))"
        ended = int(self.ask(second))
        until("the next second", lambda: int(self.ask(second)) > ended)

    def ctl(self, verb: str, *options: str) -> Result:
        """Run the command line."""
        return CliRunner().invoke(main, [verb, "--site", str(self.site), *options], catch_exceptions=False)

    def done(self, verb: str, *options: str) -> dict[str, Any]:
        """Run a command that has to succeed and return what it tells in JSON."""
        result = self.ctl(verb, *options, "--json")
        assert result.exit_code == 0, result.stderr
        return dict(json.loads(result.stdout))

    def refused(self, verb: str, *options: str) -> str:
        """Run a command that has to fail and return the reason."""
        result = self.ctl(verb, *options)
        assert result.exit_code == 1, result.stdout
        return result.stderr

    def archives(self) -> None:
        """Have the server archive its WAL: set up, restart."""
        result = self.ctl("backup", "--type", "none")
        assert "systemctl restart" in result.stderr, result.output
        self.stop()
        self.start()


@contextmanager
def machine(more: str = "") -> Iterator[Machine]:
    """Lend a machine whose server runs; nothing of it is left."""
    # Not below pytest's own folder, which the server's user may not enter.
    folder = Path(tempfile.mkdtemp(prefix="entraide-backups-"))
    made = Machine(folder, more)
    try:
        made.make()
        yield made
    finally:
        if (made.data / "postmaster.pid").exists():
            made.stop("immediate")
        shutil.rmtree(folder)
