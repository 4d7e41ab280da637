"""Pages to print: tagged PDF (PDF/UA-1) by Typst, which refuses a letter that no font has rather than drop it.

Such a letter is printed as a box, with a transliteration beside the word. The QR code holds what was written. The
certificates site prints the same pages in the browser (certificates-site/src/paper/).
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import segno
import typst
from anyascii import anyascii

from entraide.certificates import container
from entraide.certificates.command.wording import LANGUAGES, WORDS, Words
from entraide.certificates.container import Certificate
from entraide.certificates.declaration import Declaration, Key, Value
from entraide.certificates.errors import Unusable
from entraide.certificates.forms.model import Field, Form, Kind, Reason
from entraide.certificates.text import visible

__all__ = ["LANGUAGES", "Page", "Printed", "PrintingFailed", "blank", "code_of", "to_pdf"]
TEMPLATE = Path(__file__).with_name("page.typ")
BLANK_TEMPLATE = Path(__file__).with_name("blank.typ")
# Luciole was drawn for people who see badly, DejaVu has many scripts; Typst itself brings Libertinus.
FONTS = ("Luciole", "DejaVu Sans", "Libertinus Serif")
BOX = "□"
QUIET_MODULES = 4
# Paper is folded and gets dirty: a quarter of the code may be lost.
PRINTED_LEVEL = "q"
_NO_GLYPH = re.compile(r'the text `("(?:[^"\\]|\\.)*")` could not be displayed')
_UNICODE_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
_TIMES = (Key.LEAVING_AT, Key.CREATED_AT)


class PrintingFailed(Unusable):
    """The pages could not be set. The message is what Typst says."""


@dataclass(frozen=True, slots=True)
class Page:
    """A certificate to print, with what it declares and its form."""

    certificate: Certificate
    declared: Declaration
    form: Form


@dataclass(frozen=True, slots=True)
class Printed:
    """The PDF, and the letters that no font had."""

    data: bytes
    without_glyph: tuple[str, ...]


def to_pdf(pages: Sequence[Page], *, language: str) -> Printed:
    """Return all pages as one PDF. Raises PrintingFailed."""
    missing: set[str] = set()
    source = TEMPLATE.read_bytes()
    while True:
        try:
            data = _compiled(source, _content(pages, WORDS[language], language, missing))
        except typst.TypstError as error:
            found = _letters_without_glyph(str(error.diagnostic)) - missing
            if not found:
                raise PrintingFailed(f"the pages could not be set: {error.message}") from error
            missing |= found
            continue
        return Printed(data=data, without_glyph=tuple(sorted(missing)))


def blank(form: Form, *, language: str) -> bytes:
    """Return a form to be filled in by hand, with lines to write on, as PDF. Raises PrintingFailed."""
    words = WORDS[language]
    written = [field for field in form.fields if field.key != Key.CREATED_AT and field.kind != Kind.REASONS]
    content = {
        **_common(words, language),
        "title": form.title[language],
        "document": words.document,
        "blank": words.blank,
        "statement": form.statement[language],
        "lines": [field.label[language] for field in written],
        "reasons": [_reason(reason, language) for reason in form.reasons],
        "legal": list(form.legal),
        "done": words.done,
        "footer": f"{form.id} · {words.blank_footer}",
    }
    try:
        return _compiled(BLANK_TEMPLATE.read_bytes(), content)
    except typst.TypstError as error:
        raise PrintingFailed(f"the form could not be set: {error.message}") from error


def code_of(certificate: Certificate, *, level: str) -> segno.QRCode:
    """Return the QR code of a certificate at an error correction level, in alphanumeric mode."""
    return segno.make(container.to_text(certificate), error=level, mode="alphanumeric", micro=False, boost_error=False)


def _compiled(source: bytes, content: dict[str, object]) -> bytes:
    compiler = typst.Compiler(source, sys_inputs={"data": json.dumps(content, ensure_ascii=False)})
    data = compiler.compile(format="pdf", pdf_standards=["ua-1"])
    return b"".join([data] if isinstance(data, bytes) else data or [])


def _letters_without_glyph(told: str) -> set[str]:
    found: set[str] = set()
    for quoted in _NO_GLYPH.findall(told):
        found |= set(_UNICODE_ESCAPE.sub(lambda match: chr(int(match[1], 16)), quoted[1:-1]))
    return found


def _content(pages: Sequence[Page], words: Words, language: str, missing: set[str]) -> dict[str, object]:
    return {
        **_common(words, language),
        "title": words.document,
        "certificates": [_certificate(page, words, language, missing) for page in pages],
    }


def _common(words: Words, language: str) -> dict[str, object]:
    return {
        "author": "Entraide",
        "language": language,
        "fonts": list(FONTS),
        "colon": words.colon,
        "signature": words.signature,
        "headings": {
            "person": words.person, "reasons": words.reasons, "times": words.times, "legal": words.legal,
            "large": words.large,
        },
    }  # fmt: skip


def _reason(reason: Reason, language: str) -> str:
    return f"{reason.short[language]}. {reason.full[language]}"


def _certificate(page: Page, words: Words, language: str, missing: set[str]) -> dict[str, object]:
    form, declared, seal = page.form, page.declared, page.certificate.seal
    drawn = BytesIO()
    code_of(page.certificate, level=PRINTED_LEVEL).save(
        drawn, kind="svg", border=QUIET_MODULES, xmldecl=False, scale=4, light="#fff"
    )
    sealed_at = _time(seal.sealed_at, form, words) if seal else ""
    person = [_entry(field, declared, form, words, language, missing) for field in form.fields if _is_fact(field)]
    facts = [entry for entry in person if entry]
    times = [_entry(field, declared, form, words, language, missing) for field in form.fields if field.key in _TIMES]
    reasons = [reason for code in declared.reasons if (reason := form.reason(code))]
    shown = json.dumps(facts, ensure_ascii=False)
    return {
        "sealed": seal is not None,
        "title": form.title[language],
        "state": words.sealed.format(time=sealed_at) if seal else words.not_sealed,
        "statement": form.statement[language],
        "person": facts,
        "reasons": [_reason(reason, language) for reason in reasons],
        "times": [entry for entry in times if entry]
        + ([{"label": words.sealed_at, "value": sealed_at}] if seal else []),
        "legal": list(form.legal),
        "note": words.boxes if BOX in shown else None,
        "code": drawn.getvalue().decode(),
        "alt": words.alt,
        "large": _large(facts, times, [reason.short[language] for reason in reasons], words),
        "footer": f"{form.id} · {words.footer}",
    }


def _large(
    facts: Sequence[dict[str, str] | None], times: Sequence[dict[str, str] | None], reasons: list[str], words: Words
) -> list[dict[str, str]]:
    """Return what can be read at arm's length: who, when, why."""
    found = [entry for entry in (*facts[:3], times[0] if times else None) if entry]
    return [*found, {"label": words.reasons, "value": ", ".join(reasons)}] if reasons else found


def _is_fact(field: Field) -> bool:
    return field.key not in _TIMES and field.kind != Kind.REASONS


def _entry(
    field: Field, declared: Declaration, form: Form, words: Words, language: str, missing: set[str]
) -> dict[str, str] | None:
    value = declared.values.get(field.key)
    if value is None:
        return None
    return {"label": field.label[language], "value": _printable(_text(value, field, form, words), missing)}


def _text(value: Value, field: Field, form: Form, words: Words) -> str:
    match field.kind, value:
        case Kind.TIME, int():
            return _time(value, form, words)
        case Kind.DATE, str():
            return words.date(value)
        case Kind.PEOPLE, tuple():
            return ", ".join(f"{visible(each[0])} ({visible(words.date(each[1]))})" for each in value)
    return visible(str(value))


def _printable(text: str, missing: set[str]) -> str:
    """Return a text with boxes for letters that no font has, and then how it reads in Latin letters."""
    if not missing & set(text):
        return text
    boxed = "".join(BOX if letter in missing else letter for letter in text)
    return f"{boxed} ({anyascii(text)})"


def _time(at: int, form: Form, words: Words) -> str:
    return words.time(datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(form.zone)))
