"""The few sentences that the intake says itself, in every language of the portal. It loads no translation machinery."""

from collections.abc import Mapping
from functools import lru_cache

LANGUAGES = ("fr", "en")

_TITLES = {
    "fields_wrong": ("Certains champs sont à corriger.", "Some fields need correcting."),
    "body_too_long": ("L’envoi dépasse 64 ko.", "The request is longer than 64 kB."),
    "body_too_slow": ("L’envoi n’est pas arrivé à temps. Réessayez.", "The request did not arrive in time. Try again."),
    "media_type_not_accepted": (
        "Envoyez du JSON ou un formulaire, en UTF-8.",
        "Send JSON or a form, in UTF-8.",
    ),
    "encoding_not_accepted": ("Envoyez le contenu sans compression.", "Send the content without compression."),
    "not_utf8": ("Le contenu n’est pas de l’UTF-8 valide.", "The content is not valid UTF-8."),
    "nul_character": ("Le contenu comporte un caractère nul.", "The content holds a NUL character."),
    "not_json": ("Le contenu n’est pas du JSON valide.", "The content is not valid JSON."),
    "not_an_object": ("Le contenu doit être un objet JSON.", "The content must be a JSON object."),
    "too_many_fields": ("Le formulaire compte trop de champs.", "The form has too many fields."),
    "key_unusable": (
        "La clé d’idempotence doit compter de 1 à 200 caractères ASCII visibles.",
        "The idempotency key must have 1 to 200 visible ASCII characters.",
    ),
    "too_many_from_here": (
        "Trop d’inscriptions viennent de votre réseau en ce moment. Réessayez dans une minute.",
        "Too many sign-ups are coming from your network just now. Try again in a minute.",
    ),
    "proof_wanted": (
        "Une preuve de travail est demandée. Résolvez le défi ALTCHA de challenge_url et envoyez sa solution dans le "
        "champ altcha ; ou attendez wait_seconds secondes et envoyez slip.",
        "A proof of work is asked for. Solve the ALTCHA challenge at challenge_url and send its solution in the field "
        "altcha; or wait for wait_seconds seconds and send slip.",
    ),
    "proof_wrong": (
        "La vérification n’a pas abouti. Rien n’est enregistré : recommencez.",
        "The check did not succeed. Nothing has been saved: try again.",
    ),
    "proof_expired": (
        "La vérification date de trop longtemps. Rien n’est enregistré : recommencez.",
        "The check was made too long ago. Nothing has been saved: try again.",
    ),
    "proof_used": (
        "Cette vérification a déjà servi. Rien n’est enregistré : recommencez.",
        "This check was used already. Nothing has been saved: try again.",
    ),
    "slip_early": (
        "Le temps d’attente n’est pas encore écoulé. Rien n’est enregistré.",
        "The waiting time is not over yet. Nothing has been saved.",
    ),
    "slip_many": (
        "Beaucoup de personnes passent sans calcul en ce moment. Réessayez dans une minute : votre attente compte.",
        "Many people go on without a computation just now. Try again in a minute: your waiting still counts.",
    ),
    "busy": (
        "Beaucoup de personnes s’inscrivent en ce moment. Rien n’est enregistré : réessayez dans quelques secondes.",
        "Many people are signing up just now. Nothing has been saved: try again in a few seconds.",
    ),
    "unavailable": (
        "L’inscription est momentanément indisponible. Rien n’est enregistré : réessayez dans quelques secondes.",
        "Signing up is unavailable for a moment. Nothing has been saved: try again in a few seconds.",
    ),
    "line": (
        "Beaucoup de personnes s’inscrivent en ce moment. Rien n’est enregistré ; votre place dans la file est gardée.",
        "Many people are signing up just now. Nothing has been saved; your place in line is kept.",
    ),
    "not_found": ("Il n’y a rien à cette adresse.", "There is nothing at this address."),
    "receipt_unknown": (
        "Ce reçu est inconnu ou n’est plus conservé.",
        "This receipt is unknown or no longer kept.",
    ),
    "method_not_allowed": ("Cette adresse n’accepte pas cette méthode.", "This address does not take this method."),
}
_FIELDS = {
    "wrong_type": ("Cette valeur n’a pas le type attendu.", "This value does not have the expected type."),
    "repeated": ("Ce champ est donné plusieurs fois.", "This field is given several times."),
    "email_missing": ("Indiquez votre adresse e-mail.", "Enter your e-mail address."),
    "email_invalid": (
        "Indiquez une adresse e-mail de la forme nom@exemple.org.",
        "Enter an e-mail address in the form name@example.org.",
    ),
    "email_disposable": (
        "Cette adresse est jetable. Indiquez une adresse que vous garderez : nous vous y appelons.",
        "This address is a throwaway one. Enter one that you will keep: it is where we call you.",
    ),
    "name_missing": ("Indiquez votre nom.", "Enter your name."),
    "name_too_long": ("Utilisez au plus %(most)s caractères.", "Use at most %(most)s characters."),
    "name_invalid": (
        "Utilisez seulement des lettres, espaces, traits d’union et apostrophes.",
        "Use letters, spaces, hyphens and apostrophes only.",
    ),
    "birth_date_missing": ("Indiquez votre date de naissance.", "Enter your date of birth."),
    "birth_date_invalid": (
        "Indiquez une date de naissance réelle, par exemple 31/12/1990.",
        "Enter a real date of birth, such as 31/12/1990.",
    ),
    "too_young": (
        "L’inscription est possible à partir de %(age_min)s ans.",
        "You can sign up from the age of %(age_min)s.",
    ),
    "postcode_missing": ("Indiquez votre code postal.", "Enter your postcode."),
    "postcode_invalid": (
        "Indiquez un code postal français à cinq chiffres, par exemple 67000.",
        "Enter a French postcode of five digits, such as 67000.",
    ),
    "consent_missing": (
        "Votre accord est nécessaire pour conserver ces informations et vous contacter.",
        "Your agreement is needed to keep these details and contact you.",
    ),
    "locale_unknown": ("Choisissez le français (fr) ou l’anglais (en).", "Choose French (fr) or English (en)."),
    "phone_invalid": (
        "Indiquez un numéro de téléphone comme 06 12 34 56 78, ou laissez ce champ vide.",
        "Enter a telephone number such as 06 12 34 56 78, or leave it empty.",
    ),
    "slot_unknown": ("Le créneau de cette adresse n’existe pas.", "The slot of this address does not exist."),
    "mission_unknown": ("La mission de cette adresse n’existe pas.", "The mission of this address does not exist."),
    "choice_unknown": ("Choisissez parmi les réponses proposées.", "Choose among the answers offered."),
    "language_unknown": (
        "Indiquez les langues par leur code, par exemple fr ou en.",
        "Choose languages by their code, such as fr or en.",
    ),
}
_PAGE = {
    "heading": ("Encore un instant", "One more moment"),
    "kept": (
        "Ce que vous avez saisi est conservé sur cette page, et nulle part ailleurs.",
        "What you typed is kept on this page, and nowhere else.",
    ),
    "again": ("Envoyer à nouveau", "Send again"),
}


def title(code: str, language: str) -> str:
    """Return the sentence of a refusal."""
    return _TITLES[code][LANGUAGES.index(language)]


def field_sentence(code: str, values: Mapping[str, int], language: str) -> str:
    """Return the sentence of a field's fault, its figures filled in."""
    return _FIELDS[code][LANGUAGES.index(language)] % values


def page_text(part: str, language: str) -> str:
    """Return a text of the page that keeps what was typed."""
    return _PAGE[part][LANGUAGES.index(language)]


def language_of(*, locale: str | None, accept_language: str) -> str:
    """Return the caller's language: the one sent with the sign-up, else the browser's favourite, else French."""
    if locale and (language := _known(locale)):
        return language
    wished: list[tuple[float, str]] = []
    for item in accept_language.split(",")[:20]:
        tag, _, quality = item.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if weight > 0:
            wished.append((weight, tag))
    for _, tag in sorted(wished, key=lambda pair: -pair[0]):
        if language := _known(tag):
            return language
    return LANGUAGES[0]


@lru_cache(maxsize=256)
def _known(tag: str) -> str:
    """Return the language of a tag such as fr-CA when it is one of the portal's, else the empty text."""
    language = tag.strip().lower().partition("-")[0]
    return language if language in LANGUAGES else ""
