"""Certificates of a fictional volunteer, sealed by the running site as the command line does it."""

from datetime import UTC, datetime, timedelta

from click.testing import CliRunner

from entraide.certificates.api import Certificate, Declaration, Verdict, commitment, to_text, write_declaration
from entraide.certificates.command.asking import SealClient
from entraide.certificates.command.cli import main
from tests.certificates import situations
from tests.certificates_site.conftest import Running

PERSON = {
    "given_name": "Camille-Exemple", "family_name": "Démonstration", "birth_date": "1984-07-14",
    "address": "1 place du Test", "postcode": "67000", "city": "Strasbourg", "mission": "Trier les dons",
    "organisation": "Association d’essai", "place": "Gymnase des Tests, Strasbourg", "reasons": "aide",
}  # fmt: skip


def made(*arguments: str, **changes: str) -> str:
    """Return the text of a certificate's code that `entraide-cert make` prints."""
    now = datetime.now(UTC)
    times = {name: (now + timedelta(minutes=ahead)).isoformat(timespec="minutes")
             for name, ahead in (("leaving_at", 2), ("return_at", 120))}  # fmt: skip
    fields = {**PERSON, **times, **changes}
    given = [part for name, value in fields.items() for part in ("--field", f"{name}={value}")]
    done = CliRunner().invoke(main, ["make", "--form", "entraide.mission/1", *given, *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


def sealed_text(site: Running, **changes: str) -> str:
    """Return the text of a certificate that the site sealed just now."""
    return made("--seal", site.url, **changes)


def situation(verdict: Verdict, site: Running) -> tuple[str, timedelta]:
    """Return the text of a code that gets a verdict, and how far from now the officer's clock has to stand for it."""
    at_once, now = timedelta(0), datetime.now(UTC)
    match verdict:
        case Verdict.SEALED:
            return sealed_text(site), at_once
        case Verdict.SEALED_LATE:
            left = (now - timedelta(minutes=20)).isoformat(timespec="minutes")
            return sealed_text(site, leaving_at=left), at_once
        case Verdict.UNSEALED:
            return made(), at_once
        case Verdict.OUT_OF_TIME:
            return sealed_text(site), timedelta(days=1)
        case Verdict.KEY_UNKNOWN:
            return situations.text(situations.leaving(int(now.timestamp()))), at_once
        case Verdict.LIST_OLD:
            leaving, back = now + timedelta(hours=74), now + timedelta(hours=76)
            times = {"leaving_at": leaving, "return_at": back}
            said = {name: at.isoformat(timespec="minutes") for name, at in times.items()}
            return sealed_text(site, **said), timedelta(hours=74, minutes=5)
        case Verdict.CLOCK_WRONG:
            return sealed_text(site), timedelta(minutes=-10)
        case Verdict.FORM_UNKNOWN:
            declared = Declaration(bytes(16), "nobody.knows/1", {2: "Camille-Exemple", 9: int(now.timestamp())})
            data = write_declaration(declared)
            with SealClient(site.url) as client:
                return to_text(Certificate(data, client.seal(commitment(data)))), at_once
        case Verdict.ALTERED:
            whole = sealed_text(site)
            return whole[:-1] + ("A" if whole[-1] != "A" else "B"), at_once
        case Verdict.NOT_OURS:
            return "Cree le: 14/11/2020 a 10h00;\n Nom: Exemple;\n Prenom: Camille;\n Motifs: sante;", at_once
