"""Each process has its routes: pages, sign-ups, the seals on their own origin, meetings; and files are the edge's."""

import gzip
import json
import subprocess
from pathlib import Path

import pytest

from tests.entraidectl.edge import backend as backends
from tests.entraidectl.edge import edges
from tests.entraidectl.edge.backend import NO_REPLY, PUBLIC, Backend, Reply
from tests.entraidectl.edge.edges import CERTIFICATES, PORTAL, Edge
from tests.journeys.node import wait_for

HEADERS = Path(__file__).resolve().parents[3] / "certificates-site" / "headers.json"


def test_sign_ups_go_to_the_intake_and_all_else_to_the_pages(edge: Edge, backend: Backend) -> None:
    with backends.running() as intake:
        edge.write(intake=f'[pools.intake]\nservers = ["127.0.0.1:{intake.port}"]')
        edge.apply()
        receipt = "/v1/signups/01890a5d-ac96-774b-bcce-b302099a8057"
        for path in ("/v1/signups/challenge", receipt, "/v1/queue", "/v1/queue/state"):
            assert edge.ask(path).status == 200
        assert edge.ask("/v1/signups", method="POST", body=b"{}").status == 200
        assert edge.ask("/fr/").status == edge.ask("/v1/unknown").status == 200
        assert intake.targets() == ["/v1/signups/challenge", receipt, "/v1/queue", "/v1/queue/state", "/v1/signups"]
        assert backend.targets() == ["/fr/", "/v1/unknown"]


def test_a_server_that_died_is_left_out(edge: Edge, backend: Backend) -> None:
    with backends.running() as other:
        edge.write(web=f'[pools.web]\nservers = ["127.0.0.1:{backend.port}", "127.0.0.1:{other.port}"]')
        edge.apply()
        wait_for("both to be asked", lambda: edge.ask("/fr/me/") and backend.asked and other.asked)
        backend.stop()
        # A form too: it had not reached the server that is gone.
        statuses = {edge.ask("/fr/me/", method=method).status for _ in range(6) for method in ("GET", "POST")}
        assert statuses == {200}


def test_a_form_is_never_sent_twice(edge: Edge, backend: Backend) -> None:
    with backends.running() as other:
        edge.write(web=f'[pools.web]\nservers = ["127.0.0.1:{backend.port}", "127.0.0.1:{other.port}"]')
        edge.apply()
        for each in (backend, other):
            each.reply = lambda asked: NO_REPLY
        assert edge.ask("/fr/me/", method="POST", body=b"once").status == 502
        assert len(backend.asked) + len(other.asked) == 1
        assert edge.ask("/fr/me/").status == 502
        assert len(backend.asked) + len(other.asked) == 3


class TestFiles:
    """The portal's style sheets and scripts come from the edge's own disk."""

    @pytest.fixture
    def static(self, edge: Edge) -> Path:
        return edge.folder / "static"

    def test_a_name_with_its_hash_is_kept_for_a_year_and_others_an_hour(self, edge: Edge, static: Path) -> None:
        (static / "style.0123456789ab.css").write_text("a{}")
        (static / "style.css").write_text("a{}")
        hashed, plain = edge.ask("/static/style.0123456789ab.css"), edge.ask("/static/style.css")
        assert hashed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert plain.headers["Cache-Control"] == "public, max-age=3600"
        assert hashed.headers["Content-Type"] == "text/css"

    def test_what_was_packed_beforehand_is_sent_so(self, edge: Edge, static: Path) -> None:
        (static / "app.js").write_text("let a = 1")
        (static / "app.js.gz").write_bytes(gzip.compress(b"packed"))
        (static / "app.js.br").write_bytes(b"more packed")
        assert gzip.decompress(edge.ask("/static/app.js", headers={"Accept-Encoding": "gzip"}).body) == b"packed"
        assert edge.ask("/static/app.js").body == b"let a = 1"
        if "brotli_static on" in edge.run("render").stdout:
            assert edge.ask("/static/app.js", headers={"Accept-Encoding": "gzip, br"}).body == b"more packed"

    def test_nothing_outside_of_the_folder_is_served(self, edge: Edge, backend: Backend, static: Path) -> None:
        for target in (
            "/static/../site.toml",
            "/static/..%2fsite.toml",
            "/static../site.toml",
            "/static/%2e%2e/site.toml",
        ):
            assert b"version" not in edge.ask(target).body
        assert edge.ask("/static/").status in (403, 404)
        assert edge.ask("/static/none.css").status == 404

    def test_without_a_folder_they_are_asked_of_the_pages_and_kept(self, edge: Edge, backend: Backend) -> None:
        edge.write(files="")
        edge.apply()
        backend.reply = lambda asked: Reply(
            headers={"Cache-Control": "public, max-age=3600", "Vary": "Accept-Encoding"}
        )
        for encoding in ("gzip", "gzip, zstd", "gzip;q=1"):
            edge.ask("/static/a.css", headers={"Accept-Encoding": encoding})
        assert len(backend.asked) == 1


