"""What the documents say is what the code does: the vector, the verdicts, the limits, the guide for officers."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from entraide.certificates import container, declaration, seals, signed
from entraide.certificates.container import Certificate
from entraide.certificates.curve import PrivateKey, thumbprint
from entraide.certificates.declaration import Declaration
from entraide.certificates.process import answers
from entraide.certificates.verdicts import CLOCK_SLACK_SECONDS, LATE_SECONDS, Finding, Remark, Verdict

ROOT = Path(__file__).resolve().parents[2]
FORMAT = (ROOT / "docs" / "reference" / "certificate-format.md").read_text(encoding="utf-8")
HOW_TO = (ROOT / "docs" / "how-to" / "check-certificates.md").read_text(encoding="utf-8")
SITE = ROOT / "certificates-site" / "src"
GUIDE = json.loads((SITE / "pages" / "guide.json").read_text(encoding="utf-8"))
TEXTS = (SITE / "site" / "texts.ts").read_text(encoding="utf-8")
WORDS_OF_FORMAT = {Verdict.SEALED_LATE: "SEALED LATE", Verdict.NOT_OURS: "NOT OURS"}


def section(title: str) -> str:
    """Return a section of the format, by its title."""
    (found,) = re.findall(rf"^## \d+\. {title}\n(.*?)(?=^## |\Z)", FORMAT, re.DOTALL | re.MULTILINE)
    return str(found)


def rows(text: str) -> list[list[str]]:
    """Return the cells of a table, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_whoever_follows_the_vector_step_by_step_gets_its_text() -> None:
    written = section("Test vector")

    def value(name: str) -> str:
        """Return what follows a name, over as many lines as it has."""
        (found,) = re.findall(rf"^    {name} +(.+(?:\n {{17,}}.+)*)", written, re.MULTILINE)
        return re.sub(r"\s*\n\s+", "\n", str(found))

    sentence, scalar = re.fullmatch(r'SHA-256\("(.+)"\)\n([0-9a-f]{64})', value("private key")).groups()  # type: ignore[union-attr]
    assert hashlib.sha256(sentence.encode()).hexdigest() == scalar
    key = PrivateKey(ec.derive_private_key(int(scalar, 16), ec.SECP256R1()))
    assert key.public.point.hex() == value("x") + value("y")
    assert key.public.kid.hex() == value("kid")
    (salted,) = re.findall(r'SHA-256\("(.+)"\), its first 16 bytes', value("salt"))
    lines = [line.strip() for line in written.splitlines() if re.match(r" {4}\d+ ", line)]
    fields = dict(part.split(" ", 1) for line in lines for part in line.split(" · "))
    values: dict[int, object] = {int(name): text for name, text in fields.items() if name != "1"}
    values |= {9: int(fields["9"]), 10: tuple(fields["10"].strip("[]").split(", ")), 11: int(fields["11"])}
    declared = declaration.encode(
        Declaration(hashlib.sha256(salted.encode()).digest()[:16], fields["1"], values)  # type: ignore[arg-type]
    )
    assert sorted(values) == list(range(2, 12))
    assert declaration.commitment(declared).hex() == value("commitment")
    seal = seals.seal(commitment=declaration.commitment(declared), signer=key, at=int(value("iat")))
    assert seal.protected.hex() == value("protected")
    assert seal.signature.hex() == value("signature").replace("\n", "")
    text = container.to_text(Certificate(declared, seal))
    length, begins, hashed = re.fullmatch(
        r"(\d+) characters, (.+)…, QR version 13-M\nSHA-256 ([0-9a-f]{64})", value("text")
    ).groups()  # type: ignore[union-attr]
    assert len(text) == int(length)
    assert text.startswith(begins)
    assert hashlib.sha256(text.encode()).hexdigest() == hashed


def test_a_thumbprint_is_made_as_the_format_says() -> None:
    (bytes_written,) = re.findall(r"SHA-256\( ([0-9a-f ]+) <x> 22 58 20 <y> \)", FORMAT)
    point = bytes(range(64))
    head = bytes.fromhex(bytes_written)
    assert thumbprint(point) == hashlib.sha256(head + point[:32] + bytes.fromhex("225820") + point[32:]).digest()


def test_the_table_of_verdicts_is_the_codes_in_its_order() -> None:
    written = rows(section("Verdict"))
    assert {word for word, _, _ in written} == {
        WORDS_OF_FORMAT.get(verdict, str(verdict).replace("_", " ").upper()) for verdict in Verdict
    }
    for word, colour, _ in written:
        verdict = Verdict(word.lower().replace(" ", "_"))
        assert Finding(verdict).colour == colour, word
    named = [name for _, _, when in written for name in re.findall(r"`(\w+)`", when) if name in list(Remark)]
    assert sorted(named) == sorted(Remark)
    seconds = {int(found) for _, _, when in written for found in re.findall(r"more than (\d+) seconds", when)}
    assert seconds == {LATE_SECONDS} == {CLOCK_SLACK_SECONDS}


def test_the_kinds_of_documents_the_problems_and_the_limits_are_those_of_the_code() -> None:
    kinds = re.findall(r"\| `(vnd\.[\w.+-]+)` \|", section("Documents that a root signs"))
    assert sorted(kinds) == sorted(signed.Kind)
    codes = set(re.findall(r"`([a-z_]+)`", section("Asking for a seal"))) & set(answers._PROBLEMS)
    assert codes == set(answers._PROBLEMS) - {"not_found", "method"}
    for limit, where in (
        (container.MOST_CHARACTERS, "Text of the QR code"),
        (container.MOST_BYTES, "Container"),
        (declaration.MOST_BYTES, "Declaration"),
    ):
        assert f"{limit:,}" in section(where)
    assert f"{signed.MOST_BYTES // 1024} KiB" in section("Documents that a root signs")


def words(language: str) -> dict[str, str]:
    """Return the words of the verdicts on the page, in a language."""
    block = (
        TEXTS[TEXTS.index("const FR = {") : TEXTS.index("const EN")]
        if language == "fr"
        else TEXTS[TEXTS.index("const EN") :]
    )
    return dict(re.findall(r'verdict_(\w+): "([^"]+)"', block))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_guide_has_every_verdict_with_its_colour(language: str) -> None:
    shown = [(each["verdict"], each["colour"]) for each in GUIDE[language]["verdicts"]]
    assert {verdict for verdict, _ in shown} == set(Verdict) == set(words(language))
    assert len(shown) == len(Verdict)
    assert all(Finding(Verdict(verdict)).colour == colour for verdict, colour in shown)
    assert [each["verdict"] for each in GUIDE["fr"]["verdicts"]] == [
        each["verdict"] for each in GUIDE["en"]["verdicts"]
    ]
    # What it says of a word in the page's own writing is a word of the page.
    said = json.dumps(GUIDE[language], ensure_ascii=False)
    assert ("LISTE ANCIENNE" if language == "fr" else "LIST OLD") in said


def test_the_officers_table_says_the_words_of_the_page() -> None:
    told = {word: colour for word, colour, *_ in rows(HOW_TO)}
    assert told == {word: str(Finding(Verdict(verdict)).colour) for verdict, word in words("en").items()}
