"""What the page about the proof of work says, in French and English."""

from collections.abc import Mapping

from entraide.intake.catalogue import LANGUAGES

_TEXTS: Mapping[str, tuple[str, str]] = {
    "heading": ("Une vérification avant d’envoyer", "One check before sending"),
    "why": (
        "Une vérification écarte les robots en ce moment. Rien n’est encore enregistré.",
        "A check keeps robots out just now. Nothing has been saved yet.",
    ),
    "compute": (
        "Votre appareil calcule pendant quelques secondes. Vous n’avez rien à faire, et rien ne part chez un tiers.",
        "Your device computes for a few seconds. You need not do anything, and nothing goes to anybody else.",
    ),
    "compute_heading": ("Calcul de vérification", "Computation"),
    "send": ("Envoyer mon inscription", "Send my sign-up"),
    "patience_heading": ("Sans calcul", "Without a computation"),
    "patience_why": (
        "Vous pouvez aussi attendre : dans {seconds} secondes, envoyez votre inscription par ce bouton. Avant, il vous "
        "ramène ici.",
        "You may also wait: in {seconds} seconds, send your sign-up with this button. Before that, it brings you back "
        "here.",
    ),
    "patience_ready": (
        "Vous avez attendu : envoyez votre inscription par ce bouton.",
        "You have waited: send your sign-up with this button.",
    ),
    "patience_send": ("Envoyer sans calcul", "Send without a computation"),
    "kept": (
        "Ce que vous avez saisi est conservé sur cette page, et nulle part ailleurs.",
        "What you typed is kept on this page, and nowhere else.",
    ),
}
PARTS = ("heading", "compute", "compute_heading", "send", "patience_heading", "patience_send", "kept")


def text(part: str, language: str, **values: object) -> str:
    """Return a text, its figures filled in."""
    return _TEXTS[part][LANGUAGES.index(language)].format(**values)
