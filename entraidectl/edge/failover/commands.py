"""`entraidectl edge watch | leave | stay`."""

import asyncio
from pathlib import Path

import click

from entraidectl.edge.failover import leaving
from entraidectl.edge.failover.watching import Watcher, ask_to_leave
from entraidectl.edge.failover.watching import stay as ask_to_stay
from entraidectl.edge.machine import Unfit, node_of
from entraidectl.edge.places import Places
from entraidectl.edge.site.mistakes import SiteMistaken
from entraidectl.edge.site.reading import read

SITE_OPTION = click.option(
    "--site", "file", type=click.Path(path_type=Path), default=Path("/etc/entraide/site.toml"), show_default=True
)
ROOT_OPTION = click.option("--root", type=click.Path(path_type=Path, file_okay=False), default=Path("/"))


@click.command()
@SITE_OPTION
@click.option("--node", default="", help="Which of [[nodes]] this machine is. Default: the one of its name.")
@ROOT_OPTION
def watch(file: Path, node: str, root: Path) -> None:
    """Look after nginx ten times a second, and tell keepalived. Runs until it is stopped; its unit starts it."""
    try:
        site = read(file)
        found = node_of(site, node)
        if found is None:
            raise Unfit("there are no [[nodes]]: nobody would take over")
    except (SiteMistaken, Unfit) as error:
        raise click.ClickException(str(error)) from error
    asyncio.run(Watcher(site, found, Places(root.resolve()), say=click.echo).run())


@click.command()
@SITE_OPTION
@ROOT_OPTION
@click.option(
    "--wait",
    "seconds",
    type=click.IntRange(0, 86_400),
    default=60,
    show_default=True,
    help="How long to wait until nobody is connected any more.",
)
def leave(file: Path, root: Path, seconds: int) -> None:
    """Have this edge give its addresses to the others, for work on it; `stay` takes them back.

    Who is connected is answered by this edge until the end of the connection.
    """
    try:
        site = read(file)
    except SiteMistaken as error:
        raise click.ClickException(str(error)) from error
    ask_to_leave(Places(root.resolve()))
    if not seconds:
        return
    left = leaving.wait(site, seconds)
    if left:
        raise click.ClickException(f"after {seconds} s {left}")
    click.echo("Nobody is connected to this edge any more: it may be stopped.")


@click.command()
@ROOT_OPTION
def stay(root: Path) -> None:
    """Have this edge bear its addresses again, as soon as it is well."""
    ask_to_stay(Places(root.resolve()))
