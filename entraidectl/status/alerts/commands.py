"""`entraidectl status supervision`."""

from pathlib import Path

import click

from entraidectl.edge.site.mistakes import Mistake, SiteMistaken
from entraidectl.edge.site.reading import read
from entraidectl.status.alerts.render import plan, present, render
from entraidectl.status.alerts.watched import Watched
from entraidectl.steps import carry_out

UNITS = "prometheus prometheus-alertmanager prometheus-blackbox-exporter"


@click.command()
@click.option(
    "--site",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("/etc/entraide/site.toml"),
    show_default=True,
    help="The file that describes the edge and its supervision.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("/etc/entraide/supervision"),
    show_default=True,
    help="Write the files into this folder.",
)
@click.option("--dry-run", is_flag=True, help="Print the steps and do none.")
@click.option("--json", "as_json", is_flag=True, help="Print the steps as JSON.")
def supervision(file: Path, out: Path, dry_run: bool, as_json: bool) -> None:
    """Write what Prometheus, Alertmanager, the prober and Grafana run on."""
    try:
        home = out.resolve()
        steps = plan(render(_watched(file), home=home), present(home), home=home)
        carry_out(steps, dry_run=dry_run, as_json=as_json)
    except SiteMistaken as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}"
        raise click.ClickException(
            f"{reason}. Name another folder with --out, or mend this and run it again."
        ) from error
    if steps and not dry_run:
        click.echo(f"They take it up with: systemctl reload {UNITS}", err=True)


def _watched(file: Path) -> Watched:
    site = read(file)
    if site.supervision is None:
        missing = Mistake(("supervision",), "is missing: ops/edge/site.example.toml has one to begin with")
        raise SiteMistaken(file, file.read_text(encoding="utf-8"), [missing])
    return Watched(site, site.supervision)
