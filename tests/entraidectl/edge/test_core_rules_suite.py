"""The core rules' own tests, from Debian's source package: made for our forms, the rules stop what they did before.

Nothing of the package is kept in the repository: it is fetched through apt-get, from where this machine has its Debian.
"""

import base64
import socket
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, unquote_plus

import pytest
import yaml

from config import environment as names
from entraidectl.edge.firewall import core_rules
from tests.entraidectl.edge import backend as backends
from tests.entraidectl.edge import edges

pytestmark = pytest.mark.drill
PACKAGE = "modsecurity-crs"
# Of the others nearly all are for stricter levels, which mistake what people write; docs/operate/edge.md counts them.
LEAST_SHARE = 0.84
REFUSED = {0, 400, 403, 414, 431, 505}


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack of the suite."""

    title: str
    request: bytes


@pytest.fixture(scope="module")
def suite() -> list[Attack]:
    """Return all attacks in the tests of the rules that are installed here."""
    folder = names.from_process().value(names.VAR_DIR) / "core-rules-suite"
    if not any(folder.glob("*.orig.tar.*")):
        reason = fetched_into(folder)
        if reason:
            pytest.skip(f"Debian's source package of the core rules cannot be had: {reason}")
    (archive,) = folder.glob("*.orig.tar.*")
    with tarfile.open(archive) as tar:
        members = [each for each in tar if "/regression/" in each.name and each.name.endswith(".yaml")]
        files = [tar.extractfile(member) for member in members]
        documents = [yaml.safe_load(file) for file in files if file]
    return [attack for document in documents for attack in attacks_in(document)]


def fetched_into(folder: Path) -> str:
    """Fetch the source package; return why that could not be, or nothing."""
    (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    kinds = ["apt-get", "indextargets", "--format", "$(SITE) $(CODENAME) $(COMPONENT)", "Created-By: Packages"]
    try:
        targets = subprocess.run(kinds, capture_output=True, text=True, check=True).stdout.split("\n")
        lines = dict.fromkeys(f"deb-src {' '.join(target.split())}" for target in targets if target.endswith(" main"))
        (folder / "sources.list").write_text("\n".join(lines) + "\n")
        options = [
            "-o", f"Dir::Etc::sourcelist={folder}/sources.list", "-o", "Dir::Etc::sourceparts=/dev/null",
            "-o", f"Dir::State::lists={folder}/lists", "-o", "APT::Sandbox::User=root",
        ]  # fmt: skip
        for words in (["update"], ["source", "--download-only", PACKAGE]):
            subprocess.run(["apt-get", *options, *words], cwd=folder, capture_output=True, check=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    return ""


def attacks_in(document: dict[str, Any]) -> Iterator[Attack]:
    """Yield the attacks of one file, which are those that a rule is expected to see."""
    for test in document["tests"]:
        for each in test["stages"]:
            if "log_contains" in each["stage"]["output"]:
                yield Attack(test["test_title"], request_of(each["stage"]["input"]))


def request_of(wanted: dict[str, Any]) -> bytes:
    """Return an input of the suite as the bytes of a request."""
    if "encoded_request" in wanted:
        return base64.b64decode(wanted["encoded_request"])
    headers = {str(name): str(value) for name, value in (wanted.get("headers") or {}).items()}
    data = wanted.get("data") or ""
    data = "\r\n".join(data) if isinstance(data, list) else str(data)
    lower = {name.lower() for name in headers}
    # What the suite wants sent as it stands is neither completed nor encoded.
    completed = not wanted.get("stop_magic")
    if completed and data and "content-type" not in lower:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if completed and headers.get("Content-Type") == "application/x-www-form-urlencoded" and unquote_plus(data) == data:
        data = "&".join("=".join(quote_plus(part) for part in pair.split("=", 1)) for pair in data.split("&"))
    body = data.encode("utf-8", "surrogateescape")
    if completed and body and not {"content-length", "transfer-encoding"} & lower:
        headers["Content-Length"] = str(len(body))
    headers = headers if "connection" in lower else {**headers, "Connection": "close"}
    line = f"{wanted.get('method', 'GET')} {wanted.get('uri', '/')} {wanted.get('version', 'HTTP/1.1')}"
    head = "\r\n".join([line, *(f"{name}: {value}" for name, value in headers.items())])
    return head.encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def status_of(port: int, request: bytes) -> int:
    """Return the status of the answer to a request; 0 when the connection ends without one."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        try:
            connection.sendall(request)
            words = connection.recv(64).split()
        except OSError:
            return 0
        return int(words[1]) if len(words) > 1 and words[0].startswith(b"HTTP/") else 0


def refused_of(suite: list[Attack], folder: Path) -> set[str]:
    """Return the titles of the attacks that an edge refuses."""
    with backends.running() as backend:
        edge = edges.make(folder, backend)
        edge.write(firewall='[firewall]\nlevel = "block"', rates=edges.WIDE_RATES)
        with edges.running(edge):
            return {each.title for each in suite if status_of(edge.ports["inside"], each.request) in REFUSED}


def test_what_the_rules_refuse_as_they_come_ours_refuse_too(
    suite: list[Attack], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not edges.NGINX or not core_rules.FOLDER.is_dir():
        pytest.skip("ModSecurity is missing: apt-get install libnginx-mod-http-modsecurity modsecurity-crs")
    titles = {each.title for each in suite}
    assert len(titles) > 2000
    ours = refused_of(suite, tmp_path / "ours")
    monkeypatch.setattr(core_rules, "rewritten", lambda files, free_text: dict(files))
    as_they_come = refused_of(suite, tmp_path / "stock")
    assert len(as_they_come) > 1800
    assert as_they_come - ours == set()
    assert len(ours) / len(titles) >= LEAST_SHARE, f"{len(ours)} of {len(titles)}"
