"""`entraidectl status open | update | close | set | list | publish`: the public page, one command for each thing."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from entraidectl.edge.site.mistakes import SiteMistaken
from entraidectl.status.page import reading
from entraidectl.status.page.changing import (
    FIRST_WORDS,
    LAST_WORDS,
    MAINTENANCE_WORDS,
    Close,
    Open,
    Refused,
    SetState,
    Update,
    Wish,
    change,
)
from entraidectl.status.page.data import Said, Stage, State, written
from entraidectl.status.page.planning import Desk, desk_of, plan_change, plan_publication
from entraidectl.status.page.publishing import Failures, Overtaken, alone
from entraidectl.steps import Step, carry_out

OBSTACLES = (SiteMistaken, Refused, reading.DataBroken, Overtaken, OSError)
STATES = click.Choice([str(state) for state in State])
STAGES = click.Choice([str(stage) for stage in Stage if stage is not Stage.OVER])


def _site(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--site",
        "file",
        type=click.Path(path_type=Path, dir_okay=False),
        default=Path("/etc/entraide/site.toml"),
        show_default=True,
        help="The file with [status].",
    )(click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command))


def _acting(command: Callable[..., None]) -> Callable[..., None]:
    return _site(click.option("--dry-run", is_flag=True, help="Print the steps and do none.")(command))


def _changing(command: Callable[..., None]) -> Callable[..., None]:
    return _acting(click.option("--no-publish", is_flag=True, help="Write it down; publish later.")(command))


@click.command("open")
@click.argument("title")
@click.option("--en", required=True, help="The title in English.")
@click.option("--components", required=True, help="What it touches, as site.toml calls it, with commas between.")
@click.option("--state", type=STATES, required=True, help="How these components do.")
@click.option("--message", help="More about it, in French.")
@click.option("--message-en", help="The same in English.")
@click.option("--stage", type=STAGES, help="How far you are. Default: investigating; during maintenance, watching.")
@_changing
def open_incident(
    title: str, en: str, components: str, state: str, message: str | None, message_en: str | None, stage: str | None,
    **options: Any,
) -> None:  # fmt: skip
    """Tell of an incident whose TITLE, in French, says what people notice."""
    is_planned = state == State.MAINTENANCE
    _change(
        lambda: Open(
            title=Said(fr=title, en=en),
            components=tuple(name.strip() for name in components.split(",") if name.strip()),
            state=State(state),
            text=_both(
                message, message_en, default=MAINTENANCE_WORDS if is_planned else FIRST_WORDS, option="--message-en"
            ),
            stage=Stage(stage) if stage else Stage.WATCHING if is_planned else Stage.INVESTIGATING,
        ),
        **options,
    )


@click.command("update")
@click.argument("text")
@click.option("--en", required=True, help="The text in English.")
@click.option("--incident", default="", help="Which incident. Default: the open one.")
@click.option("--stage", type=STAGES, help="How far you are now.")
@click.option("--state", type=STATES, help="How its components do now.")
@_changing
def update_incident(text: str, en: str, incident: str, stage: str | None, state: str | None, **options: Any) -> None:
    """Tell more of an incident: TEXT is in French."""
    _change(
        lambda: Update(
            text=Said(fr=text, en=en),
            incident=incident,
            stage=Stage(stage) if stage else None,
            state=State(state) if state else None,
        ),
        **options,
    )


@click.command("close")
@click.argument("text", required=False)
@click.option("--en", help="The text in English.")
@click.option("--incident", default="", help="Which incident. Default: the open one.")
@_changing
def close_incident(text: str | None, en: str | None, incident: str, **options: Any) -> None:
    """Tell that an incident is over; TEXT, in French, may say what it was. Its components work again."""
    _change(lambda: Close(text=_both(text, en, default=LAST_WORDS, option="--en"), incident=incident), **options)


@click.command("set")
@click.argument("component")
@click.argument("state", type=STATES)
@_changing
def set_state(component: str, state: str, **options: Any) -> None:
    """Say how a COMPONENT does, without telling of an incident."""
    _change(lambda: SetState(component=component, state=State(state)), **options)


@click.command("publish")
@_acting
def publish(file: Path, as_json: bool, dry_run: bool) -> None:
    """Write all pages anew and bring them to every target. A timer does this too, so that pages tell their age."""
    failures = Failures()
    try:
        desk = desk_of(file)
        with _alone(desk, dry_run=dry_run):
            steps = plan_publication(reading.read(desk.folder), desk, now=_now(), failures=failures)
            carry_out(steps, dry_run=dry_run, as_json=as_json)
    except OBSTACLES as error:
        raise click.ClickException(str(error)) from error
    _tell(desk, failures)


@click.command("list")
@click.option("--all", "everything", is_flag=True, help="Incidents that are over too.")
@_site
def list_all(file: Path, as_json: bool, everything: bool) -> None:
    """Say how components do, and which incidents are open."""
    try:
        desk = desk_of(file)
        data = reading.read(desk.folder)
    except OBSTACLES as error:
        raise click.ClickException(str(error)) from error
    incidents = tuple(reversed(data.incidents)) if everything else data.open_incidents
    states = {name: data.state_of(name) for name in desk.known}
    if as_json:
        found = {"revision": data.revision, "components": states, "incidents": msgspec.to_builtins(incidents)}
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    width = max(len(name) for name in states)
    for name, state in states.items():
        click.echo(f"{name:<{width}}  {state}")
    for incident in incidents:
        click.echo(f"{written(incident.told_at)}  {incident.stage:<13}  {incident.id}  {incident.title.fr}")
    if not incidents:
        click.echo("No incident is open." if not everything else "No incident was ever told of.")


def _change(wish_of: Callable[[], Wish], *, file: Path, as_json: bool, dry_run: bool, no_publish: bool) -> None:
    """Read, change, write and publish, alone from beginning to end."""
    failures = Failures()
    try:
        desk = desk_of(file)
        wish = wish_of()
        with _alone(desk, dry_run=dry_run):
            now = _now()
            before = reading.read(desk.folder)
            after = change(before, wish, known=desk.known, now=now)
            steps: list[Step] = plan_change(before, after, wish, desk)
            if steps and not no_publish:
                steps += plan_publication(after, desk, now=now, failures=failures)
            carry_out(steps, dry_run=dry_run, as_json=as_json)
    except OBSTACLES as error:
        raise click.ClickException(str(error)) from error
    if steps and not no_publish:
        _tell(desk, failures)


def _alone(desk: Desk, *, dry_run: bool) -> Any:
    """Be alone, unless nothing will be done."""
    told = "Somebody else is changing or publishing; waiting for them."
    return nullcontext() if dry_run else alone(desk.folder, waits=lambda: click.echo(told, err=True))


def _tell(desk: Desk, failures: Failures) -> None:
    if not desk.folders and not desk.commands:
        click.echo("Nobody can see it yet: [status] names neither folders nor commands to publish to.", err=True)
    if failures.told:
        advice = "The other targets have it. Once this is mended: entraidectl status publish"
        raise click.ClickException("\n".join([*failures.told, advice]))


def _both(french: str | None, english: str | None, *, default: Said, option: str) -> Said:
    """Return a text that may be left away in both languages, not in one. Raises Refused."""
    if french is None and english is None:
        return default
    if french is None or english is None:
        missing = "French" if french is None else f"English ({option})"
        raise Refused(f"say it in {missing} too: everybody reads the page, in French or in English")
    return Said(fr=french, en=english)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


COMMANDS = (open_incident, update_incident, close_incident, set_state, list_all, publish)
