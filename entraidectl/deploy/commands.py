"""`entraidectl deploy …`."""

from pathlib import Path

import click

from entraidectl import manifest as manifests
from entraidectl.backups import units as backup_units
from entraidectl.deploy import systemd
from entraidectl.steps import carry_out


@click.group()
def deploy() -> None:
    """Put the platform on machines."""


@deploy.command(name="systemd")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=Path("/etc/systemd/system"))
@click.option("--root", type=click.Path(path_type=Path, file_okay=False), default=Path.cwd, help="The checkout.")
@click.option("--user", default="entraide", help="System user that the processes run as.")
@click.option("--environment", type=click.Path(path_type=Path), default=Path("/etc/entraide/environment"))
@click.option("--dry-run", is_flag=True, help="Print the steps and do none.")
@click.option("--json", "as_json", is_flag=True, help="Print the steps as JSON.")
@click.pass_obj
def systemd_units(
    manifest_file: Path, folder: Path, root: Path, user: str, environment: Path, dry_run: bool, as_json: bool
) -> None:
    """Write one systemd unit for each process on this machine."""
    try:
        manifest = manifests.load(manifest_file)
        steps = systemd.plan(
            manifest=manifest,
            present=systemd.units_in(folder),
            folder=folder,
            root=root.resolve(),
            user=user,
            environment=environment,
        )
        carry_out(steps, dry_run=dry_run, as_json=as_json)
    except (manifests.ManifestError, OSError) as error:
        raise click.ClickException(str(error)) from error


@deploy.command(name="backups")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=Path("/etc/systemd/system"))
@click.option("--root", type=click.Path(path_type=Path, file_okay=False), default=Path.cwd, help="The checkout.")
@click.option("--site", type=click.Path(path_type=Path), default=Path("/etc/entraide/site.toml"), show_default=True)
@click.option("--dry-run", is_flag=True, help="Print the steps and do none.")
@click.option("--json", "as_json", is_flag=True, help="Print the steps as JSON.")
def backups(folder: Path, root: Path, site: Path, dry_run: bool, as_json: bool) -> None:
    """Write the timers that copy the database here away, and try the copies."""
    try:
        steps = backup_units.plan(
            present=backup_units.units_in(folder), folder=folder, root=root.resolve(), site=site.resolve()
        )
        carry_out(steps, dry_run=dry_run, as_json=as_json)
    except OSError as error:
        raise click.ClickException(str(error)) from error
