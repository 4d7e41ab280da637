"""Pages that the edge shows while nothing behind it does: in French and English, with no file besides themselves."""

import base64
import hashlib
import json
from dataclasses import dataclass

from entraidectl.edge.blocks import text

STYLE = (
    ":root{color-scheme:light dark}body{font:1.1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:12vh auto;"
    "padding:0 1.2rem}h1{font-size:1.5rem;line-height:1.3}section+section{margin-top:2.5rem;padding-top:1rem;"
    "border-top:1px solid}"
)


@dataclass(frozen=True, slots=True)
class Page:
    """What is told: a heading and a paragraph in each language."""

    status: int
    french: tuple[str, str]
    english: tuple[str, str]


PAGES = {
    "full": Page(
        429,
        (
            "Beaucoup de monde en ce moment",
            "Votre demande n’a pas pu être traitée tout de suite. Rien de ce que vous avez déjà envoyé n’est perdu. "
            "Patientez quelques secondes, puis recommencez.",
        ),
        (
            "Very many people right now",
            "Your request could not be handled at once. Nothing that you sent before is lost. "
            "Wait a few seconds, then try again.",
        ),
    ),
    "soon": Page(
        503,
        (
            "Nous revenons tout de suite",
            "Le service est en cours de reprise. Rien de ce que vous avez déjà envoyé n’est perdu. "
            "Revenez dans un instant ; si vous veniez d’envoyer un formulaire, envoyez-le de nouveau.",
        ),
        (
            "We are back soon",
            "The service is being brought back. Nothing that you sent before is lost. "
            "Come back in a moment; if you had just sent a form, send it again.",
        ),
    ),
    "large": Page(
        413,
        (
            "C’est trop long",
            "Ce que vous envoyez dépasse la taille permise. Revenez en arrière : votre texte est encore là. "
            "Raccourcissez-le, puis renvoyez-le.",
        ),
        (
            "That is too long",
            "What you send is larger than we take. Go back: your text is still there. Shorten it, then send it again.",
        ),
    ),
    "refused": Page(
        403,
        (
            "Votre texte n’a pas été accepté",
            "Le filtre qui protège ce site a pris une partie de votre texte pour une attaque. Revenez en arrière : "
            "votre texte est encore là. Enlevez ce qui ressemble à du code informatique, puis renvoyez-le. Si cela se "
            "répète, écrivez-nous : l’adresse est sur la page des mentions légales.",
        ),
        (
            "Your text was not accepted",
            "The filter that protects this site took part of your text for an attack. Go back: your text is still "
            "there. Take out what looks like program code, then send it again. If it happens again, write to us: the "
            "address is on the page of legal notices.",
        ),
    ),
}


def pages(*, has_status: bool = False) -> dict[str, str]:
    """Return each page by its file's name, for people and for programs.

    `has_status`: the edge serves the status page too, and who meets one of ours that is not their fault is led there.
    """
    files = {}
    for name, page in PAGES.items():
        files[f"{name}.html"] = _html(page, leads_on=has_status and page.status in (429, 503))
        files[f"{name}.json"] = _json(page)
    return files


def policy_conf() -> str:
    """Return the header that lets these pages have their own style and nothing else."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"
    return text(f'add_header Content-Security-Policy "{policy}" always;')


def _html(page: Page, *, leads_on: bool) -> str:
    french = '<p><a href="/status/">État du service</a></p>\n' if leads_on else ""
    english = '<p><a href="/status/en/">Service status</a></p>\n' if leads_on else ""
    return (
        '<!doctype html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
        f"<title>{page.french[0]} · {page.english[0]}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<section>\n<h1>{page.french[0]}</h1>\n<p>{page.french[1]}</p>\n{french}</section>\n"
        f'<section lang="en">\n<h2>{page.english[0]}</h2>\n<p>{page.english[1]}</p>\n{english}</section>\n'
        "</main>\n</body>\n</html>\n"
    )


def _json(page: Page) -> str:
    problem = {"type": "about:blank", "title": page.english[0], "status": page.status, "detail": page.english[1]}
    return json.dumps(problem) + "\n"
