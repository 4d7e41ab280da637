"""The page of the waiting room, and the frame within it that keeps the place true where scripts are off."""

from dataclasses import dataclass
from html import escape
from math import ceil
from pathlib import Path
from string import Template

import msgspec

from entraide.intake.asgi import Answer
from entraide.intake.forms import form_values
from entraide.intake.room import wording
from entraide.intake.room.keepsake import Keepsake
from entraide.intake.room.room import Standing
from entraide.waiting.rules.line import Place
from entraide.waiting.rules.waits import FASTER, SLACK_SECONDS, SLOWER

_HERE = Path(__file__).parent
_PAGE = Template((_HERE / "page.html").read_text(encoding="utf-8"))
_FRAME = Template((_HERE / "frame.html").read_text(encoding="utf-8"))
_HTML = "text/html; charset=utf-8"
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {}"
)


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows. `standing` is None for whoever has no place, or none any more."""

    language: str
    version: str
    kept: Keepsake
    issued_at: int
    standing: Standing | None
    came_from_form: bool
    told: bool

    @property
    def place(self) -> str:
        """Return how the person stands, in one word."""
        if self.standing is None:
            return "missed" if self.kept.is_there else "none"
        if self.standing.place is Place.ADMITTED:
            return "turn"
        return "paused" if self.standing.paused else "waiting"


def whole(view: View, *, status: int = 200, email: str = "", fault: str = "") -> Answer:
    """Return the whole page; `fault` says why an address was not noted."""
    language, place = view.language, view.place
    waits = place in ("waiting", "paused")
    body = _PAGE.substitute(
        language=language,
        other="en" if language == "fr" else "fr",
        other_name=wording.text("other", language),
        version=view.version,
        heading=escape(wording.text(place, language)),
        place=place,
        notice=f'<p class="soft" role="status">{escape(wording.text("told", language))}</p>' if view.told else "",
        frame=_frame_element(language) if waits else "",
        data=_data(view),
        body=_body(view),
        stay=f'<p class="soft">{escape(wording.text("stay", language))}</p>' if waits else "",
        tell=_tell_form(language, email, fault) if place != "turn" else "",
        leave=_leave_form(language) if view.kept.is_there else "",
    )
    headers = {"content-language": language, "content-security-policy": _POLICY.format("'none'")}
    return Answer(status, body.encode(), _HTML, headers)


def framed(view: View) -> Answer:
    """Return the place alone, which asks for itself again as long as the person waits."""
    waits = view.place in ("waiting", "paused")
    seconds = ceil(view.standing.refresh) if view.standing and waits else 0
    body = _FRAME.substitute(
        language=view.language,
        version=view.version,
        heading=escape(wording.text(view.place, view.language)),
        refresh=f'<meta http-equiv="refresh" content="{seconds}">' if seconds else "",
        body=f"<h2>{escape(wording.text(view.place, view.language))}</h2>\n{_body(view)}",
    )
    headers = {"content-language": view.language, "content-security-policy": _POLICY.format("'self'")}
    return Answer(200, body.encode(), _HTML, headers)


def not_told(language: str) -> str:
    """Return the sentence for an address that could not be noted."""
    return wording.text("not_told", language)


def _body(view: View) -> str:
    language, standing = view.language, view.standing
    if view.place == "turn" and standing is not None:
        return _turn(view, ceil(standing.left / 60))
    if standing is not None:
        lines = [("ahead", wording.ahead(standing, language)), ("range", wording.wait(standing, language))]
        lines.append(("soft", wording.text(f"why_{view.place}", language)))
        return "\n".join(f'<p class="{name}">{escape(line)}</p>' for name, line in lines)
    if view.place == "missed" and view.kept.fields is not None:
        return _paragraph("why_missed", language) + _sign_up_form(view, "again", "")
    why = "no_cookie" if view.came_from_form else "why_none"
    return _paragraph(why, language) + _form_link(language)


def _turn(view: View, left: int) -> str:
    if view.kept.fields is None:
        return f"<p>{escape(wording.text('why_turn_refill', view.language, left=left))}</p>" + _form_link(view.language)
    why = f"<p>{escape(wording.text('why_turn', view.language, left=left))}</p>"
    return why + '<p class="sending soft"></p>' + _sign_up_form(view, "send", " data-send")


def _sign_up_form(view: View, label: str, attributes: str) -> str:
    """Return the form that sends what was typed again; from the frame it leaves for the whole window."""
    values = form_values(view.kept.fields) if view.kept.fields else []
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in values)
    button = f"<button>{escape(wording.text(label, view.language))}</button>"
    return f'<form method="post" action="/v1/signups" target="_top"{attributes}>{hidden}{button}</form>'


def _tell_form(language: str, email: str, fault: str) -> str:
    fault_line = f'<p class="fault" id="fault" role="alert">{escape(fault)}</p>' if fault else ""
    described = ' aria-invalid="true" aria-describedby="fault"' if fault else ""
    return (
        f"<section><h2>{escape(wording.text('tell_heading', language))}</h2>"
        f'<p class="soft">{escape(wording.text("tell_why", language))}</p>'
        f'<form method="post" action="/v1/queue/tell?language={language}">{fault_line}'
        f'<label for="email">{escape(wording.text("tell_label", language))}</label>'
        f'<input id="email" name="email" type="email" autocomplete="email" required maxlength="320"'
        f' value="{escape(email)}"{described}>'
        f'<button class="quiet">{escape(wording.text("tell", language))}</button></form></section>'
    )


def _leave_form(language: str) -> str:
    button = f'<button class="quiet">{escape(wording.text("leave", language))}</button>'
    return f'<section><form method="post" action="/v1/queue/leave?language={language}">{button}</form></section>'


def _frame_element(language: str) -> str:
    title = escape(wording.text("frame", language))
    return f'<noscript><iframe src="/v1/queue/place?language={language}" title="{title}"></iframe></noscript>'


def _paragraph(name: str, language: str) -> str:
    return f"<p>{escape(wording.text(name, language))}</p>"


def _form_link(language: str) -> str:
    return f'<p><a class="button" href="/{language}/signup/">{escape(wording.text("form", language))}</a></p>'


def _data(view: View) -> str:
    """Return what the script needs: when the ticket was issued, the margins of the range, the sentences to fill in."""
    if view.standing is None:
        return ""
    values = {
        "language": view.language,
        "issued": str(view.issued_at),
        "refresh": f"{view.standing.refresh:.1f}",
        "least": str(SLOWER),
        "most": str(FASTER),
        "slack": str(SLACK_SECONDS),
        "texts": msgspec.json.encode(wording.templates(view.language)).decode(),
    }
    return "".join(f' data-{name}="{escape(value)}"' for name, value in values.items())
