"""The set of forms as a document that a root signs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from entraide.certificates import cbor, signed
from entraide.certificates.curve import PublicKey, Signer
from entraide.certificates.errors import Malformed
from entraide.certificates.forms.model import Form
from entraide.certificates.forms.reading import from_data
from entraide.certificates.signed import Kind


@dataclass(frozen=True, slots=True)
class FormSet:
    """Forms that were checked, with every version still in use, by id."""

    version: int
    issued: int
    forms: Mapping[str, Form]


def sign(forms: FormSet, *, root: Signer, endorsements: Sequence[bytes] = ()) -> bytes:
    """Return the set as a signed document."""
    content = {0: forms.version, 1: forms.issued, 2: [_data(form) for form in forms.forms.values()]}
    return signed.sign(Kind.FORMS, cbor.encode(content), root=root, endorsements=endorsements)


def read(data: bytes, *, roots: Sequence[PublicKey], now: int, known_version: int = 0) -> FormSet:
    """Return the set in a signed document. Raises Malformed, Untrusted, Outdated or FormError."""
    payload = signed.opened(data, Kind.FORMS, roots=roots, now=now)
    match cbor.decode(payload, most_bytes=signed.MOST_BYTES, most_depth=8):
        case {0: int() as version, 1: int() as issued, 2: list() as entries, **rest} if not rest:
            pass
        case _:
            raise Malformed("not a set of forms")
    signed.check_version(version=version, known=known_version)
    signed.check_issued(issued=issued, now=now)
    forms = [_form(entry, at) for at, entry in enumerate(entries)]
    if len({form.id for form in forms}) < len(forms):
        raise Malformed("a form is in the set twice")
    return FormSet(version=version, issued=issued, forms={form.id: form for form in forms})


def _data(form: Form) -> dict[str, Any]:
    """Return a form as its TOML file has it, dates written out."""
    in_force = {"first": form.first_on.isoformat()}
    if form.last_on:
        in_force["last"] = form.last_on.isoformat()
    window: dict[str, int] = {"early_minutes": form.window.early_minutes, "lasts_minutes": form.window.lasts_minutes}
    if form.window.until_key is not None:
        window["until_key"] = form.window.until_key
    return {
        "id": form.id,
        "languages": list(form.languages),
        "zone": form.zone,
        "title": dict(form.title),
        "statement": dict(form.statement),
        "legal": list(form.legal),
        "in_force": in_force,
        "window": window,
        "several_reasons": form.several_reasons,
        "demands_seal": form.demands_seal,
        "field": [
            {
                "key": field.key,
                "name": field.name,
                "kind": str(field.kind),
                "label": dict(field.label),
                "required": field.required,
                "most": field.most,
            }
            for field in form.fields
        ],
        "reason": [
            {"code": reason.code, "short": dict(reason.short), "full": dict(reason.full)}
            | ({} if reason.lasts_minutes is None else {"lasts_minutes": reason.lasts_minutes})
            for reason in form.reasons
        ],
    }


def _form(entry: object, at: int) -> Form:
    if not isinstance(entry, dict) or not all(isinstance(key, str) for key in entry):
        raise Malformed("a form is a table")
    in_force = entry.get("in_force")
    if isinstance(in_force, dict):
        try:
            dates = {key: date.fromisoformat(text) for key, text in in_force.items()}
        except (ValueError, TypeError) as error:
            raise Malformed("a form's dates are not dates") from error
        entry = {**entry, "in_force": dates}
    return from_data(entry, name=f"form {at + 1}")
