"""Last step: what the caller reads. A program gets JSON, a browser gets a page or is sent to one."""

from html import escape
from pathlib import Path
from string import Template
from uuid import UUID

import msgspec

from entraide.foundation import problems
from entraide.intake import catalogue
from entraide.intake.asgi import Answer
from entraide.intake.decoding import Fields
from entraide.intake.forms import form_values
from entraide.intake.refusals import Refusal
from entraide.intake.settlements import State

PATH = "/v1/signups"
JSON_TYPE = "application/json"
HTML_TYPE = "text/html; charset=utf-8"
# The page that keeps what was typed stands alone: it loads the site's style sheet and mark, nothing else.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_AGAIN = Template(Path(__file__).with_name("again.html").read_text(encoding="utf-8"))
RETRY_CODES = frozenset({"busy", "unavailable", "too_many_from_here", "line"})


def received(receipt: UUID, *, language: str, wants_page: bool) -> Answer:
    """Acknowledge a committed sign-up: 303 to the page that says so, or 202 with the receipt."""
    if wants_page:
        return Answer(303, headers={"location": f"/{language}/signup/received/"})
    written = str(receipt)
    body = b'{"receipt":"%s","state":"received"}' % written.encode()
    return Answer(202, body, JSON_TYPE, {"location": f"{PATH}/{written}"})


def state(receipt: UUID, found: State) -> Answer:
    """Tell what became of a sign-up."""
    body: dict[str, object] = {"receipt": receipt, "state": found.state}
    if found.received_at:
        body["received_at"] = found.received_at
    return Answer(200, msgspec.json.encode(body), JSON_TYPE)


def refused(refusal: Refusal, *, language: str) -> Answer:
    """Say no to a program: a problem document with one sentence for each field."""
    errors = [
        problems.FieldProblem(fault.field, fault.code, catalogue.field_sentence(fault.code, fault.values, language))
        for fault in refusal.faults
    ]
    title = catalogue.title(refusal.code, language)
    problem = problems.Problem(refusal.status, refusal.code, title, errors=errors, members=refusal.members)
    headers = {"content-language": language, **refusal.headers}
    return Answer(refusal.status, problems.encode(problem), problems.MEDIA_TYPE, headers)


def refused_form(refusal: Refusal, fields: Fields | None, *, language: str, style: str) -> Answer:
    """Say no to a person, losing nothing that was typed.

    Wrong fields: 307 makes the browser send the same form to the page that shows it again; no value is in an address.
    Not now: a page that holds the values and sends them again by one button.
    """
    if refusal.code in RETRY_CODES and fields is not None:
        page = _again_page(refusal, fields, language=language, style=style)
        headers = {"content-language": language, "content-security-policy": PAGE_POLICY, **refusal.headers}
        return Answer(refusal.status, page.encode(), HTML_TYPE, headers)
    if refusal.status == 422:
        return Answer(307, headers={"location": f"/{language}/signup/correct/"})
    return refused(refusal, language=language)


def _again_page(refusal: Refusal, fields: Fields, *, language: str, style: str) -> str:
    texts = {part: catalogue.page_text(part, language) for part in ("heading", "kept", "again")}
    texts |= {"sentence": catalogue.title(refusal.code, language), "language": language, "style": style, "action": PATH}
    hidden = "\n          ".join(
        f'<input type="hidden" name="{name}" value="{escape(text)}">' for name, text in form_values(fields)
    )
    return _AGAIN.substitute({name: escape(text) for name, text in texts.items()}, hidden=hidden)
