"""The command group. `--json` prints JSON on standard output; progress goes to standard error."""

import click

from entraide.certificates.command.blank import blank
from entraide.certificates.command.forms import forms
from entraide.certificates.command.keys import keys
from entraide.certificates.command.making import make
from entraide.certificates.command.roots import root
from entraide.certificates.command.sealing import seal
from entraide.certificates.command.site import site
from entraide.certificates.command.verifying import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Make, seal and verify certificates; keep the keys that seal them; sign the site and compare it."""


for command in (make, blank, seal, verify, keys, root, forms, site):
    main.add_command(command)
