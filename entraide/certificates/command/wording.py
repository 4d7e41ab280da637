"""The sentences of printed pages, in every language. The forms bring their own."""

from dataclasses import dataclass
from datetime import datetime

LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences in one language."""

    document: str
    person: str
    reasons: str
    times: str
    legal: str
    large: str
    sealed: str
    sealed_at: str
    not_sealed: str
    boxes: str
    alt: str
    signature: str
    footer: str
    colon: str
    time_form: str
    date_form: str

    def time(self, at: datetime) -> str:
        """Return a local time as it is written."""
        return at.strftime(self.time_form)

    def date(self, text: str) -> str:
        """Return a date YYYY-MM-DD as it is written; another text as it is."""
        try:
            return datetime.fromisoformat(text).strftime(self.date_form)
        except ValueError:
            return text


WORDS = {
    "fr": Words(
        document="Attestations",
        person="Ce qui est déclaré",
        reasons="Motifs",
        times="Heures",
        legal="Textes de référence",
        large="À lire à distance",
        sealed="SCELLÉE le {time} : l’heure et chaque lettre peuvent être vérifiées.",
        sealed_at="Scellée par le serveur le",
        not_sealed="NON SCELLÉE : l’heure n’est que déclarée ; cette attestation vaut une attestation sur papier.",
        boxes="□ : lettre absente des polices de cette machine, puis transcription. Le code QR a le texte exact.",
        alt="Code QR : le texte de cette attestation et son sceau, à lire avec une page de vérification.",
        signature="Signature :",
        footer="Une fausse déclaration est punie par la loi. Ce code contient tout ce qui est imprimé ici.",
        colon=" :",
        time_form="%d/%m/%Y à %H h %M",
        date_form="%d/%m/%Y",
    ),
    "en": Words(
        document="Certificates",
        person="What is declared",
        reasons="Reasons",
        times="Times",
        legal="Legal texts",
        large="To read from a distance",
        sealed="SEALED on {time}: its time and every letter can be checked.",
        sealed_at="Sealed by the server on",
        not_sealed="NOT SEALED: the time is declared only; this certificate is worth what one on paper is worth.",
        boxes="□: a letter that this printer’s fonts lack, then how it reads. The QR code holds the exact text.",
        alt="QR code: the text of this certificate and its seal, to be read with a verification page.",
        signature="Signature:",
        footer="A false declaration is punished by law. This code holds all that is printed here.",
        colon=":",
        time_form="%d %B %Y at %H:%M",
        date_form="%d %B %Y",
    ),
}  # fmt: skip
