"""The command line: from the root's ceremony to a verdict, with a real seal process in between."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result

from entraide.certificates import container, declaration
from entraide.certificates.command.cli import main
from entraide.certificates.forms import reading
from entraide.certificates.keys.folder import KeyFolder
from tests.certificates.paper import codes_of, tags, text_of, unembedded, unmarked
from tests.certificates.test_process_alone import process

PERSON = {
    "given_name": "Željko",
    "family_name": "Śmigły-Ōe",
    "birth_date": "1984-07-14",
    "address": "12 bis rue du Général de Gaulle, Bât. C",
    "postcode": "93200",
    "city": "Saint-Denis",
    "mission": "Porter des repas",
    "organisation": "Croix-Verte",
    "place": "1 place de la Mairie",
    "reasons": "aide",
}
PASSPHRASE = "a passphrase of a test"


def run(*arguments: str | Path, given: str = "") -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=given)


def done(*arguments: str | Path, given: str = "") -> str:
    result = run(*arguments, given=given)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*arguments: str | Path, given: str = "") -> str:
    result = run(*arguments, given=given)
    assert result.exit_code in (1, 2)
    assert isinstance(result.exception, SystemExit), result.exception
    return result.stderr


def leaving_in(minutes: int) -> str:
    from datetime import UTC, datetime, timedelta

    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat(timespec="minutes")


def fields(**changes: str) -> list[str]:
    person = {**PERSON, "leaving_at": leaving_in(10), "return_at": leaving_in(90), **changes}
    return [part for name, value in person.items() for part in ("--field", f"{name}={value}")]


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "passphrase"
    file.write_text(f"{PASSPHRASE}\n")
    return file


@pytest.fixture
def root(tmp_path: Path, secret: Path) -> tuple[Path, str]:
    """A root: its folder and its public key."""
    folder = tmp_path / "root"
    return folder, done("root", "init", folder, "--passphrase-file", secret).strip()


@pytest.fixture
def sealing(tmp_path: Path) -> Iterator[str]:
    """A seal process in development, which signs its own lists: its address."""
    with process(tmp_path / "var", SEALS_PER_NETWORK="100000") as (_, address):
        yield address


def pinned(tmp_path: Path) -> str:
    return (tmp_path / "var" / "seals" / "roots.txt").read_text().strip()


def test_the_ceremony_from_a_root_to_a_published_list(tmp_path: Path, root: tuple[Path, str], secret: Path) -> None:
    folder, public = root
    seals = tmp_path / "seals"
    made = json.loads(done("keys", "rotate", "--folder", seals, "--days-ahead", "3", "--json"))["made"]
    assert len(made) == 4
    assert "Nothing was due" in done("keys", "rotate", "--folder", seals, "--days-ahead", "3")
    request = tmp_path / "request.json"
    assert "NOT LISTED" in done("keys", "list", "--folder", seals, "--export", request)
    lists, forms = tmp_path / "lists", tmp_path / "forms.cose"
    done(
        "keys",
        "sign",
        "--root",
        folder,
        "--request",
        request,
        "--days",
        "3",
        "--out",
        lists,
        "--passphrase-file",
        secret,
    )
    done("forms", "sign", "--root", folder, "--out", forms, "--passphrase-file", secret)
    files = sorted(lists.iterdir())
    assert len(files) == 3
    assert "no root that is known here" in refused("keys", "install", "--folder", seals, files[0])
    done("keys", "install", "--folder", seals, "--root", public, *files, forms)
    shown = json.loads(done("keys", "list", "--folder", seals, "--json"))
    assert shown["list"]["version"] == 1
    assert shown["list"]["expires"] - shown["list"]["issued"] == 72 * 3600
    assert [key["listed"] for key in shown["keys"]] == [True] * 4
    assert all(key["state"] == "kept" for key in shown["keys"])
    # A later ceremony leaves a key out; no list of the first, not even one for tomorrow, comes after it.
    kid = shown["keys"][0]["kid"]
    again = tmp_path / "again"
    done(
        "keys", "sign", "--root", folder, "--request", request, "--days", "2", "--out", again, "--revoke", kid,
        "--passphrase-file", secret,
    )  # fmt: skip
    done("keys", "install", "--folder", seals, *sorted(again.iterdir()))
    shown = json.loads(done("keys", "list", "--folder", seals, "--json"))
    assert shown["list"]["version"] == 5
    assert [key["listed"] for key in shown["keys"]] == [False, True, True, True]


def test_a_root_is_made_once_and_opens_with_its_passphrase_alone(
    tmp_path: Path, root: tuple[Path, str], secret: Path
) -> None:
    folder, _ = root
    assert "holds a root already" in refused("root", "init", folder, "--passphrase-file", secret)
    assert PASSPHRASE.encode() not in (folder / "root.key").read_bytes()
    assert (folder / "root.key").stat().st_mode & 0o777 == 0o600
    wrong = tmp_path / "wrong"
    wrong.write_text("another passphrase")
    out = tmp_path / "forms.cose"
    assert "passphrase is wrong" in refused("forms", "sign", "--root", folder, "--out", out, "--passphrase-file", wrong)
    wrong.write_text("short")
    assert "fewer than 12" in refused("root", "init", tmp_path / "other", "--passphrase-file", wrong)
    folder.chmod(0o755)
    assert "chmod 700" in refused("forms", "sign", "--root", folder, "--out", out, "--passphrase-file", secret)


def test_two_roots_vouch_for_each_other(tmp_path: Path, root: tuple[Path, str], secret: Path, sealing: str) -> None:
    first, public = root
    second = tmp_path / "second"
    done("root", "init", second, "--passphrase-file", secret)
    assert "one root" in refused(
        "root", "endorse", first, first, "--passphrase-file", secret, "--other-passphrase-file", secret
    )
    done("root", "endorse", first, second, "--passphrase-file", secret, "--other-passphrase-file", secret)
    seals, request, lists = tmp_path / "var" / "seals", tmp_path / "request.json", tmp_path / "lists"
    done("keys", "list", "--folder", seals, "--export", request)
    done(
        "keys",
        "sign",
        "--root",
        second,
        "--request",
        request,
        "--days",
        "1",
        "--out",
        lists,
        "--passphrase-file",
        secret,
    )
    done("forms", "sign", "--root", second, "--out", tmp_path / "forms.cose", "--passphrase-file", secret)
    (listed,) = lists.iterdir()
    text = done("make", "--form", "entraide.mission/1", *fields(), "--seal", sealing).strip()
    # Whoever pins the first root trusts what the second signed.
    told = done("verify", "--keys", listed, "--forms", tmp_path / "forms.cose", "--root", public, text)
    assert told.startswith("SEALED")


def test_what_was_signed_before_cannot_change_unnoticed(tmp_path: Path, root: tuple[Path, str], secret: Path) -> None:
    folder, _ = root
    forms = tmp_path / "forms"
    forms.mkdir()
    from entraide.certificates.forms import reading

    spring = (reading.FOLDER / "fr.dep-1.toml").read_text(encoding="utf-8")
    (forms / "fr.dep-1.toml").write_text(spring, encoding="utf-8")
    out = tmp_path / "forms.cose"
    sign = ("forms", "sign", forms, "--root", folder, "--out", out, "--passphrase-file", secret)
    done(*sign)
    (forms / "fr.dep-1.toml").write_text(spring.replace("lasts_minutes = 1440", "lasts_minutes = 60"), encoding="utf-8")
    assert "changed or gone: fr.dep/1" in refused(*sign, "--previous", out)
    (forms / "fr.dep-1.toml").write_text(spring, encoding="utf-8")
    (forms / "fr.dep-9.toml").write_text(spring.replace("fr.dep/1", "fr.dep/9"), encoding="utf-8")
    done(*sign, "--previous", out)
    assert "fr.dep/9" in done("forms", "check", forms)
    (forms / "bad.toml").write_text("id = 3")
    assert "bad.toml: title is missing" in refused("forms", "check", forms)


def test_made_sealed_and_verified(tmp_path: Path, sealing: str) -> None:
    made = json.loads(done("make", "--form", "entraide.mission/1", *fields(), "--json"))["certificates"]
    assert made[0]["sealed_at"] is None
    check = ("verify", "--keys", sealing, "--root", pinned(tmp_path))
    unsealed = run(*check, "--json", made[0]["text"])
    assert (unsealed.exit_code, json.loads(unsealed.stdout)["verdict"]) == (1, "unsealed")
    sealed = done("seal", "--seal", sealing, given=made[0]["text"] + "\n").strip()
    assert container.from_text(sealed).declaration == container.from_text(made[0]["text"]).declaration
    assert done("seal", "--seal", sealing, sealed).strip() == sealed
    found = json.loads(done(*check, "--json", given=sealed + "\n"))
    assert (found["verdict"], found["colour"], found["remarks"]) == ("sealed", "green", [])
    assert found["fields"]["family_name"] == "Śmigły-Ōe"
    assert "family_name: Śmigły-Ōe" in done(*check, sealed)
    altered = run(*check, sealed[:-1] + ("0" if sealed[-1] != "0" else "1"))
    assert altered.exit_code == 1
    assert "ALTERED" in altered.stdout
    assert "Śmigły" not in altered.stdout
    newest = found["list_version"] + 1
    assert "comes after version" in refused(*check, "--known-version", str(newest), sealed)


def test_hiding_characters_of_a_stranger_are_shown_as_marks(tmp_path: Path, sealing: str) -> None:
    text = done("make", "--form", "entraide.mission/1", *fields(given_name="Ana\u202eeiraM\x07"), "--seal", sealing)
    told = done("verify", "--keys", sealing, "--root", pinned(tmp_path), text.strip())
    assert "Ana⟨U+202E⟩eiraM⟨U+0007⟩" in told


def table(*rows: dict[str, str]) -> str:
    names = list(rows[0])
    return "\n".join([";".join(names), *(";".join(row[name] for name in names) for row in rows)]) + "\n"


def people(count: int) -> list[dict[str, str]]:
    return [
        {**PERSON, "given_name": f"Camille {n}", "leaving_at": leaving_in(10), "return_at": leaving_in(70)}
        for n in range(count)
    ]


def test_a_table_of_people_becomes_one_file_of_pages_that_can_be_read(tmp_path: Path, sealing: str) -> None:
    csv, pdf = tmp_path / "people.csv", tmp_path / "out.pdf"
    csv.write_text(table(*people(3)), encoding="utf-8")
    result = run("make", "--form", "entraide.mission/1", "--csv", csv, "--pdf", pdf, "--seal", sealing)
    assert result.exit_code == 0, result.output
    assert "certificates: 3 of 3" in result.stderr
    texts = result.stdout.split("\n")[:-1]
    assert [name_in(text) for text in texts] == ["Camille 0", "Camille 1", "Camille 2"]
    assert all(container.from_text(text).seal for text in texts)
    assert codes_of(pdf) == [text for text in texts for _ in range(2)]
    with pikepdf.open(pdf) as read:
        assert read.Root.Lang == "fr"
        assert read.Root.MarkInfo.Marked
        with read.open_metadata() as metadata:
            assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        kinds = tags(read.Root.StructTreeRoot)
        assert {"/H1", "/H2", "/P", "/Figure", "/L", "/LI"} <= set(kinds)
        assert kinds.count("/H1") == 3
        assert kinds.count("/Figure") == 6
        assert unembedded(read) == []
        assert unmarked(read) == []
    words = text_of(pdf)[0]
    assert "SCELLÉE le" in words
    assert "Scellée par le serveur le" in words
    assert "Créée par le téléphone le" in words


def test_without_a_network_paper_is_printed_unsealed_and_says_so(tmp_path: Path) -> None:
    pdf = tmp_path / "out.pdf"
    nobody = "http://127.0.0.1:1"
    result = run("make", "--form", "entraide.mission/1", *fields(), "--pdf", pdf, "--seal", nobody, "--language", "en")
    assert result.exit_code == 0
    assert "Not sealed: 1 of 1" in result.stderr
    for words in text_of(pdf):
        assert "NOT SEALED" in words


def test_a_letter_that_no_font_has_is_transliterated_on_paper_and_kept_in_the_code(tmp_path: Path) -> None:
    pdf = tmp_path / "out.pdf"
    # Cuneiform is in no font of this project, nor of Debian's usual ones.
    result = run("make", "--form", "entraide.mission/1", *fields(given_name="Enki 𒀭 Ōe"), "--pdf", pdf)
    assert result.exit_code == 0, result.output
    assert "in no font here: 𒀭" in result.stderr
    assert name_in(codes_of(pdf)[0]) == "Enki 𒀭 Ōe"
    assert "Enki □ Ōe (Enki" in text_of(pdf)[0].replace("\r\n", " ")
    assert "transcription" in text_of(pdf)[0]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_form_to_fill_in_by_hand_has_its_labels_and_no_code(language: str, tmp_path: Path) -> None:
    pdf = tmp_path / "blank.pdf"
    done("blank", "--form", "fr.ecole/1", "--pdf", pdf, "--language", language)
    form = reading.load_all()["fr.ecole/1"]
    words = " ".join(" ".join(text_of(pdf)).split())
    asked = [field for field in form.fields if field.name not in ("created_at", "reasons")]
    assert [field.name for field in asked if field.label[language] not in words] == []
    assert words.count("☐") == len(form.reasons)
    assert codes_of(pdf) == []
    with pikepdf.open(pdf) as read:
        assert language == read.Root.Lang
        assert unembedded(read) == []
    assert "There is no form" in refused("blank", "--form", "fr.none/1", "--pdf", tmp_path / "none.pdf")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no row"),
        (b"given_name\n", "no row"),
        (b"\xff\xfe", "not UTF-8"),
        (b"given_name\nAna\0\n", "NUL"),
        (b"given_name,city\nAna,Lyon,more\n", "more columns"),
        (b'given_name\n"Ana\n', "not CSV"),
        (b"prenom\nAna\n", "row 2, prenom: is not known"),
        (table({**people(1)[0], "leaving_at": "tomorrow"}).encode(), "row 2, leaving_at: expected a time"),
        (table({**people(1)[0], "leaving_at": "9999-01-01 10:00"}).encode(), "row 2, leaving_at: is too far"),
        (table({**people(1)[0], "birth_date": "14/07/1984"}).encode(), "row 2, birth_date: is not as"),
        (table({**people(1)[0], "reasons": "holiday"}).encode(), "row 2, reasons: is not known"),
        (table(*people(2), {**people(1)[0], "city": ""}).encode(), "row 4, city: is missing"),
    ],
)
def test_each_mistake_in_a_table_is_told_with_its_row_and_nothing_is_printed(
    tmp_path: Path, content: bytes, told: str
) -> None:
    csv, pdf = tmp_path / "people.csv", tmp_path / "out.pdf"
    csv.write_bytes(content)
    assert told in refused("make", "--form", "entraide.mission/1", "--csv", csv, "--pdf", pdf)
    assert not pdf.exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["make", "--form", "entraide.mission/1"], "either --field or --csv"),
        (["make", "--form", "no.such/1", "--field", "a=b"], "no form"),
        (["make", "--form", "entraide.mission/1", "--field", "given_name"], "NAME=VALUE"),
        (["seal", "--seal", "ftp://x", "MA1:"], "no http(s) address"),
        (["seal", "--seal", "http://127.0.0.1:1", "HC1:ABC"], "does not begin with MA1:"),
        (["verify", "--keys", "/nowhere", "--forms", "/nowhere", "--root", "ab" * 64, "x"], "no point of P-256"),
        (["verify", "--keys", "/nowhere", "--forms", "/nowhere", "--root", "xyz", "x"], "128 hexadecimal"),
        (["verify", "--keys", "/nowhere", "--root", "ab" * 64, "x"], "--forms"),
        (["keys", "install", "--root", "ab"], "128 hexadecimal"),
    ],
)
def test_what_cannot_be_is_one_plain_line(arguments: list[str], told: str, tmp_path: Path) -> None:
    more = ["--folder", str(tmp_path / "seals")] if arguments[0] == "keys" else []
    assert told in refused(*arguments, *more)


def test_a_wrong_request_for_a_list_is_named(tmp_path: Path, root: tuple[Path, str], secret: Path) -> None:
    request = tmp_path / "request.json"
    sign = (
        "keys",
        "sign",
        "--root",
        root[0],
        "--request",
        request,
        "--out",
        tmp_path / "x",
        "--passphrase-file",
        secret,
    )
    for content in ("", "[]", '{"format": "other"}', '{"format": "entraide-keys-to-list/1", "keys": {"soon": "00"}}'):
        request.write_text(content)
        assert "request.json" in refused(*sign)
    KeyFolder(tmp_path / "seals")
    done("keys", "rotate", "--folder", tmp_path / "seals")
    done("keys", "list", "--folder", tmp_path / "seals", "--export", request)
    assert "no request holds 0011223344556677" in refused(*sign, "--revoke", "0011223344556677")


def name_in(text: str) -> object:
    return declaration.decode(container.from_text(text).declaration).values[2]


def test_the_code_of_the_test_person_is_version_13_at_most() -> None:
    from entraide.certificates.command.printing import code_of
    from tests.certificates import situations

    drawn = code_of(situations.certificate(), level="m")
    assert (drawn.version, drawn.error, drawn.mode) == (13, "M", "alphanumeric")
    assert code_of(situations.certificate(), level="q").version == 16
    assert code_of(situations.certificate(sealed_at=None), level="m").version == 10
    image = BytesIO()
    drawn.save(image, kind="png", scale=4)
    assert image.getvalue()
