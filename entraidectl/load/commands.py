"""`entraidectl load …`."""

import re
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from entraidectl import manifest as manifests
from entraidectl.load import limits, report, results, targets
from entraidectl.load.arrivals import length
from entraidectl.load.campaigns import SCENARIOS, Scenario, scenario_named
from entraidectl.load.orders import NotAnOrder, Order
from entraidectl.load.results import NotAResult, Result
from entraidectl.load.running import CampaignFailed, Run, run_workers
from entraidectl.load.verdict import Outcome, Verdict

FOLDER = Path("var") / "campaigns"
MISSION = re.compile(r'href="/fr/missions/([0-9a-f-]{36})/"')
EXIT_OF = {Verdict.HELD: 0, Verdict.BROKEN: 1, Verdict.NONE: 3}


@click.group()
def load() -> None:
    """Rehearse a rush: named campaigns, their bounds, their limit. Sends to this machine unless a file allows more."""


@load.command(name="list")
def list_scenarios() -> None:
    """Name the scenarios and what must hold in each."""
    for scenario in SCENARIOS:
        most = max(max(phase.begins_at, phase.ends_at) for phase in scenario.phases)
        click.echo(f"{scenario.name}  ({length(scenario.phases):.0f} s, up to {most:g} visits a second at scale 1)")
        click.echo(f"  {scenario.title}")
        for bound in scenario.bounds:
            click.echo(
                f"  {bound.step}: {100 * bound.share:g} % within {bound.within_seconds:g} s, "
                f"at most {100 * bound.failing:g} % failing"
            )


def _scenario(context: click.Context, parameter: click.Parameter, value: str) -> Scenario:
    found = scenario_named(value)
    if found is None:
        raise click.BadParameter(f"there is none named {value!r}: {', '.join(each.name for each in SCENARIOS)}")
    return found


