"""PDF made in the browser: tagged, whole, with a code that reads; names in every script; the command line's pages."""

import base64
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from anyascii import anyascii
from playwright.sync_api import Download, Page, expect

from entraide.certificates.api import Certificate, Form, commitment, from_text, load_forms, to_text
from entraide.certificates.command import printing
from entraide.certificates.declaration import Value, decode, encode
from entraide.certificates.seals import seal
from tests.certificates import situations, vector
from tests.certificates.paper import codes_of, elements, pictures_of, tags, text_of, unembedded, unmarked
from tests.certificates_site.conftest import Running
from tests.certificates_site.visits import NAME, TEXTS, fill_in, make, make_sealed, wait_for_worker

pytestmark = pytest.mark.browser
# A name a script, and what in scripts is hard: marks above and below, joining, direction, letters of four bytes.
WRITTEN = {
    "Latin": "Željko Zoé Śmigły-Ōe", "Vietnamese": "Nguyễn Thị Minh Khai", "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Шевченко Олександра", "Armenian": "Արմեն Սարգսյան", "Georgian": "ნინო ბერიძე", "Hebrew": "שרה כהן",
    "Arabic": "محمد عبد الله", "Persian": "علی‌رضا", "N’Ko": "ߛߎߟߋߡߊ߲", "Tifinagh": "ⵎⵓⵃⵎⵎⴷ", "Ogham": "ᚋᚐᚊᚔ",
    "Cree": "ᐊᓂᔕ", "Inuktitut": "ᐃᓄᒃ", "Lao": "ສົມໃຈ", "Thai": "สมชาย ใจดี", "Khmer": "សុខ ស្រី", "Burmese": "အောင်ဆန်း",
    "Devanagari": "राजेश कुमार", "Bengali": "রবীন্দ্রনাথ", "Gurmukhi": "ਗੁਰਪ੍ਰੀਤ", "Gujarati": "પટેલ",
    "Tamil": "தமிழ்ச்செல்வி",
    "Telugu": "రాముడు", "Kannada": "ರಾಮಯ್ಯ", "Malayalam": "രാമൻ", "Sinhala": "පෙරේරා", "Ethiopic": "ተስፋዬ", "Han": "王小明",
    "Japanese": "山田 花子", "Hangul": "김민수", "Tibetan": "བསྟན་འཛིན", "Syriac": "ܝܘܚܢܢ", "Thaana": "އަޙްމަދު",
    "Cherokee": "ᏍᏏᏉᏯ",
    "Mathematical": "𝒟𝑒𝓋𝒶", "Marks": "a\u0323\u0302\u0315b",
}  # fmt: skip
NAMES = {script: unicodedata.normalize("NFC", name) for script, name in WRITTEN.items()}


