"""`entraide-cert make`: certificates from fields or from a table of people, sealed if asked, as text and as pages."""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import click

from entraide.certificates import container, declaration
from entraide.certificates.command import people, printing, saying
from entraide.certificates.command.asking import NoAnswer, SealClient
from entraide.certificates.command.blank import FORM, FORMS, LANGUAGE, form_of
from entraide.certificates.container import Certificate
from entraide.certificates.declaration import Declaration
from entraide.certificates.forms.model import Form
from entraide.foundation import clock


@click.command()
@FORM
@FORMS
@click.option("--field", "fields", multiple=True, metavar="NAME=VALUE", help="One field of one person; repeat it.")
@click.option(
    "--csv",
    "table",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A table of people, a row each; its first row names the fields.",
)
@click.option(
    "--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write pages to print, all people in one file."
)
@click.option("--seal", "address", help="Address of a seal process. Without it certificates are not sealed.")
@LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def make(
    form_id: str,
    folder: Path,
    fields: tuple[str, ...],
    table: Path | None,
    pdf: Path | None,
    address: str | None,
    language: str,
    as_json: bool,
) -> None:
    """Make certificates: one from --field, or many from --csv. Prints what each QR code says."""
    if bool(fields) == bool(table):
        raise click.UsageError("Give either --field or --csv.")
    now = int(clock.now().timestamp())
    with saying.plainly():
        form = form_of(form_id, folder)
        declared = people.from_table(table, form, now=now) if table else [people.declare(_given(fields), form, now=now)]
        certificates, trouble = _certificates(declared, address)
        if pdf:
            _print(certificates, declared, form, pdf=pdf, language=language)
    texts = [container.to_text(certificate) for certificate in certificates]
    sealed = sum(certificate.seal is not None for certificate in certificates)
    if trouble:
        saying.say(f"Not sealed: {len(texts) - sealed} of {len(texts)} ({trouble}). `seal` can do it later.")
    value = {"form": form.id, "certificates": [
        {"text": text, "sealed_at": certificate.seal.sealed_at if certificate.seal else None}
        for text, certificate in zip(texts, certificates, strict=True)
    ]}  # fmt: skip
    saying.result(value, as_json=as_json, text="\n".join(texts))


def _given(fields: Sequence[str]) -> dict[str, str]:
    found = {}
    for field in fields:
        name, separator, value = field.partition("=")
        if not separator:
            raise click.UsageError(f"--field {field}: expected NAME=VALUE.")
        found[name.strip()] = value
    return found


def _certificates(declared: Sequence[Declaration], address: str | None) -> tuple[list[Certificate], str]:
    """Return a certificate for each declaration, sealed as far as the seal process answers, and what went wrong."""
    found, trouble = [], ""
    with SealClient(address) if address else nullcontext() as client:
        for number, each in enumerate(declared, start=1):
            data = declaration.encode(each)
            seal = None
            if client and not trouble:
                try:
                    seal = client.seal(declaration.commitment(data))
                except NoAnswer as error:
                    # Paper without a seal is worth what paper is worth; people are not sent home for it.
                    trouble = str(error)
            found.append(Certificate(data, seal))
            saying.progress(number, len(declared), "certificates")
    return found, trouble


def _print(
    certificates: Sequence[Certificate], declared: Sequence[Declaration], form: Form, *, pdf: Path, language: str
) -> None:
    pages = [
        printing.Page(certificate, each, form) for certificate, each in zip(certificates, declared, strict=True)
    ]  # fmt: skip
    saying.say(f"· setting {2 * len(pages)} pages …")
    printed = printing.to_pdf(pages, language=language)
    pdf.write_bytes(printed.data)
    if printed.without_glyph:
        saying.say(
            f"These letters are in no font here: {' '.join(printed.without_glyph)}. The QR codes hold them; on paper a "
            "transliteration stands beside. More fonts on this machine print them."
        )
    saying.say(f"  {pdf}: {2 * len(pages)} pages")