@load.command()
@click.argument("scenario", callback=_scenario)
@click.option("--target", default="http://127.0.0.1:8000", show_default=True, help="The site, as http://host:port.")
@click.option(
    "--allowed",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A TOML file whose `allowed` lists the sites that may be loaded beside this machine.",
)
@click.option(
    "--scale",
    type=click.FloatRange(0, 100, min_open=True),
    default=1.0,
    show_default=True,
    help="How many times the people.",
)
@click.option(
    "--shrink", type=click.FloatRange(1, 1000), default=1.0, help="Divide the scenario's time, for a rehearsal."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes of the generator, all together.",
)
@click.option("--elsewhere", type=click.IntRange(0, 63), default=0, help="How many of them other machines bring.")
@click.option("--listen", default="127.0.0.1:0", help="Where workers of other machines find this one, as host:port.")
@click.option("--seed", type=int, default=1, help="The same seed brings the same people at the same moments.")
@click.option("--find-limit", is_flag=True, help="Raise the scale until a bound breaks.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=FOLDER, show_default=True)
@click.option("--dry-run", is_flag=True, help="Say what would be done and ask nobody.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.pass_obj
def run(
    manifest_file: Path,
    scenario: Scenario,
    target: str,
    allowed: Path | None,
    scale: float,
    shrink: float,
    workers: int,
    elsewhere: int,
    listen: str,
    seed: int,
    find_limit: bool,
    folder: Path,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Run a campaign; exit 1 when a bound is broken, 3 when the generator was the limit."""
    try:
        origin = targets.check(target, allowed=_allowed(allowed))
        communes = manifests.load(manifest_file).communes
        if elsewhere > workers:
            raise click.UsageError("--elsewhere brings more workers than --workers counts")
        host, _, port = listen.rpartition(":")
        order = Order(
            scenario=scenario.name, target=origin, scale=scale, seed=seed, workers=workers,
            today=datetime.now(UTC).date().isoformat(), communes=communes,
            missions=() if dry_run else _missions(origin), shrink=shrink,
        )  # fmt: skip
        if dry_run:
            visits, seconds = sum(phase.people for phase in order.phases), length(order.phases)
            click.echo(f"would ask {origin} for {visits:.0f} visits in {seconds:.0f} s, by {workers} workers")
            click.echo(f"would write results under {folder}")
            return
        campaign = _Campaign(order, folder, host=host, port=int(port), elsewhere=elsewhere, as_json=as_json)
        outcome = campaign.find_limit() if find_limit else campaign.once(order).outcome
    except (targets.NotAllowed, manifests.ManifestError, CampaignFailed, NotAnOrder, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    sys.exit(EXIT_OF[outcome.verdict])


@load.command()
@click.argument("order", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--master", required=True, help="The machine that runs the campaign, as host:port.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True)
def worker(order: Path, master: str, workers: int) -> None:
    """Bring workers of this machine to a campaign of another one, whose order.json was copied here."""
    host, _, port = master.rpartition(":")
    if not host or not port.isdigit():
        raise click.BadParameter(f"{master!r} is not host:port")
    try:
        run_workers(order, host=host, port=int(port), count=workers)
    except NotAnOrder as error:
        raise click.ClickException(str(error)) from error


class _Campaign:
    """Runs of one order, each in its folder with its report."""

    def __init__(self, order: Order, folder: Path, *, host: str, port: int, elsewhere: int, as_json: bool) -> None:
        self._order, self._folder = order, folder
        self._host, self._port, self._elsewhere, self._as_json = host, port, elsewhere, as_json

    def once(self, order: Order) -> Result:
        """Run an order, keep its result and write its report."""
        folder = _new_folder(self._folder, order.scenario)
        run = Run(order, folder, say=_progress(order), elsewhere=self._elsewhere, host=self._host, port=self._port)
        result = run.carry_out()
        _clear_line()
        results.write(result, folder)
        before = results.last_before(folder, scenario=order.scenario)
        page = report.page(
            result, order.what, order.phases, before=before,
            changes=results.changes(result, before) if before else [], reconciled=_receipts_line(folder),
        )  # fmt: skip
        (folder / "report.html").write_text(page, encoding="utf-8")
        self._print(result, folder)
        return result

    def find_limit(self) -> Outcome:
        """Raise the scale until a bound breaks, and say where."""
        tries = []
        for tried in limits.search(
            self._order.scale, lambda scale: self.once(replace(self._order, scale=scale)).outcome
        ):
            tries.append(tried)
            click.echo(f"scale {tried.scale:.3g}: {tried.outcome.verdict} ({tried.outcome.reason})", err=True)
        click.echo(limits.told(tries), err=self._as_json)
        return next((each.outcome for each in tries if each.outcome.verdict is Verdict.HELD), tries[-1].outcome)

    def _print(self, result: Result, folder: Path) -> None:
        if self._as_json:
            click.echo((folder / results.FILE).read_text(encoding="utf-8"))
            return
        for figure in result.outcome.figures:
            bound = (
                ""
                if figure.bound is None
                else f"  at most {figure.bound:g} {figure.unit}  {'holds' if figure.holds else 'BROKEN'}"
            )
            click.echo(f"{figure.step:<12} {figure.what:<18} {figure.value:>9.3g} {figure.unit:<9}{bound}")
        click.echo(f"\n{report.SIGNS[result.outcome.verdict][2]}: {result.outcome.reason}")
        click.echo(f"Report: {folder / 'report.html'}")
        click.echo(_receipts_line(folder))


@load.command()
@click.argument("one", type=click.Path(path_type=Path, exists=True))
@click.argument("other", type=click.Path(path_type=Path, exists=True))
def compare(one: Path, other: Path) -> None:
    """Print the figures of two campaigns beside each other: their folders, the earlier one first."""
    try:
        before, now = (results.read(each / results.FILE if each.is_dir() else each) for each in (one, other))
    except NotAResult as error:
        raise click.ClickException(str(error)) from error
    for change in results.changes(now, before):
        figure, factor = change.figure, "" if change.factor is None else f"x {change.factor:.2f}"
        values = f"{change.before:>9.3g} {figure.value:>9.3g} {figure.unit:<9}"
        click.echo(f"{figure.step:<13} {figure.what:<16} {values} {factor}")


def _allowed(file: Path | None) -> Sequence[str]:
    if file is None:
        return ()
    try:
        found: Any = tomllib.loads(file.read_text(encoding="utf-8")).get("allowed")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file}: {error}") from error
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise click.ClickException(
            f'{file}: `allowed` is to be a list of sites, such as ["https://rehearsal.example.org"]'
        )
    return found


def _missions(origin: str) -> tuple[str, ...]:
    """Return the missions of the first page of the list, which people will read. Raises CampaignFailed."""
    try:
        with urllib.request.urlopen(f"{origin}/fr/missions/", timeout=15) as answer:  # noqa: S310 (checked)
            return tuple(dict.fromkeys(MISSION.findall(answer.read().decode())))
    except (urllib.error.URLError, OSError, UnicodeDecodeError) as error:
        raise CampaignFailed(f"{origin} does not show its missions: {error}") from error


def _new_folder(folder: Path, scenario: str) -> Path:
    return (folder / f"{scenario}-{datetime.now(UTC):%Y%m%d-%H%M%S}").resolve()


def _progress(order: Order) -> Callable[[str], None]:
    def say(text: str) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{order.scenario}, scale {order.scale:.3g}: {text}   ", nl=False, err=True)

    return say


def _clear_line() -> None:
    if sys.stderr.isatty():
        click.echo("\r" + " " * 60 + "\r", nl=False, err=True)


def _receipts_line(folder: Path) -> str:
    file = folder / "receipts.jsonl"
    if not file.exists():
        return "Nobody signed up in this scenario: there are no receipts to reconcile."
    return f"When the inbox is drained, bin/manage reconcile-signups {file} proves that nobody was lost."
