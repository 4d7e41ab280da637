"""The numbers by which French registers know an organisation: SIREN, SIRET, RNA. Pure."""

import re

from stdnum.exceptions import ValidationError as BadCheck
from stdnum.fr import siren, siret

# W, three figures of the prefecture and six more; overseas and Corsican prefectures have letters among the first.
_RNA = re.compile(r"W\d[0-9A-Z]\d{7}")


class BadNumber(ValueError):
    """A number that cannot exist: `kind` is siren, siret or rna."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"not a {kind} number")
        self.kind = kind


def clean_siren(text: str) -> str:
    """Return the nine figures of a SIREN, checked by its last one. Raises BadNumber."""
    try:
        return str(siren.validate(text))
    except BadCheck as error:
        raise BadNumber("siren") from error


def clean_siret(text: str) -> str:
    """Return the fourteen figures of a SIRET, checked by the last one. Raises BadNumber."""
    try:
        return str(siret.validate(text))
    except BadCheck as error:
        raise BadNumber("siret") from error


def clean_rna(text: str) -> str:
    """Return an association's number in the national register: W and nine figures. Raises BadNumber.

    Only the form is checked: the number has no check figure.
    """
    compact = re.sub(r"[\s.-]", "", text).upper()
    if not _RNA.fullmatch(compact) or not compact.isascii():
        raise BadNumber("rna")
    return compact
