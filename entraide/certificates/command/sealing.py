"""`entraide-cert seal`: seals certificates that were made without a network."""

import sys

import click

from entraide.certificates import container, declaration
from entraide.certificates.command import saying
from entraide.certificates.command.asking import SealClient
from entraide.certificates.container import Certificate


@click.command()
@click.option("--seal", "address", required=True, help="Address of a seal process.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("texts", nargs=-1)
def seal(address: str, texts: tuple[str, ...], as_json: bool) -> None:
    """Seal certificates: what their QR codes say, as arguments or one a line on standard input.

    The declaration stays as it was made; the time shown is then the seal's. One that is sealed already is left alone.
    """
    texts = texts or tuple(line for line in sys.stdin.read().splitlines() if line.strip())
    with saying.plainly(), SealClient(address) as client:
        found = []
        for number, text in enumerate(texts, start=1):
            certificate = container.from_text(text)
            if certificate.seal is None:
                commitment = declaration.commitment(certificate.declaration)
                certificate = Certificate(certificate.declaration, client.seal(commitment))
            found.append(certificate)
            saying.progress(number, len(texts), "seals")
    value = [
        {"text": container.to_text(each), "sealed_at": each.seal.sealed_at if each.seal else None} for each in found
    ]
    saying.result({"certificates": value}, as_json=as_json, text="\n".join(str(each["text"]) for each in value))
