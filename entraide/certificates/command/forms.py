"""`entraide-cert forms …`: forms are checked and signed as one set."""

from pathlib import Path

import click

from entraide.certificates.command import saying
from entraide.certificates.command.root_folder import RootFolder, passphrase
from entraide.certificates.forms import reading, signing
from entraide.certificates.forms.signing import FormSet
from entraide.foundation import clock

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)


@click.group()
def forms() -> None:
    """Check and sign forms."""


@forms.command()
@click.argument("folder", type=_FOLDER, default=reading.FOLDER)
def check(folder: Path) -> None:
    """Read every form of FOLDER (those of this release if not given) and tell each mistake."""
    with saying.plainly():
        found = reading.load_all(folder)
    for form in found.values():
        days = f"{form.first_on} to {form.last_on or 'now'}"
        click.echo(f"{form.id:<24} {days:<26} {len(form.fields)} fields, {len(form.reasons)} reasons")


@forms.command()
@click.argument("folder", type=_FOLDER, default=reading.FOLDER)
@click.option(
    "--root", "root_folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder of the root."
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File for the signed set.")
@click.option(
    "--previous",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The set signed before: what it holds may not change.",
)
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Passphrase of the root; asked for if not given.",
)
def sign(folder: Path, root_folder: Path, out: Path, previous: Path | None, passphrase_file: Path | None) -> None:
    """Sign the forms of FOLDER as one set, every version that certificates in use were made under included."""
    now = int(clock.now().timestamp())
    with saying.plainly():
        found = reading.load_all(folder)
        place = RootFolder(root_folder)
        root = place.opened(passphrase(passphrase_file))
        if previous:
            known = signing.read(previous.read_bytes(), roots=[root.public], now=now).forms
            changed = sorted(form_id for form_id, form in known.items() if found.get(form_id) != form)
            if changed:
                raise click.ClickException(
                    f"Signed before, now changed or gone: {', '.join(changed)}. A change is a new version of the form."
                )
        (version,) = place.next_versions(1)
        data = signing.sign(
            FormSet(version=version, issued=now, forms=found), root=root, endorsements=place.endorsements()
        )
        out.write_bytes(data)
    saying.say(f"{len(found)} forms, version {version}, are in {out}.")