class TestSeals:
    """The certificates site and its seals, on an origin of their own."""

    @pytest.fixture
    def seals(self, edge: Edge, backend: Backend) -> Edge:
        site = edge.folder / "certificates-site"
        for name in ("index.html", "verify/index.html", "fr/index.html", "worker.js", "SHA256SUMS", "release.cose"):
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            (site / name).write_text(f"{name} is here")
        (site / "headers.json").write_text(HEADERS.read_text())
        edge.write(
            domains=edge.sections["domains"] + f'\ncertificates = "{CERTIFICATES}"',
            seals=f'[pools.seals]\nservers = ["127.0.0.1:{backend.port}"]',
            files=edge.sections["files"] + f'\ncertificates = "{site}"',
        )
        edge.apply()
        return edge

    @pytest.mark.parametrize(
        ("address", "file"),
        [
            ("/", "index.html"),
            ("/verify/", "verify/index.html"),
            ("/fr/", "fr/index.html"),
            ("/worker.js", "worker.js"),
        ],
    )
    def test_files_have_the_headers_of_their_build(self, seals: Edge, address: str, file: str) -> None:
        wished = json.loads(HEADERS.read_text())
        answer = seals.ask(address, name=CERTIFICATES)
        assert answer.body == f"{file} is here".encode()
        for name, value in {**wished["*"], **wished.get(address, {})}.items():
            assert answer.headers.get_all(name) == [value]
        assert answer.headers["Set-Cookie"] is None
        assert answer.headers["Strict-Transport-Security"]

    def test_kinds_of_files_are_named(self, seals: Edge) -> None:
        kinds = {path: seals.ask(path, name=CERTIFICATES).headers["Content-Type"] for path in
                 ("/", "/worker.js", "/SHA256SUMS", "/release.cose")}  # fmt: skip
        assert kinds == {
            "/": "text/html; charset=utf-8",
            "/worker.js": "text/javascript; charset=utf-8",
            "/SHA256SUMS": "text/plain; charset=utf-8",
            "/release.cose": 'application/cose; cose-type="cose-sign1"',
        }
        assert seals.ask("/headers.json", name=CERTIFICATES).status == 404

    def test_a_seal_is_asked_for_with_32_bytes_and_no_cookie(self, seals: Edge, backend: Backend) -> None:
        backend.reply = lambda asked: Reply(b"sealed", headers={"Cache-Control": "no-store", "Set-Cookie": "a=b"})
        cookie = {"Cookie": "a=b"}
        answer = seals.ask("/v1/seal", method="POST", body=b"x" * 32, name=CERTIFICATES, headers=cookie)
        assert (answer.status, answer.body, answer.headers["Set-Cookie"]) == (200, b"sealed", None)
        assert backend.asked[0].headers["Cookie"] is None
        assert seals.ask("/v1/seal", method="POST", body=b"x" * 33, name=CERTIFICATES).status == 413
        assert len(backend.asked) == 1

    def test_lists_of_keys_are_kept(self, seals: Edge, backend: Backend) -> None:
        backend.reply = lambda asked: Reply(b"keys", headers={"Cache-Control": "public, max-age=300"})
        assert seals.ask("/v1/keys", name=CERTIFICATES).body == b"keys"
        backend.stop()
        assert seals.ask("/v1/keys", name=CERTIFICATES).body == b"keys"

    def test_neither_origin_answers_for_the_other(self, seals: Edge, backend: Backend) -> None:
        assert seals.ask("/fr/me/", name=CERTIFICATES).status == 404
        assert backend.asked == []

    def test_no_file_says_who_asked(self, seals: Edge, backend: Backend) -> None:
        seals.ask("/v1/seal", method="POST", body=b"x" * 32, name=CERTIFICATES, headers={"User-Agent": "find-me"})
        seals.ask("/find-me/", name=CERTIFICATES)
        backend.stop()
        seals.ask("/v1/seal?find-me", method="POST", body=b"x" * 32, name=CERTIFICATES)
        seals.ask("/find-me", name=CERTIFICATES, tls=False)
        # What is asked of the portal is written down; then so would be what was asked before it.
        seals.ask("/fr/written-down/")
        seals.stop()
        written = "".join(file.read_text() for file in (seals.root / "var/log/entraide-edge").iterdir())
        assert "written-down" in written
        assert "find-me" not in written
        assert CERTIFICATES not in written


