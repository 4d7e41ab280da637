"""The command group. Each command plans, prints, then runs; `--dry-run` stops before running, `--json` prints JSON."""

from pathlib import Path

import click

from entraidectl.backups.commands import backup, restore, verify
from entraidectl.deploy.commands import deploy
from entraidectl.edge.commands import edge
from entraidectl.load.commands import load
from entraidectl.status.commands import status

DEFAULT_MANIFEST = Path(__file__).resolve().parent.parent / "ops" / "manifest.json"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--manifest",
    type=click.Path(path_type=Path, dir_okay=False),
    default=DEFAULT_MANIFEST,
    help="The manifest that bin/build manifest wrote.",
)
@click.pass_context
def main(context: click.Context, manifest: Path) -> None:
    """Deploy Entraide and see how it does."""
    context.obj = manifest


main.add_command(backup)
main.add_command(deploy)
main.add_command(edge)
main.add_command(load)
main.add_command(restore)
main.add_command(status)
main.add_command(verify)
