"""`entraidectl edge …`."""

import json
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from entraidectl import manifest as manifests
from entraidectl.edge import applying, certificate_checks, host_files, machine, present
from entraidectl.edge.applying import NothingBefore, Tools
from entraidectl.edge.bans.render import wants_bans
from entraidectl.edge.bans.steps import complaint_of as complaint_of_bans
from entraidectl.edge.failover import commands as failover
from entraidectl.edge.failover.keepalived import moves
from entraidectl.edge.firewall import refusals
from entraidectl.edge.machine import Unfit
from entraidectl.edge.nginx.render import SECRET_FILES
from entraidectl.edge.nginx.render import render as rendered
from entraidectl.edge.nginx.wish import Wish
from entraidectl.edge.packets.render import kernel_settings, wants_rules
from entraidectl.edge.packets.steps import complaint_of as complaint_of_packets
from entraidectl.edge.places import Places
from entraidectl.edge.routes import unknown_routes
from entraidectl.edge.serving import StepFailed, Watch, alone, complaint_of, running_pid
from entraidectl.edge.site.mistakes import SiteMistaken
from entraidectl.edge.site.reading import read
from entraidectl.steps import WriteFile, carry_out

ROOT = Path(__file__).resolve().parents[2]
OBSTACLES = (SiteMistaken, manifests.ManifestError, Unfit, StepFailed, NothingBefore, OSError)


@click.group()
def edge() -> None:
    """Make the edge from one file: nginx with its cache, limits and firewall."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "--site",
            "file",
            type=click.Path(path_type=Path, dir_okay=False),
            default=Path("/etc/entraide/site.toml"),
            show_default=True,
            help="The file that describes the edge.",
        ),
        click.option(
            "--root",
            type=click.Path(path_type=Path, file_okay=False),
            default=Path("/"),
            show_default=True,
            help="Write everything below this folder.",
        ),
        click.option("--node", default="", help="Which of [[nodes]] this machine is. Default: the one of its name."),
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        click.pass_obj,
    ):
        command = option(command)
    return command


@edge.command()
@_options
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Write the files into this folder.")
@click.option(
    "--elsewhere", is_flag=True, help="On another machine than the edge: what the file names need not be there."
)
def render(
    manifest_file: Path, file: Path, root: Path, node: str, as_json: bool, out: Path | None, elsewhere: bool
) -> None:
    """Print the configuration, or write it into a folder, and change nothing else."""
    try:
        places = Places(root.resolve())
        files = rendered(_wish(manifest_file, file, places, node, elsewhere=elsewhere))
        home = (out or places.generations / applying.name_of(files)).resolve()
        files = applying.at_home(files, home)
        for name, content in files.items() if out else ():
            WriteFile(home / name, content, is_secret=name in SECRET_FILES).run()
    except OBSTACLES as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(files, indent=2, ensure_ascii=False))
    elif not out:
        for name, content in files.items():
            click.echo(f"# {name}\n{content}")


@edge.command()
@_options
def check(manifest_file: Path, file: Path, root: Path, node: str, as_json: bool) -> None:
    """Say what is wrong with the file, the certificate or the configuration made of it; exit 1 when something is."""
    found: dict[str, Any] = {"ok": True, "problems": [], "warnings": []}
    try:
        wish = _wish(manifest_file, file, Places(root.resolve()), node)
        problems = _problems(wish)
        found["warnings"] = certificate_checks.warnings(wish.site, wish.machine)
        found |= {"ok": not problems, "problems": problems}
    except OBSTACLES as error:
        found |= {"ok": False, "problems": str(error).splitlines()}
    if as_json:
        click.echo(json.dumps(found, indent=2))
    else:
        for line in [*found["problems"], *found["warnings"]]:
            click.echo(line, err=True)
        click.echo("The edge can be applied." if found["ok"] else "The edge cannot be applied.")
    if not found["ok"]:
        raise SystemExit(1)


@edge.command()
@_options
@click.option("--dry-run", is_flag=True, help="Print the steps and do none.")
def apply(manifest_file: Path, file: Path, root: Path, node: str, as_json: bool, dry_run: bool) -> None:
    """Bring the edge to what the file says. What runs goes on running when something is in the way."""
    try:
        places = Places(root.resolve())
        wish = _wish(manifest_file, file, places, node)
        tools = _tools(wish, file, node)
        with nullcontext() if dry_run else alone(places):
            state = present.state_of(places, tools)
            steps = applying.plan(files=rendered(wish), state=state, places=places, tools=tools)
            carry_out(steps, dry_run=dry_run, as_json=as_json)
    except OBSTACLES as error:
        raise click.ClickException(_told(error)) from error
    for line in [*certificate_checks.warnings(wish.site, wish.machine), *_what_is_left(wish, dry_run=dry_run)]:
        click.echo(line, err=True)


@edge.command()
@_options
@click.option("--dry-run", is_flag=True, help="Print the steps and do none.")
def rollback(manifest_file: Path, file: Path, root: Path, node: str, as_json: bool, dry_run: bool) -> None:
    """Go back to the configuration that ran before; once more, and the newer one runs again."""
    try:
        places = Places(root.resolve())
        tools = _tools(_wish(manifest_file, file, places, node), file, node)
        with nullcontext() if dry_run else alone(places):
            steps = applying.plan_back(state=present.state_of(places, tools), places=places, tools=tools)
            carry_out(steps, dry_run=dry_run, as_json=as_json)
    except OBSTACLES as error:
        raise click.ClickException(_told(error)) from error


@edge.command()
@_options
def refused(manifest_file: Path, file: Path, root: Path, node: str, as_json: bool) -> None:
    """Say what the firewall refused, or would have refused while it only detects."""
    try:
        transactions = refusals.read(Places(root.resolve()).logs / "firewall.log")
        found = refusals.summary(transactions, routes=manifests.load(manifest_file).routes)
    except OBSTACLES as error:
        raise click.ClickException(_told(error)) from error
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], indent=2, ensure_ascii=False))
        return
    for each in found:
        click.echo(f"{each.requests:>7}  {each.rule}  {each.field:<30}  /{each.route}  {each.what}")
    if not found:
        click.echo("Nothing was refused, or would have been.")


def _wish(manifest_file: Path, file: Path, places: Places, node: str, *, elsewhere: bool = False) -> Wish:
    site = read(file)
    manifest = manifests.load(manifest_file)
    unknown = unknown_routes(manifest, site)
    if unknown:
        raise SiteMistaken(file, file.read_text(encoding="utf-8"), unknown)
    found = machine.look(site, places, folder=file.resolve().parent, elsewhere=elsewhere)
    if not elsewhere:
        certificate_checks.demand(site, found)
    return Wish(site, manifest, found, places, machine.node_of(site, node, elsewhere=elsewhere))


def _problems(wish: Wish) -> list[str]:
    """Return what each program has against what is written for it, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="entraide-edge-") as folder:
        trial = replace(wish, places=Places(Path(folder)))
        for needed in trial.places.folders:
            needed.mkdir(parents=True, exist_ok=True)
        home = Path(folder) / "trial"
        for name, content in applying.at_home(rendered(trial), home).items():
            WriteFile(home / name, content).run()
        said = {"nginx refuses the configuration": complaint_of(machine.program("nginx"), home)}
        if wants_rules(wish.site):
            said["nftables refuses the rules"] = complaint_of_packets(machine.program("nft"), home)
        if wants_bans(wish.site):
            said["fail2ban refuses the jails"] = complaint_of_bans(machine.program("fail2ban-client"), home)
    return [f"{what}: {why}" for what, why in said.items() if why]


