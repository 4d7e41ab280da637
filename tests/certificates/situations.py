"""Situations of certificates: a sealed one, the list that its key is in, a form in force."""

from dataclasses import replace
from datetime import date

from entraide.certificates import container, declaration, seals
from entraide.certificates.container import Certificate
from entraide.certificates.declaration import Declaration
from entraide.certificates.forms import reading
from entraide.certificates.forms.model import Form
from entraide.certificates.key_list import KeyList, ListedKey
from tests.certificates import vector

NOW = vector.SEALED_AT + 600
DAY_BEGINS = NOW - NOW % 86_400
FORM: Form = replace(reading.load_all()["fr.dep/1"], first_on=date(2026, 1, 1), last_on=None)
FORMS = {FORM.id: FORM}
KEYS = KeyList(
    version=7,
    issued=DAY_BEGINS,
    expires=DAY_BEGINS + 72 * 3600,
    keys=(ListedKey(vector.KEY.public, DAY_BEGINS, DAY_BEGINS + 86_400),),
)


def leaving(at: int, declared: Declaration = vector.DECLARATION) -> Declaration:
    """Return a declaration that says another time of leaving."""
    return replace(declared, values={**declared.values, 9: at})


def certificate(declared: Declaration = vector.DECLARATION, *, sealed_at: int | None = vector.SEALED_AT) -> Certificate:
    """Return a certificate, sealed by the vector's key unless `sealed_at` is None."""
    data = declaration.encode(declared)
    if sealed_at is None:
        return Certificate(data)
    return Certificate(data, seals.seal(commitment=declaration.commitment(data), signer=vector.KEY, at=sealed_at))


def text(declared: Declaration = vector.DECLARATION, *, sealed_at: int | None = vector.SEALED_AT) -> str:
    """Return what its QR code says."""
    return container.to_text(certificate(declared, sealed_at=sealed_at))