class TestLog:
    """The log of the portal's requests holds no secret."""

    def test_secrets_and_questions_are_left_out(self, edge: Edge) -> None:
        edge.ask("/fr/place/one-secret/")
        edge.ask("/calendar/01890a5d-ac96-774b-bcce-b302099a8057.ics")
        edge.ask("/fr/missions/?q=another-secret")
        edge.ask("/fr/me/", headers={"Cookie": "sessionid=a-third"})
        edge.stop()
        lines = (edge.root / "var/log/entraide-edge/portal.log").read_text().splitlines()
        # Each worker writes its own at its own time.
        assert {json.loads(line)["path"] for line in lines} == {
            "/fr/place/…/", "/calendar/….ics", "/fr/missions/", "/fr/me/",
        }  # fmt: skip
        written = "".join(file.read_text() for file in (edge.root / "var/log/entraide-edge").iterdir())
        for secret in ("one-secret", "01890a5d", "another-secret", "a-third"):
            assert secret not in written

    def test_it_is_written_anew_once_it_was_put_away(self, edge: Edge) -> None:
        log = edge.root / "var/log/entraide-edge/portal.log"
        edge.ask("/fr/before/")
        log.rename(log.with_suffix(".log.1"))
        rotation = (edge.root / "etc/logrotate.d/entraide-edge").read_text()
        subprocess.run(["sh", "-c", rotation.split("postrotate")[1].split("endscript")[0]], check=True)
        wait_for("the log to be there again", log.exists)
        edge.ask("/fr/after/")
        edge.stop()
        assert "/fr/before/" in log.with_suffix(".log.1").read_text()
        assert "/fr/after/" in log.read_text() + log.with_suffix(".log.1").read_text()

    def test_not_even_when_nobody_answers(self, edge: Edge, backend: Backend) -> None:
        backend.stop()
        assert edge.ask("/fr/place/one-secret/").status == 502
        edge.stop()
        written = "".join(file.read_text() for file in (edge.root / "var/log/entraide-edge").iterdir())
        assert "/fr/place/…/" in written
        assert "one-secret" not in written


def test_a_meeting_is_signalled_over_a_websocket(tmp_path: Path, backend: Backend) -> None:
    if not edges.NGINX:
        pytest.skip(edges.MISSING)
    made = edges.make(tmp_path / "edge", backend)
    made.write(signalling=f'[pools.signalling]\nservers = ["127.0.0.1:{backend.port}"]')
    backend.reply = lambda asked: Reply(status=101, headers={"Upgrade": "websocket", "Connection": "Upgrade"})
    with edges.running(made) as edge, edge.connect() as connection:
        connection.sendall(
            f"GET /v1/meetings/01890a5d-ac96-774b-bcce-b302099a8057 HTTP/1.1\r\nHost: {PORTAL}\r\n".encode()
            + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
        )
        head = connection.recv(4096)
        assert head.startswith(b"HTTP/1.1 101 ")
        for word in (b"hello", b"again"):
            connection.sendall(word)
            assert connection.recv(4096) == word
        arrived = backend.asked[0].headers
        assert (arrived["Upgrade"], arrived["Connection"]) == ("websocket", "upgrade")
        # A reload does not end it.
        edge.write(cache="[cache]\nmegabytes = 32")
        edge.apply()
        connection.sendall(b"still")
        assert connection.recv(4096) == b"still"


def test_a_public_answer_of_the_intake_is_kept_too(edge: Edge, backend: Backend) -> None:
    backend.reply = lambda asked: Reply(b"{}", headers=PUBLIC)
    for _ in range(3):
        assert edge.ask("/v1/queue/state").status == 200
    assert len(backend.asked) == 1
