"""What the waiting room says, in French and English, and the figures within it."""

from collections.abc import Mapping

from entraide.intake.catalogue import LANGUAGES
from entraide.intake.room.room import Standing
from entraide.waiting.rules.waits import minutes, told_ahead

_NARROW = "\u202f"
_TEXTS: Mapping[str, tuple[str, str]] = {
    "waiting": ("Vous êtes dans la file", "You are in line"),
    "paused": ("Les inscriptions sont en pause", "Sign-ups are paused"),
    "turn": ("C’est à vous", "It is your turn"),
    "missed": ("Votre tour est passé", "Your turn has passed"),
    "none": ("La file d’attente", "The waiting line"),
    "ahead_none": ("Personne n’est avant vous.", "Nobody is ahead of you."),
    "ahead_one": ("Une personne est avant vous.", "One person is ahead of you."),
    "ahead_many": ("Environ {count} personnes sont avant vous.", "About {count} people are ahead of you."),
    "range_short": ("Votre tour viendra dans moins de {most} min.", "Your turn comes in less than {most} min."),
    "range_minutes": (
        "Votre tour viendra dans {least} à {most} minutes.",
        "Your turn comes in {least} to {most} minutes.",
    ),
    "range_hours": ("Votre tour viendra dans {least} à {most} heures.", "Your turn comes in {least} to {most} hours."),
    "range_unknown": (
        "Nous ne pouvons pas dire combien de temps cela prendra.",
        "We cannot tell just now how long it will take.",
    ),
    "why_waiting": (
        "Beaucoup de personnes s’inscrivent en ce moment. Chacune passe à son tour, dans l’ordre d’arrivée.",
        "Many people are signing up just now. Everyone has their turn, in the order in which they came.",
    ),
    "why_paused": (
        "Personne n’avance pour le moment, et personne ne perd sa place.",
        "Nobody moves forward for now, and nobody loses their place.",
    ),
    "why_turn": (
        "Envoyez votre inscription dans les {left} prochaines minutes. Rien n’est à saisir de nouveau.",
        "Send your sign-up within the next {left} minutes. There is nothing to fill in again.",
    ),
    "why_turn_refill": (
        "Remplissez le formulaire dans les {left} prochaines minutes.",
        "Fill in the form within the next {left} minutes.",
    ),
    "why_missed": (
        "Un tour dure trente minutes. Ce que vous avez saisi est encore là : reprenez une place.",
        "A turn lasts thirty minutes. What you typed is still here: take a new place.",
    ),
    "why_none": (
        "Vous n’avez pas de place dans la file. Pour en avoir une, remplissez le formulaire d’inscription.",
        "You have no place in line. To get one, fill in the sign-up form.",
    ),
    "no_cookie": (
        "Votre navigateur n’a pas gardé votre place : il refuse le cookie de ce site, qui ne sert qu’à cela. "
        "Revenez à la page précédente, où votre saisie est encore, autorisez-le et envoyez de nouveau.",
        "Your browser has not kept your place: it refuses this site’s cookie, which serves only that. "
        "Go back one page, where what you typed still is, allow it and send again.",
    ),
    "send": ("Envoyer mon inscription", "Send my sign-up"),
    "sending": ("Elle part d’elle-même dans un instant.", "It is sent by itself in a moment."),
    "again": ("Reprendre une place", "Take a new place"),
    "form": ("Aller au formulaire", "Go to the form"),
    "look": ("Voir ma place", "See my place"),
    "frame": ("Votre place dans la file", "Your place in line"),
    "stay": (
        "Vous pouvez fermer cette page. Votre place et votre saisie restent dans ce navigateur pendant deux jours ; "
        "revenez à cette adresse. Ouvrir d’autres onglets ne fait pas avancer.",
        "You may close this page. Your place and what you typed stay in this browser for two days; "
        "come back to this address. More tabs do not move you forward.",
    ),
    "tell_heading": ("Être prévenu plus tard", "Be told later"),
    "tell_why": (
        "Nous vous écrivons une seule fois, quand l’inscription se fait sans attendre, puis effaçons l’adresse.",
        "We write to you once, when signing up takes no waiting, then delete the address.",
    ),
    "tell_label": ("Adresse e-mail", "E-mail address"),
    "tell": ("Me prévenir", "Tell me"),
    "told": ("C’est noté : nous vous écrirons une fois.", "Noted: we will write to you once."),
    "not_told": (
        "Votre adresse n’a pas pu être notée. Réessayez dans un instant.",
        "Your address could not be noted. Try again in a moment.",
    ),
    "leave": ("Quitter la file et effacer ma saisie", "Leave the line and erase what I typed"),
    "other": ("English", "Français"),
}


def text(part: str, language: str, **values: object) -> str:
    """Return a text, its named places filled in."""
    return _TEXTS[part][LANGUAGES.index(language)].format(**values)


def ahead(standing: Standing, language: str) -> str:
    """Say how many are ahead."""
    count = told_ahead(standing.ahead)
    name = "ahead_none" if count == 0 else "ahead_one" if count == 1 else "ahead_many"
    return text(name, language, count=number(count, language))


def wait(standing: Standing, language: str) -> str:
    """Say between how many minutes or hours the turn comes."""
    told = minutes(standing.wait)
    if told is None:
        return text("range_unknown", language)
    least, most = told
    if most > 120:
        return text("range_hours", language, least=least // 60, most=-(-most // 60))
    return text("range_minutes" if least else "range_short", language, least=least, most=most)


def number(count: int, language: str) -> str:
    """Return a count as the language groups its figures."""
    return f"{count:,}".replace(",", _NARROW if language == "fr" else ",")


def templates(language: str) -> dict[str, str]:
    """Return the texts that the page's script fills in, by their names."""
    names = (
        "ahead_none", "ahead_one", "ahead_many", "range_short", "range_minutes", "range_hours", "range_unknown",
        "sending",
    )  # fmt: skip
    return {name: _TEXTS[name][LANGUAGES.index(language)] for name in names}