def saved(page: Page, folder: Path, *, name: str = "Enregistrer en PDF") -> tuple[Path, Download]:
    """Save the PDF that a button offers."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file, waiting.value


def words_of(pdf: Path) -> list[str]:
    """Return the text of each page in single spaces."""
    return [" ".join(text.split()) for text in text_of(pdf)]


def test_a_certificate_is_saved_as_two_tagged_pages_with_both_times(phone: Page, site: Running, tmp_path: Path) -> None:
    fill_in(phone)
    text = make_sealed(phone)
    before = len(site.requests())
    pdf, download = saved(phone, tmp_path)
    asked = [line for line in site.requests()[before:] if not line.startswith("GET /v1/")]
    assert asked == ["GET /printer.js 0"]
    assert re.fullmatch(r"attestation-\d{4}-\d\d-\d\d_\d\d-\d\d\.pdf", download.suggested_filename)
    assert codes_of(pdf) == [text, text]
    with pikepdf.open(pdf) as read:
        assert len(read.pages) == 2
        assert read.Root.Lang == "fr"
        assert read.Root.MarkInfo.Marked
        assert read.Root.ViewerPreferences.DisplayDocTitle
        assert read.docinfo.Title == "Attestations"
        with read.open_metadata() as metadata:
            assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
            assert metadata["dc:title"] == "Attestations"
        assert {"/Document", "/H1", "/H2", "/P", "/L", "/LI", "/Lbl", "/LBody"} <= set(tags(read.Root.StructTreeRoot))
        figures = [each for each in elements(read.Root.StructTreeRoot) if each.S == "/Figure"]
        assert [str(figure.Alt).startswith("Code QR") for figure in figures] == [True, True]
        assert all(len(figure.A.BBox) == 4 for figure in figures)
        assert tags(read.Root.StructTreeRoot)[1] == "/H1"
        assert unembedded(read) == []
        assert unmarked(read) == []
    first, second = words_of(pdf)
    assert "Créée par le téléphone le" in first
    assert "Scellée par le serveur le" in first
    assert all(word in first for word in (NAME, TEXTS["place"], TEXTS["mission"]))
    assert "SCELLÉE le" in second
    assert NAME in second


def test_the_code_on_either_page_is_read_and_verified_by_the_officer(phone: Page, tmp_path: Path) -> None:
    fill_in(phone)
    text = make_sealed(phone)
    pdf, _ = saved(phone, tmp_path)
    for picture in pictures_of(pdf, tmp_path):
        phone.goto("/verify/")
        phone.locator("#image").set_input_files(picture)
        assert phone.locator(".verdict h1").inner_text() == "SCELLÉE"
    assert from_text(text).seal


def test_without_a_seal_the_pages_and_the_name_of_the_file_say_so(phone: Page, site: Running, tmp_path: Path) -> None:
    fill_in(phone)
    make(phone)
    saved(phone, tmp_path)
    fill_in(phone)
    site.stop()
    try:
        make(phone)
        # What prints came before, and needs no network now.
        pdf, download = saved(phone, tmp_path)
    finally:
        site.start()
    assert download.suggested_filename.startswith("attestation-non-scellee-")
    assert all("NON SCELLÉE" in words and "SCELLÉE le" not in words for words in words_of(pdf))


def test_where_what_prints_never_came_it_says_so_and_loses_nothing(phone: Page, site: Running) -> None:
    fill_in(phone)
    wait_for_worker(phone)
    site.stop()
    try:
        make(phone)
        phone.get_by_role("button", name="Enregistrer en PDF").click()
        phone.get_by_text("Le PDF n’a pas pu être préparé").wait_for()
        assert phone.locator(".state").inner_text() == "Non scellée"
        expect(phone.get_by_role("button", name="Enregistrer en PDF")).to_be_enabled()
    finally:
        site.start()


def test_a_form_to_fill_in_by_hand_is_saved(phone: Page, tmp_path: Path) -> None:
    fill_in(phone)
    pdf, download = saved(phone, tmp_path)
    assert download.suggested_filename == "attestation-a-remplir-entraide.mission-1.pdf"
    words = " ".join(words_of(pdf))
    assert NAME not in words
    assert codes_of(pdf) == []
    form = load_forms()["entraide.mission/1"]
    asked = [field for field in form.fields if field.name not in ("created_at", "reasons")]
    assert [field.name for field in asked if field.label["fr"] not in words] == []
    assert words.count("☐") == len(form.reasons)
    with pikepdf.open(pdf) as read:
        assert unembedded(read) == []
        assert unmarked(read) == []


@pytest.fixture
def press(phone: Page, tmp_path: Path) -> Any:
    """What prints, called as the page calls it: certificates of any form in, files out."""
    phone.goto("/")
    phone.get_by_role("button", name="mission").click()
    saved(phone, tmp_path)

    def printed(certificates: list[Certificate], form: Form, language: str) -> list[Path]:
        files = phone.evaluate(
            """async ({ texts, form, language }) => {
                const { printer } = await import("/printer.js");
                const files = [];
                for (const text of texts) {
                    const made = await printer.certificate(text, form, language, "Version x");
                    const bytes = new Uint8Array(await made.arrayBuffer());
                    files.push(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
                }
                return files;
            }""",
            {"texts": [to_text(each) for each in certificates], "form": as_the_site_reads(form), "language": language},
        )
        paths = [tmp_path / f"printed-{number}.pdf" for number in range(len(files))]
        for path, data in zip(paths, files, strict=True):
            path.write_bytes(base64.b64decode(data))
        return paths

    return printed


def as_the_site_reads(form: Form) -> dict[str, Any]:
    """Return what printing needs of a form, in the site's words."""
    return {
        "id": form.id, "zone": form.zone, "title": form.title, "statement": form.statement, "legal": form.legal,
        "fields": [
            {"key": field.key, "name": field.name, "kind": str(field.kind), "label": field.label}
            for field in form.fields
        ],
        "reasons": [
            {"code": reason.code, "short": reason.short, "full": reason.full} for reason in form.reasons
        ],
    }  # fmt: skip


def test_names_in_every_script_are_printed_or_transliterated_and_never_lost(press: Any) -> None:
    certificates = [
        Certificate(encode(replace(vector.DECLARATION, values={**vector.DECLARATION.values, 2: name})), None)
        for name in NAMES.values()
    ]
    files = press(certificates, situations.FORM, "fr")
    boxed = set()
    for (script, name), pdf in zip(NAMES.items(), files, strict=True):
        assert [decode(from_text(code).declaration).values[2] for code in codes_of(pdf)] == [name, name], script
        words = words_of(pdf)[0]
        missing = [letter for letter in name if letter not in words and letter != "\u200c"]
        if missing:
            boxed.add(script)
            assert words.count("□") == len(missing) + 1, script  # And the one that says what boxes are.
            assert anyascii(name) in words, script
        with pikepdf.open(pdf) as read:
            read_out = [str(each.ActualText) for each in elements(read.Root.StructTreeRoot) if "/ActualText" in each]
            assert script in ("Latin", "Vietnamese", "Marks") or name in read_out, script
            assert unembedded(read) == []
    assert {"Thai", "Han", "Hangul", "Devanagari", "Ethiopic"} <= boxed
    assert not boxed & {
        "Latin",
        "Vietnamese",
        "Greek",
        "Cyrillic",
        "Armenian",
        "Georgian",
        "Hebrew",
        "Arabic",
        "Persian",
        "Marks",
    }


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("is_sealed", [True, False])
def test_the_command_line_prints_the_same_words(is_sealed: bool, language: str, press: Any, tmp_path: Path) -> None:
    data = encode(vector.DECLARATION)
    sealed = seal(commitment=commitment(data), signer=vector.KEY, at=vector.SEALED_AT) if is_sealed else None
    certificate = Certificate(data, sealed)
    [ours] = press([certificate], situations.FORM, language)
    theirs = tmp_path / "theirs.pdf"
    page = printing.Page(certificate, vector.DECLARATION, situations.FORM)
    theirs.write_bytes(printing.to_pdf([page], language=language).data)
    assert codes_of(ours) == codes_of(theirs)
    for one, other in zip(words_of(ours), words_of(theirs), strict=True):
        assert Counter(one.replace("Version x", "").split()) == Counter(other.split())


def test_as_much_as_a_code_holds_fits_on_paper(press: Any) -> None:
    form = load_forms()["fr.ecole/1"]
    people = tuple((f"Enfant {number} " + "é" * 10, "2014-05-02") for number in range(6))
    values: dict[int, Value] = {
        2: "W" * 60, 3: "ß" * 60, 6: "A" * 120, 7: "67000", 8: "Z" * 80, 9: vector.SEALED_AT,
        10: ("ecole", "periscolaire"), 12: "x" * 60, 13: "Y" * 60, 14: people, 15: vector.SEALED_AT + 3600,
    }  # fmt: skip
    data = encode(replace(vector.DECLARATION, form=form.id, values=values))
    [pdf] = press([Certificate(data, None)], form, "fr")
    words = "".join(words_of(pdf)).replace(" ", "")
    assert all(str(value).replace(" ", "") in words for key, value in values.items() if key in (2, 3, 6, 7, 8, 12, 13))
    assert all(name.replace(" ", "") in words for name, _ in people)
    assert len(codes_of(pdf)) == 2
