"""The page between the form and the sign-up while a proof of work is asked: the computation, or patience instead."""

from html import escape
from pathlib import Path
from string import Template

from entraide.intake import catalogue
from entraide.intake.abuse import wording
from entraide.intake.abuse.wanted import CHALLENGE_PATH, ProofWanted
from entraide.intake.asgi import Answer
from entraide.intake.decoding import Fields
from entraide.intake.forms import form_values

_PAGE = Template(Path(__file__).with_name("proof.html").read_text(encoding="utf-8"))
_HTML = "text/html; charset=utf-8"
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; worker-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def proof_page(wanted: ProofWanted, fields: Fields, *, language: str, style: str, action: str) -> Answer:
    """Return the page. What was typed travels in it, and is kept nowhere else.

    The first time the sign-up is sent by itself as soon as the computation is done; after a solution that did not hold,
    by a button, so that no browser computes for ever.
    """
    texts = {part: wording.text(part, language, seconds=wanted.wait) for part in wording.PARTS}
    # Whoever came back with a slip waits already, and learns how that stands.
    texts["why"] = (
        wording.text("why", language) if wanted.code == "proof_wanted" else catalogue.title(wanted.code, language)
    )
    texts["patience_why"] = wording.text(
        "patience_ready" if wanted.wait == 0 else "patience_why", language, seconds=wanted.wait
    )
    values = form_values(fields)
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(text)}">' for name, text in values)
    own = {
        "language": language,
        "style": style,
        "action": action,
        "challenge": CHALLENGE_PATH,
        "slip": wanted.slip.text,
        "auto": "onload" if wanted.code == "proof_wanted" else "off",
    }
    page = _PAGE.substitute({name: escape(text) for name, text in (texts | own).items()}, hidden=hidden)
    headers = {"content-language": language, "content-security-policy": _POLICY, **wanted.headers}
    return Answer(wanted.status, page.encode(), _HTML, headers)
