"""`entraide-cert blank`: a form to fill in by hand; and the options that name a form and a language."""

from pathlib import Path

import click

from entraide.certificates.command import printing, saying
from entraide.certificates.forms import reading
from entraide.certificates.forms.model import Form

FORM = click.option("--form", "form_id", required=True, help="Which form: an id such as fr.dep/1.")
FORMS = click.option(
    "--forms",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=reading.FOLDER,
    show_default=False,
    help="Folder of forms; those of this release if not given.",
)
LANGUAGE = click.option(
    "--language", type=click.Choice(printing.LANGUAGES), default="fr", show_default=True, help="Of the pages."
)


def form_of(form_id: str, folder: Path) -> Form:
    """Return a form by its id. Raises click.ClickException when there is none, with those that there are."""
    forms = reading.load_all(folder)
    if form_id not in forms:
        raise click.ClickException(f"There is no form {form_id!r}: there are {', '.join(sorted(forms))}.")
    return forms[form_id]


@click.command()
@FORM
@FORMS
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File for the page.")
@LANGUAGE
def blank(form_id: str, folder: Path, pdf: Path, language: str) -> None:
    """Write a form to be filled in by hand: lines to write on, boxes to tick, no code."""
    with saying.plainly():
        form = form_of(form_id, folder)
        pdf.write_bytes(printing.blank(form, language=language))
    saying.say(f"  {pdf}")
