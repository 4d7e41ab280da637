"""The same sources give the same site, and one command tells whether a running site is that one."""

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bin.steps import certificates_site
from bin.steps.certificates_site import Trust
from entraide.certificates.command.cli import main
from entraide.certificates.curve import PrivateKey
from tests.certificates_site.conftest import Running

PASSPHRASE = "a passphrase of a test"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def signed(site: Running, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A root's public key, and its release of the built site."""
    folder = tmp_path_factory.mktemp("root")
    secret, root, out = folder / "passphrase", folder / "root", folder / "release.cose"
    secret.write_text(PASSPHRASE)
    public = run("root", "init", root, "--passphrase-file", secret).stdout.strip()
    built = site.var_dir / "certificates-site"
    done = run("site", "sign", "--root", root, "--site", built, "--out", out, "--passphrase-file", secret)
    assert done.exit_code == 0, done.output
    return public, out


@pytest.fixture
def altered(site: Running, signed: tuple[str, Path], tmp_path: Path) -> Iterator[Running]:
    """A copy of the site that shows its release, to be altered and then started."""
    built = tmp_path / "certificates-site"
    shutil.copytree(site.var_dir / "certificates-site", built)
    shutil.copy(signed[1], built / "release.cose")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    running = Running(f"http://localhost:{port}", tmp_path / "requests.txt", tmp_path, port)
    yield running
    running.stop()


def test_two_builds_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roots = [PrivateKey.generate().public.point.hex() for _ in range(2)]
    found = []
    for name, zone, language in (("one", "Pacific/Kiritimati", "fr_FR.UTF-8"), ("a longer/two", "America/Adak", "C")):
        monkeypatch.setenv("TZ", zone)
        monkeypatch.setenv("LC_ALL", language)
        certificates_site.build(var_dir=tmp_path / name, trust=Trust(roots))
        folder = tmp_path / name / "certificates-site"
        found.append({str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()})
    assert found[0] == found[1]
    assert len(found[0]) > 12
    certificates_site.build(var_dir=tmp_path / "one", trust=Trust(roots[:1]))
    other = (tmp_path / "one" / "certificates-site" / "SHA256SUMS").read_bytes()
    assert other != found[0]["SHA256SUMS"], "whom it trusts is part of the build"


def test_a_site_that_runs_as_it_was_signed_is_the_same(site: Running, signed: tuple[str, Path]) -> None:
    public, file = signed
    done = run("site", "compare", site.url, "--root", public, "--release", file)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("The site is release 1: ")
    own = run("site", "compare", f"{site.url}/", "--site", site.var_dir / "certificates-site")
    assert own.exit_code == 0, own.output


def test_a_site_shows_its_own_release(altered: Running, signed: tuple[str, Path]) -> None:
    altered.start()
    done = run("site", "compare", altered.url, "--root", signed[0], "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["differences"] == []


def test_whatever_was_altered_is_told(altered: Running, signed: tuple[str, Path]) -> None:
    built = altered.var_dir / "certificates-site"
    page = (built / "index.html").read_text(encoding="utf-8")
    (built / "index.html").write_text(page.replace("</head>", '<script src="/seen.js"></script></head>'))
    (built / "blank-fr.html").unlink()
    wasm = bytearray((built / "reader.wasm").read_bytes())
    wasm[-1] ^= 1
    (built / "reader.wasm").write_bytes(wasm)
    headers = json.loads((built / "headers.json").read_text())
    headers["/verify/"]["Content-Security-Policy"] = headers["/verify/"]["Content-Security-Policy"].replace(
        "connect-src 'none'", "connect-src *"
    )
    headers["/worker.js"]["Set-Cookie"] = "visid_incap=1"
    (built / "headers.json").write_text(json.dumps(headers))
    altered.start()
    done = run("site", "compare", altered.url, "--root", signed[0], "--json")
    assert done.exit_code == 1, done.output
    told = {(each["kind"], each["address"]) for each in json.loads(done.stdout)["differences"]}
    assert told == {
        ("differs", "/"), ("extra", "/seen.js"), ("missing", "/blank-fr.html"), ("differs", "/reader.wasm"),
        ("header", "/verify/"), ("header", "/worker.js"),
    }  # fmt: skip
    lines = run("site", "compare", altered.url, "--root", signed[0]).stdout.splitlines()
    assert lines[-1] == "The site is NOT release 1: 6 differences."


def test_another_one_file_than_ones_own_build_makes_is_told(altered: Running, site: Running) -> None:
    file = altered.var_dir / "certificates-site" / "attestations.html"
    file.write_text(file.read_text(encoding="utf-8").replace("allow-scripts", "allow-scripts allow-popups", 1))
    altered.start()
    done = run("site", "compare", altered.url, "--site", site.var_dir / "certificates-site", "--json")
    assert done.exit_code == 1, done.output
    told = [(each["kind"], each["address"]) for each in json.loads(done.stdout)["differences"]]
    assert told == [("differs", "/attestations.html")]


@pytest.mark.parametrize("trouble", ["nobody", "stranger", "older", "unsigned", "both"])
def test_what_cannot_be_compared_ends_with_another_code(site: Running, signed: tuple[str, Path], trouble: str) -> None:
    public, file = signed
    stranger = PrivateKey.generate().public.point.hex()
    arguments: dict[str, list[str | Path]] = {
        "nobody": ["http://127.0.0.1:1", "--root", public, "--release", file],
        "stranger": [site.url, "--root", stranger, "--release", file],
        "older": [site.url, "--root", public, "--release", file, "--known-version", "2"],
        "unsigned": [site.url, "--root", public],
        "both": [site.url, "--root", public, "--site", site.var_dir],
    }
    done = run("site", "compare", *arguments[trouble])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr
