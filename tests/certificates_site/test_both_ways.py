"""Python and JavaScript judge the same: what one writes the other reads, and both find the same in everything."""

import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from entraide.certificates import base45, container, declaration, seals
from entraide.certificates.container import PREFIX
from entraide.certificates.curve import PrivateKey
from entraide.certificates.declaration import Declaration
from entraide.certificates.forms import reading
from entraide.certificates.forms.model import Form
from entraide.certificates.verdicts import Verdict
from tests.certificates import situations, vector
from tests.certificates.situations import KEYS, NOW
from tests.certificates_site.judging import assert_same, trust
from tests.certificates_site.peer import Peer

STRANGER = PrivateKey.generate()
# With what hides and what is written as people never write it.
NAMES = (*situations.NAMES, "𝒟𝑒𝓋𝒶", "Zoë\u200b", "\u202esirap", "١٢٣")


def test_every_verdict_is_the_same(peer: Peer) -> None:
    leaving = vector.DECLARATION.leaving_at
    old = replace(situations.FORM, last_on=date(2026, 11, 22))
    demanding = replace(situations.FORM, demands_seal=True)
    sealed = situations.text()
    found = {
        assert_same(peer, sealed),
        assert_same(peer, situations.text(situations.leaving(vector.SEALED_AT - 360))),
        assert_same(peer, situations.text(sealed_at=None)),
        assert_same(peer, situations.text(sealed_at=None), forms={demanding.id: demanding}),
        assert_same(peer, sealed, now=leaving + 86_400),
        assert_same(peer, sealed, now=leaving - 901),
        assert_same(peer, sealed, forms={old.id: old}),
        assert_same(peer, sealed, forms={}),
        assert_same(peer, sealed, keys=replace(KEYS, keys=())),
        assert_same(peer, sealed, keys=replace(KEYS, expires=NOW)),
        assert_same(peer, situations.text(sealed_at=NOW + 360)),
        assert_same(peer, PREFIX),
        assert_same(peer, "HC1:NCFOXN"),
    }
    assert found == set(Verdict)


def test_every_shipped_form_is_read_the_same(peer: Peer) -> None:
    forms = reading.load_all()
    chance = random.Random(20)  # noqa: S311 (chance for a test)
    for form in forms.values():
        for _ in range(6):
            declared = _drawn(form, chance)
            assert_same(peer, situations.text(declared), forms=forms, now=declared.leaving_at + 60)


def _drawn(form: Form, chance: random.Random) -> Declaration:
    """Return a declaration of a form, some of whose fields are missing, wrong or of another form."""
    values: dict[int, Any] = {}
    for field in form.fields:
        match field.kind:
            case "text":
                values[field.key] = chance.choice([*situations.NAMES, "", " ", "x" * 200])
            case "date":
                values[field.key] = chance.choice(
                    ["1984-07-14", "1984-02-30", "2000-02-29", "14/07/1984", "0000-01-01"]
                )
            case "time":
                values[field.key] = vector.SEALED_AT + chance.randrange(-4_000, 40_000)
            case "reasons":
                codes = [reason.code for reason in form.reasons]
                values[field.key] = tuple(chance.sample([*codes, "nothing"], chance.randrange(0, min(3, len(codes)))))
            case "people":
                values[field.key] = tuple(
                    (chance.choice(situations.NAMES), "2015-01-31") for _ in range(chance.randrange(3))
                )
        if field.key != declaration.Key.LEAVING_AT and chance.random() < 0.1:
            del values[field.key]
    if chance.random() < 0.1:
        values[23] = "of no form"
    return Declaration(salt=chance.randbytes(16), form=form.id, values=values)


@pytest.mark.parametrize("name", NAMES)
def test_what_javascript_writes_python_reads_to_the_letter(peer: Peer, name: str) -> None:
    values = {**vector.DECLARATION.values, 2: name}
    written = peer.ask(
        roots=[], keys="", forms="", now=0,
        declare={"salt": vector.DECLARATION.salt.hex(), "form": "fr.dep/1", "values": list(values.items())},
    )  # fmt: skip
    data = bytes.fromhex(written["declaration"])
    assert declaration.decode(data).values[2] == name
    assert data == declaration.encode(replace(vector.DECLARATION, values=values))
    seal = seals.seal(commitment=declaration.commitment(data), signer=vector.KEY, at=vector.SEALED_AT)
    answer = seal.attached(declaration.commitment(data)).hex()
    text = peer.ask(
        roots=[], keys="", forms="", now=0, answer=answer,
        declare={"salt": vector.DECLARATION.salt.hex(), "form": "fr.dep/1", "values": list(values.items())},
    )["text"]  # fmt: skip
    assert assert_same(peer, text) is Verdict.SEALED


def test_damaged_bytes_are_found_the_same(peer: Peer) -> None:
    chance = random.Random(21)  # noqa: S311 (chance for a test)
    whole = container.encode(situations.certificate())
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 1, 2, 8))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.2:
            del data[chance.randrange(len(data)) :]
        assert_same(peer, PREFIX + base45.encode(bytes(data)))


@pytest.mark.parametrize(
    "text",
    ["", "MA1:", "MA1:A", "MA1:::", "MA1:é", "MA1:" + "0" * 2_000, "ma1:00", "MA1: ", "MA1:000", "Cree le: x;", "\0"],
)
def test_texts_that_are_no_certificates_are_found_the_same(peer: Peer, text: str) -> None:
    assert_same(peer, text)


def test_documents_by_strangers_and_older_ones_are_refused(peer: Peer) -> None:
    text = situations.text()
    assert peer.ask(text=text, now=NOW, **trust(root=STRANGER))["refused"] == "Untrusted"
    assert peer.ask(text=text, now=NOW, version=8, **trust())["refused"] == "Outdated"
    assert peer.ask(text=text, now=KEYS.issued - 301, **trust())["refused"] == "Early"
    swapped = trust()
    swapped["keys"], swapped["forms"] = swapped["forms"], swapped["keys"]
    assert peer.ask(text=text, now=NOW, **swapped)["refused"] == "Malformed"
    damaged = trust()
    damaged["keys"] = damaged["keys"][:-2] + ("00" if damaged["keys"][-2:] != "00" else "01")
    assert peer.ask(text=text, now=NOW, **damaged)["refused"] == "Untrusted"
