"""What a change or a publication takes, as steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from entraidectl.edge.site.declarations import Status
from entraidectl.edge.site.reading import read as read_site
from entraidectl.status.page.changing import Close, Open, Refused, SetState, Update, Wish
from entraidectl.status.page.data import Data
from entraidectl.status.page.publishing import Failures, PublishByCommand, PublishToFolder, SaveData
from entraidectl.status.page.render import render
from entraidectl.status.page.subject import Subject, subject_of
from entraidectl.steps import Step


@dataclass(frozen=True, slots=True)
class Desk:
    """Where an operator works: whose page it is, the folder of the truth, where pages go."""

    subject: Subject
    folder: Path
    folders: tuple[Path, ...]
    commands: tuple[str, ...]

    @property
    def known(self) -> Sequence[str]:
        """Return the components that there are."""
        return list(self.subject.components)


def desk_of(file: Path) -> Desk:
    """Return the desk that a site file describes; its paths begin at the file. Raises SiteMistaken and Refused."""
    site = read_site(file)
    status: Status | None = site.status
    if status is None:
        raise Refused(f"{file}: has no [status], the public page: write it as docs/operate/status-page.md says")
    home = file.resolve().parent
    return Desk(
        subject=subject_of(site, status),
        folder=home / status.data,
        folders=tuple(home / each for each in status.folders),
        commands=status.commands,
    )


def plan_change(before: Data, after: Data, wish: Wish, desk: Desk) -> list[Step]:
    """Return the step that writes a change; none when there is none."""
    return [] if before == after else [SaveData(desk.folder, after, _told(before, after, wish))]


def plan_publication(data: Data, desk: Desk, *, now: datetime, failures: Failures) -> list[Step]:
    """Return a step for each target: folders, which are quick, before what goes over a network."""
    files = render(data, desk.subject, now)
    return [
        *(PublishToFolder(each, files, failures) for each in desk.folders),
        *(PublishByCommand(each, files, failures) for each in desk.commands),
    ]


def _told(before: Data, after: Data, wish: Wish) -> str:
    match wish:
        case SetState():
            return f"set {wish.component} to {wish.state}"
        case Open():
            return f"open {after.incidents[-1].id}"
        case Update() | Close():
            pairs = zip(before.incidents, after.incidents, strict=True)
            name = next(new.id for old, new in pairs if old != new)
            return f"{'close' if isinstance(wish, Close) else 'update'} {name}"
