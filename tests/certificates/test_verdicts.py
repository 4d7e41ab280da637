"""Every verdict, and what may be shown with it."""

import unicodedata
from dataclasses import replace
from datetime import date

import pytest

from entraide.certificates import seals
from entraide.certificates.container import Certificate, to_text
from entraide.certificates.curve import PrivateKey
from entraide.certificates.declaration import Declaration, commitment, encode
from entraide.certificates.forms.model import Form
from entraide.certificates.key_list import KeyList, ListedKey
from entraide.certificates.verdicts import Colour, Finding, Remark, Verdict, judge
from tests.certificates import situations, vector
from tests.certificates.situations import DAY_BEGINS, KEYS, NOW

LEAVING = vector.DECLARATION.leaving_at
LATER = LEAVING + 3600


def found(text: str, *, now: int = NOW, keys: KeyList = KEYS, forms: dict[str, Form] = situations.FORMS) -> Finding:
    return judge(text, keys=keys, forms=forms, now=now)


def test_a_sealed_certificate_is_green_and_shows_everything() -> None:
    finding = found(situations.text())
    assert finding == Finding(
        Verdict.SEALED, (), declaration=vector.DECLARATION, sealed_at=vector.SEALED_AT, form=situations.FORM
    )
    assert finding.colour == Colour.GREEN


@pytest.mark.parametrize(("late", "verdict"), [(300, Verdict.SEALED), (360, Verdict.SEALED_LATE)])
def test_a_seal_long_after_leaving_is_late(late: int, verdict: Verdict) -> None:
    leaving = vector.SEALED_AT - late
    finding = found(situations.text(situations.leaving(leaving)))
    assert finding.verdict == verdict
    assert finding.declaration
    assert finding.declaration.leaving_at == leaving


def test_without_a_seal_it_is_worth_what_paper_is() -> None:
    finding = found(situations.text(sealed_at=None))
    assert finding.verdict == Verdict.UNSEALED
    assert finding.colour == Colour.AMBER
    assert finding.remarks == (Remark.NO_SEAL,)
    assert finding.declaration == vector.DECLARATION
    assert finding.sealed_at is None


def test_a_form_may_demand_a_seal() -> None:
    form = replace(situations.FORM, demands_seal=True)
    finding = found(situations.text(sealed_at=None), forms={form.id: form})
    assert finding.verdict == Verdict.UNSEALED
    assert Remark.SEAL_DEMANDED in finding.remarks


@pytest.mark.parametrize(
    ("now", "remark"),
    [
        (LATER - 15 * 60 - 1, Remark.NOT_YET),
        (LATER - 15 * 60, None),
        (LATER + 86_400 - 1, None),
        (LATER + 86_400, Remark.OVER),
    ],
)
def test_the_window_is_the_forms(now: int, remark: Remark | None) -> None:
    finding = found(situations.text(situations.leaving(LATER)), now=now)
    assert finding.verdict == (Verdict.OUT_OF_TIME if remark else Verdict.SEALED)
    assert finding.remarks == ((remark,) if remark else ())


def test_a_form_that_is_not_in_force_is_out_of_time() -> None:
    form = replace(situations.FORM, last_on=date(2026, 11, 22))
    finding = found(situations.text(), forms={form.id: form})
    assert finding.verdict == Verdict.OUT_OF_TIME
    assert finding.remarks == (Remark.FORM_NOT_IN_FORCE,)


def test_an_unknown_form_has_no_window_to_be_in() -> None:
    finding = found(situations.text(), forms={})
    assert finding.verdict == Verdict.FORM_UNKNOWN
    assert finding.remarks == (Remark.FORM_NOT_LISTED,)
    assert finding.declaration


def test_a_declaration_must_follow_its_form() -> None:
    declared = replace(vector.DECLARATION, values={**vector.DECLARATION.values, 10: ("holiday",)})
    finding = found(situations.text(declared))
    assert finding.verdict == Verdict.FORM_UNKNOWN
    assert finding.remarks == (Remark.FORM_NOT_FOLLOWED,)


def test_a_key_that_is_not_listed_is_unknown_and_its_time_is_not_shown() -> None:
    revoked = replace(KEYS, version=8, keys=())
    finding = found(situations.text(), keys=revoked)
    assert finding.verdict == Verdict.KEY_UNKNOWN
    assert finding.sealed_at is None
    assert finding.declaration


