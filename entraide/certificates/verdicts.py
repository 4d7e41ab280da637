"""What a certificate is worth: a pure function of the text, the list of keys, the forms and the time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from entraide.certificates import container, declaration
from entraide.certificates.container import Certificate
from entraide.certificates.declaration import Declaration
from entraide.certificates.errors import Malformed, NotOurs
from entraide.certificates.forms.model import Form
from entraide.certificates.forms.window import Place, place_in_window
from entraide.certificates.key_list import KeyList

# A seal may come this long after the leaving that it vouches for, and clocks may differ by as much.
LATE_SECONDS = 300
CLOCK_SLACK_SECONDS = 300


class Verdict(StrEnum):
    """What the officer is told. ALTERED shows no field at all."""

    SEALED = "sealed"
    SEALED_LATE = "sealed_late"
    UNSEALED = "unsealed"
    OUT_OF_TIME = "out_of_time"
    KEY_UNKNOWN = "key_unknown"
    LIST_OLD = "list_old"
    CLOCK_WRONG = "clock_wrong"
    FORM_UNKNOWN = "form_unknown"
    ALTERED = "altered"
    NOT_OURS = "not_ours"


class Colour(StrEnum):
    """How a verdict is coloured, beside its shape and its word."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"


class Remark(StrEnum):
    """What else was found. A certificate may be late and out of time; the verdict is the gravest."""

    MALFORMED = "malformed"
    SIGNATURE_FALSE = "signature_false"
    KEY_NOT_LISTED = "key_not_listed"
    KEY_NOT_CURRENT = "key_not_current"
    SEALED_IN_FUTURE = "sealed_in_future"
    NO_SEAL = "no_seal"
    SEAL_DEMANDED = "seal_demanded"
    NOT_YET = "not_yet"
    OVER = "over"
    FORM_NOT_IN_FORCE = "form_not_in_force"
    FORM_NOT_LISTED = "form_not_listed"
    FORM_NOT_FOLLOWED = "form_not_followed"
    LIST_EXPIRED = "list_expired"
    SEALED_AFTER_LEAVING = "sealed_after_leaving"


_COLOURS = {
    Verdict.SEALED: Colour.GREEN,
    Verdict.ALTERED: Colour.RED,
    Verdict.NOT_OURS: Colour.GREY,
}
# The gravest first: what makes the time worthless, what makes it unknown, what it says, what may have changed since.
_ORDER = (
    (Remark.KEY_NOT_LISTED, Verdict.KEY_UNKNOWN),
    (Remark.KEY_NOT_CURRENT, Verdict.KEY_UNKNOWN),
    (Remark.SEALED_IN_FUTURE, Verdict.CLOCK_WRONG),
    (Remark.NOT_YET, Verdict.OUT_OF_TIME),
    (Remark.OVER, Verdict.OUT_OF_TIME),
    (Remark.FORM_NOT_IN_FORCE, Verdict.OUT_OF_TIME),
    (Remark.NO_SEAL, Verdict.UNSEALED),
    (Remark.FORM_NOT_LISTED, Verdict.FORM_UNKNOWN),
    (Remark.FORM_NOT_FOLLOWED, Verdict.FORM_UNKNOWN),
    (Remark.LIST_EXPIRED, Verdict.LIST_OLD),
    (Remark.SEALED_AFTER_LEAVING, Verdict.SEALED_LATE),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict, all that was found, and what may be shown: nothing when the certificate is altered or not ours."""

    verdict: Verdict
    remarks: tuple[Remark, ...] = ()
    declaration: Declaration | None = None
    sealed_at: int | None = None
    form: Form | None = None

    @property
    def colour(self) -> Colour:
        """The colour of the verdict."""
        return _COLOURS.get(self.verdict, Colour.AMBER)


def judge(text: str, *, keys: KeyList, forms: Mapping[str, Form], now: int) -> Finding:
    """Return what the text of a QR code is worth at a time in seconds since 1970. Never raises for bad input."""
    try:
        certificate = container.from_text(text)
        declared = declaration.decode(certificate.declaration)
    except NotOurs:
        return Finding(Verdict.NOT_OURS)
    except Malformed:
        return Finding(Verdict.ALTERED, (Remark.MALFORMED,))
    seal = _seal_remarks(certificate, declared, keys=keys, now=now)
    if Remark.SIGNATURE_FALSE in seal:
        return Finding(Verdict.ALTERED, (Remark.SIGNATURE_FALSE,))
    form = forms.get(declared.form)
    found = {*seal, *_form_remarks(declared, form, now=now)}
    if form and form.demands_seal and Remark.NO_SEAL in found:
        found.add(Remark.SEAL_DEMANDED)
    return Finding(
        verdict=next((verdict for remark, verdict in _ORDER if remark in found), Verdict.SEALED),
        remarks=tuple(remark for remark in Remark if remark in found),
        declaration=declared,
        sealed_at=certificate.seal.sealed_at if certificate.seal and Remark.KEY_NOT_LISTED not in found else None,
        form=form,
    )


def _seal_remarks(certificate: Certificate, declared: Declaration, *, keys: KeyList, now: int) -> Sequence[Remark]:
    seal = certificate.seal
    if seal is None:
        return (Remark.NO_SEAL,)
    remarks = [Remark.LIST_EXPIRED] if now >= keys.expires else []
    listed = keys.of(seal.kid)
    if listed is None:
        return (*remarks, Remark.KEY_NOT_LISTED)
    if not seal.verifies(key=listed.key, commitment=declaration.commitment(certificate.declaration)):
        return (Remark.SIGNATURE_FALSE,)
    if not listed.is_current_at(seal.sealed_at):
        remarks.append(Remark.KEY_NOT_CURRENT)
    if seal.sealed_at > now + CLOCK_SLACK_SECONDS:
        remarks.append(Remark.SEALED_IN_FUTURE)
    if seal.sealed_at > declared.leaving_at + LATE_SECONDS:
        remarks.append(Remark.SEALED_AFTER_LEAVING)
    return remarks


def _form_remarks(declared: Declaration, form: Form | None, *, now: int) -> Sequence[Remark]:
    if form is None:
        return (Remark.FORM_NOT_LISTED,)
    remarks = [] if not form.faults_of(declared) else [Remark.FORM_NOT_FOLLOWED]
    if not form.is_in_force_at(declared.leaving_at):
        remarks.append(Remark.FORM_NOT_IN_FORCE)
    match place_in_window(declared, form, now=now):
        case Place.BEFORE:
            remarks.append(Remark.NOT_YET)
        case Place.AFTER:
            remarks.append(Remark.OVER)
    return remarks
