"""Steps that are taken on the machine of the database."""

import os
from dataclasses import dataclass
from pathlib import Path

from entraidectl.backups import repository
from entraidectl.backups.place import Place, Unfit
from entraidectl.steps import WriteFile


@dataclass(frozen=True, slots=True)
class MakeFolder:
    """A folder of the database's user alone."""

    place: Place
    path: Path

    def describe(self) -> dict[str, str]:
        """Return the folder."""
        return {"action": "create", "target": f"{self.path}/"}

    def run(self) -> None:
        """Make it. What is above it is anybody's to enter."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.mkdir(mode=0o700, exist_ok=True)
        give(self.place, self.path)


@dataclass(frozen=True, slots=True)
class WriteOwned:
    """A secret file of the database's user."""

    place: Place
    path: Path
    content: str

    def describe(self) -> dict[str, str]:
        """Return the file and whether it is new."""
        return WriteFile(self.path, self.content).describe()

    def run(self) -> None:
        """Write it, whole or not at all."""
        WriteFile(self.path, self.content, is_secret=True).run()
        give(self.place, self.path)


@dataclass(frozen=True, slots=True)
class MakeStanza:
    """Have the folders of copies know the database."""

    place: Place

    def describe(self) -> dict[str, str]:
        """Return which folders."""
        return {"action": "prepare", "target": ", ".join(map(str, self.place.folders))}

    def run(self) -> None:
        """Make what is missing in them."""
        repository.run(self.place, "stanza-create")


@dataclass(frozen=True, slots=True)
class SetServer:
    """One setting of PostgreSQL, in postgresql.auto.conf."""

    place: Place
    name: str
    value: str

    def describe(self) -> dict[str, str]:
        """Return the setting with its new value."""
        return {"action": "set", "target": f"{self.name} = {self.value}"}

    def run(self) -> None:
        """Set it and have the server read it; some count from its next start on."""
        quoted = self.value.replace("'", "''")
        self.place.ask(f"ALTER SYSTEM SET {self.name} = '{quoted}'")
        self.place.ask("SELECT pg_reload_conf()")


@dataclass(frozen=True, slots=True)
class SeeArchiving:
    """A look at whether PostgreSQL archives its WAL, without which no copy is of use."""

    place: Place

    def describe(self) -> dict[str, str]:
        """Return what is looked at."""
        return {"action": "see", "target": "that PostgreSQL archives"}

    def run(self) -> None:
        """Ask it. Raises Unfit."""
        if self.place.ask("SHOW archive_mode") == "off":
            raise Unfit(
                "PostgreSQL archives from its next start on: systemctl restart postgresql, "
                "then entraidectl backup once more"
            )


@dataclass(frozen=True, slots=True)
class MakeCopy:
    """A copy of the database into one folder: of all, or of what changed."""

    place: Place
    number: int
    kind: str

    def describe(self) -> dict[str, str]:
        """Return what is copied and where to."""
        words = "all" if self.kind == "full" else "what changed"
        return {"action": "copy", "target": f"{words} of {self.place.data} into {self.place.folders[self.number - 1]}"}

    def run(self) -> None:
        """Make it. What an earlier one left that was killed is used, or cleared away."""
        repository.run(self.place, "backup", f"--repo={self.number}", f"--type={self.kind}")


def give(place: Place, path: Path) -> None:
    """Give a file to the database's user."""
    if os.geteuid() == 0:
        os.chown(path, place.owner.pw_uid, place.owner.pw_gid)