@pytest.mark.parametrize(("begins", "ends"), [(DAY_BEGINS + 86_400, DAY_BEGINS + 172_800), (0, DAY_BEGINS)])
def test_a_key_seals_only_in_its_span(begins: int, ends: int) -> None:
    keys = replace(KEYS, keys=(ListedKey(vector.KEY.public, begins, ends),))
    finding = found(situations.text(), keys=keys)
    assert finding.verdict == Verdict.KEY_UNKNOWN
    assert finding.remarks == (Remark.KEY_NOT_CURRENT,)


@pytest.mark.parametrize(("now", "verdict"), [(KEYS.expires - 1, Verdict.SEALED), (KEYS.expires, Verdict.LIST_OLD)])
def test_an_expired_list_is_old(now: int, verdict: Verdict) -> None:
    declared = situations.leaving(now)
    keys = replace(KEYS, keys=(ListedKey(vector.KEY.public, DAY_BEGINS, now + 1),))
    assert found(situations.text(declared, sealed_at=now), now=now, keys=keys).verdict == verdict


def test_a_seal_from_the_future_means_that_a_clock_is_wrong() -> None:
    declared = situations.leaving(NOW)
    assert found(situations.text(declared, sealed_at=NOW + 240)).verdict == Verdict.SEALED
    finding = found(situations.text(situations.leaving(NOW + 400), sealed_at=NOW + 420))
    assert finding.verdict == Verdict.CLOCK_WRONG
    assert finding.remarks == (Remark.SEALED_IN_FUTURE,)
    assert finding.colour == Colour.AMBER


def test_the_same_seal_on_another_declaration_is_altered_and_shows_nothing() -> None:
    seal = situations.certificate().seal
    other = to_text(Certificate(encode(situations.leaving(LEAVING + 3600)), seal))
    finding = found(other)
    assert finding == Finding(Verdict.ALTERED, (Remark.SIGNATURE_FALSE,))
    assert finding.colour == Colour.RED


def test_a_seal_by_another_key_under_a_listed_id_is_altered() -> None:
    data = encode(vector.DECLARATION)
    forged = seals.seal(commitment=commitment(data), signer=PrivateKey.generate(), at=vector.SEALED_AT)
    assert found(to_text(Certificate(data, replace(forged, kid=vector.KID)))).verdict == Verdict.ALTERED


def test_a_sealed_hash_of_what_is_no_declaration_shows_nothing() -> None:
    data = b"\xa0"
    seal = seals.seal(commitment=commitment(data), signer=vector.KEY, at=vector.SEALED_AT)
    assert found(to_text(Certificate(data, seal))) == Finding(Verdict.ALTERED, (Remark.MALFORMED,))


def test_a_text_of_2020_is_not_ours() -> None:
    finding = found("Cree le: 01/11/2020 a 10h00;\n Nom: Dupont;\n Prenom: Camille;\n")
    assert finding == Finding(Verdict.NOT_OURS)
    assert finding.colour == Colour.GREY


def test_the_gravest_is_the_verdict_and_all_is_told() -> None:
    keys = replace(KEYS, expires=NOW)
    declared = situations.leaving(vector.SEALED_AT - 7200)
    form = replace(situations.FORM, last_on=date(2026, 1, 2))
    finding = found(situations.text(declared), keys=keys, forms={form.id: form})
    assert finding.verdict == Verdict.OUT_OF_TIME
    assert finding.remarks == (Remark.FORM_NOT_IN_FORCE, Remark.LIST_EXPIRED, Remark.SEALED_AFTER_LEAVING)


def test_the_names_are_in_more_than_thirty_scripts() -> None:
    scripts = {unicodedata.name(letter).split()[0] for name in situations.NAMES for letter in name if letter.isalpha()}
    assert len(scripts) > 30


@pytest.mark.parametrize("name", situations.NAMES)
def test_names_come_back_letter_for_letter(name: str) -> None:
    declared: Declaration = replace(vector.DECLARATION, values={**vector.DECLARATION.values, 3: name})
    finding = found(situations.text(declared))
    assert finding.verdict == Verdict.SEALED
    assert finding.declaration
    assert finding.declaration.values[3] == name
