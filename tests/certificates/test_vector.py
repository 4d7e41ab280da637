"""The published test vector, byte for byte, forwards and back."""

import hashlib

from entraide.certificates import container, declaration, seals
from entraide.certificates.container import Certificate
from entraide.certificates.curve import PublicKey
from entraide.certificates.seals import Seal
from tests.certificates import vector


def test_the_key_has_the_published_point_and_id() -> None:
    assert vector.KEY.public == PublicKey(vector.POINT)
    assert vector.KEY.public.kid == vector.KID


def test_the_declaration_has_the_published_hash() -> None:
    data = declaration.encode(vector.DECLARATION)
    assert len(data) == 198
    assert declaration.commitment(data) == vector.COMMITMENT
    assert declaration.decode(data) == vector.DECLARATION


def test_the_seal_has_the_published_bytes() -> None:
    seal = seals.seal(commitment=vector.COMMITMENT, signer=vector.KEY, at=vector.SEALED_AT + 59)
    assert seal == Seal(kid=vector.KID, sealed_at=vector.SEALED_AT, signature=vector.SIGNATURE)
    assert seal.protected == vector.PROTECTED
    assert len(seal.attached(vector.COMMITMENT)) == 130
    assert seals.read_attached(seal.attached(vector.COMMITMENT)) == (seal, vector.COMMITMENT)


def test_the_text_is_the_published_one() -> None:
    seal = Seal(kid=vector.KID, sealed_at=vector.SEALED_AT, signature=vector.SIGNATURE)
    certificate = Certificate(declaration.encode(vector.DECLARATION), seal)
    text = container.to_text(certificate)
    assert len(text) == 451
    assert text.startswith("MA1:NLGA5PZ10RG6X$M0%V")
    assert hashlib.sha256(text.encode()).hexdigest() == vector.TEXT_SHA256
    assert container.from_text(text) == certificate


def test_the_layout_is_the_published_one() -> None:
    seal = Seal(kid=vector.KID, sealed_at=vector.SEALED_AT, signature=vector.SIGNATURE)
    declared = declaration.encode(vector.DECLARATION)
    data = container.encode(Certificate(declared, seal))
    assert len(data) == 298
    assert data[:3].hex() == "8258c6"
    assert data[3:201] == declared
    assert data[201:205].hex() == "d2845819"
    assert data[205:230] == vector.PROTECTED
    assert data[230:234].hex() == "a0f65840"
    assert data[234:] == vector.SIGNATURE
