"""`entraidectl backup | restore | verify`."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from entraidectl.backups import making, repository, restoring, verifying
from entraidectl.backups.parts import SeeArchiving
from entraidectl.backups.place import Place, Unfit
from entraidectl.edge.site.mistakes import SiteMistaken
from entraidectl.edge.site.reading import read
from entraidectl.steps import Step, carry_out

OBSTACLES = (SiteMistaken, Unfit, OSError)


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "--site",
            "file",
            type=click.Path(path_type=Path, dir_okay=False),
            default=Path("/etc/entraide/site.toml"),
            show_default=True,
            help="The file whose [backups] says what is copied, and where to.",
        ),
        click.option("--dry-run", is_flag=True, help="Print the steps and do none."),
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
    ):
        command = option(command)
    return command


REPO = click.option(
    "--repo", "number", type=click.IntRange(1, 2), default=1, show_default=True, help="1: backups.folder, 2: second."
)


@click.command()
@_options
@click.option(
    "--type",
    "kind",
    type=click.Choice(["auto", "full", "files", "none"]),
    default="auto",
    show_default=True,
    help="full: copy all; auto: all every backups.full_days, what changed in between; files: "
    "only what is beside the database, which may be down; none: only set archiving up.",
)
def backup(file: Path, dry_run: bool, as_json: bool, kind: str) -> None:
    """Set up the archiving of the database here if it is not, then copy it, the files, and the sign-up log."""
    with _told():
        place = _place(file)
        passphrase = making.passphrase_of(place)
        if kind == "files":
            steps = making.plan_files(place, now=datetime.now(UTC))
        else:
            steps = _steps_of_database(place, kind=kind, passphrase=passphrase)
        if dry_run:
            carry_out(steps, dry_run=True, as_json=as_json)
        else:
            _do(steps, as_json=as_json)


def _steps_of_database(place: Place, *, kind: str, passphrase: str) -> list[Step]:
    """Return the steps to an archiving database and, unless that is all that is wished, a copy of it."""
    state = making.look(place, passphrase=passphrase)
    steps = making.plan_set_up(place, state, passphrase=passphrase)
    # Nothing is copied as long as what is written since would be lost.
    if kind != "none" or state.waits_for_restart or state.server["archive_mode"] == "off":
        steps.append(SeeArchiving(place))
    if kind != "none":
        steps += making.plan_copies(place, state, kind=kind, now=datetime.now(UTC))
    return steps


@click.command()
@_options
@REPO
@click.option("--to", "moment", type=str, default="", help="A moment with its zone: 2026-04-15T08:30:00+02:00.")
@click.option("--into", "folder", type=click.Path(path_type=Path, file_okay=False), help="Where the database is put.")
@click.option("--destroy", default="", help="MACHINE:FOLDER, to write over what is in that folder.")
@click.option("--files-into", "files", type=click.Path(path_type=Path, file_okay=False), help="Where files are put.")
@click.option("--sign-ups", is_flag=True, help="Append what the parcel holds of the sign-up log to the log again.")
def restore(
    file: Path,
    dry_run: bool,
    as_json: bool,
    number: int,
    moment: str,
    folder: Path | None,
    destroy: str,
    files: Path | None,
    sign_ups: bool,
) -> None:
    """Put the database back as of a moment, start that copy, count what is in it, and stop it again."""
    with _told():
        place = _place(file)
        place.account()
        if not (folder or files or sign_ups):
            raise Unfit("say what is put back: --into FOLDER for the database, --files-into FOLDER, --sign-ups")
        until = _moment(moment)
        steps: list[Step] = []
        found = verifying.Found()
        _demand_number(place, number)
        if folder:
            folder = folder.resolve()
            restoring.demand_free(folder, confirmed=destroy)
            passphrase = making.passphrase_of(place)
            stock = restoring.stock_of(place, number, passphrase=passphrase)
            steps += making.plan_reading(place, passphrase=passphrase)
            steps.append(restoring.ArchiveRest(place))
            steps += restoring.plan(place, stock, number=number, folder=folder, moment=until)
            steps.append(verifying.Count(place, folder, found))
        if files or sign_ups:
            parcel = restoring.parcel_of(place, number=number, moment=until)
            steps += [restoring.Unpack(place, parcel, files.resolve())] if files else []
            steps += [restoring.AppendSignUps(place, parcel)] if sign_ups else []
        if dry_run:
            carry_out(steps, dry_run=True, as_json=as_json)
        else:
            _do(steps, as_json=as_json, found=found)
            if folder and not as_json:
                click.echo(f"{folder} holds the copy, stopped. docs/operate/backups.md says how it takes over.")


@click.command()
@_options
@REPO
def verify(file: Path, dry_run: bool, as_json: bool, number: int) -> None:
    """Try the newest copy: put it back apart, start it, count what is in it. Exits with 1 when that cannot be done."""
    with _told():
        place = _place(file)
        verifying.demand_rights(place)
        _demand_number(place, number)
        found = verifying.Found()
        stock = repository.stock(place, number)
        steps = verifying.plan(place, stock, number=number, now=datetime.now(UTC), found=found)
        if dry_run:
            carry_out(steps, dry_run=True, as_json=as_json)
        else:
            _do(steps, as_json=as_json, found=found)


def _place(file: Path) -> Place:
    site = read(file)
    if site.backups is None:
        raise Unfit(f"{file} has no [backups]: docs/operate/backups.md has one to begin with")
    return Place(site.backups)


def _demand_number(place: Place, number: int) -> None:
    if number > len(place.folders):
        raise Unfit("there is no second folder of copies: name one, backups.second")


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unfit(f"{text!r} is no moment: write 2026-04-15T08:30:00+02:00") from None
    if moment.tzinfo is None:
        raise Unfit(f"{text} may be of any zone: write {text}+02:00, or Z for UTC")
    if moment > datetime.now(UTC):
        raise Unfit(f"{text} is yet to come")
    return moment.astimezone(UTC)


def _do(steps: Sequence[Step], *, as_json: bool, found: verifying.Found | None = None) -> None:
    """Take the steps; what was found is told after them, in JSON as one document."""
    if not as_json:
        carry_out(steps, dry_run=False, as_json=False)
        for name, value in (found.told() if found else {}).items():
            if name != "tables":
                click.echo(f"{name.replace('_', ' ')}: {value}")
        return
    for step in steps:
        step.run()
    told: dict[str, Any] = {"dry_run": False, "steps": [step.describe() for step in steps]}
    click.echo(json.dumps(told | ({"found": found.told()} if found else {}), indent=2))


@contextmanager
def _told() -> Iterator[None]:
    """Turn what stands in the way into one line for people and exit code 1."""
    try:
        yield
    except PermissionError as error:
        raise click.ClickException(f"{error.filename}: not allowed to this user: run this as root") from error
    except OBSTACLES as error:
        raise click.ClickException(str(error)) from error