def _tools(wish: Wish, file: Path, node: str) -> Tools:
    keepalived = machine.program("keepalived") if moves(wish.site) else ""
    words = [str(ROOT / "bin" / "entraidectl"), "edge", "watch", "--site", str(file.resolve())]
    watcher = " ".join([*words, "--root", str(wish.places.root), *(["--node", node] if node else [])])
    nginx = machine.program("nginx")
    # Also where no rules are wished for: there may be some to be forgotten.
    nft = machine.program("nft") if wants_rules(wish.site) else machine.found("nft")
    fail2ban = machine.program("fail2ban-client") if wants_bans(wish.site) else machine.found("fail2ban-client")
    kernel = kernel_settings(wish.site, wish.node)
    return Tools(
        nginx=nginx,
        watch=Watch("127.0.0.1", wish.site.metrics.port),
        user=wish.site.user,
        keepalived=keepalived,
        nft=nft,
        fail2ban=fail2ban,
        kernel=kernel,
        host_files=host_files.wished(
            wish.places,
            nginx=nginx,
            keepalived=keepalived,
            watcher=watcher,
            nft=nft if wants_rules(wish.site) else "",
            fail2ban=fail2ban if wants_bans(wish.site) else "",
            kernel=kernel,
        ),
    )


def _what_is_left(wish: Wish, *, dry_run: bool) -> list[str]:
    """Return what the operator has to do besides."""
    left = []
    if not wish.machine.certificate and wish.site.tls.acme:
        left.append(certificate_checks.how_to_fetch(wish.site, wish.places))
    if not dry_run and running_pid(wish.places.pid) is None:
        more = ["watcher", "addresses"] if moves(wish.site) else []
        more += ["packets"] if wants_rules(wish.site) else []
        more += ["bans"] if wants_bans(wish.site) else []
        units = " ".join(["entraide-edge", *(f"entraide-edge-{each}" for each in more)])
        left.append(f"nginx does not run yet: systemctl daemon-reload && systemctl enable --now {units}")
    return left


def _told(error: Exception) -> str:
    """Return an error as one line that says what to do."""
    if isinstance(error, PermissionError):
        return f"{error.filename}: may not be written by this user: run it as root, or below another folder with --root"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}. What ran before still runs; apply again when this is mended."
    return str(error)


for command in (failover.watch, failover.leave, failover.stay):
    edge.add_command(command)
