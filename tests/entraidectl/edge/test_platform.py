"""The platform's own web process behind the edge with its firewall on: pages are kept, forms are taken."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.conf import settings
from django.db import connection

from entraidectl.edge.firewall import core_rules
from tests.entraidectl.edge import edges
from tests.entraidectl.edge.backend import Backend
from tests.entraidectl.edge.edges import PORTAL, Edge
from tests.server import ROOT, address_of, web_server

pytestmark = pytest.mark.django_db(transaction=True)
SEARCH = "l'entraide; d'été -- 1=1 <b>"


def test_pages_are_kept_and_forms_are_taken(tmp_path: Path, var_dir: Path, backend: Backend) -> None:
    if not edges.NGINX or not core_rules.FOLDER.is_dir():
        pytest.skip(
            "nginx or its firewall is missing: apt-get install nginx libnginx-mod-http-modsecurity modsecurity-crs"
        )
    edge = edges.make(tmp_path, backend)
    origin = f"https://{PORTAL}:{edge.ports['https']}"
    behind = web_server(
        database_url=address_of(connection.settings_dict),
        PUBLIC_URL=origin,
        TRUSTED_PROXIES="127.0.0.1",
        MODE="development",
        VAR_DIR=str(var_dir),
    )
    with behind as address:
        edge.write(files=f'[files]\nstatic = "{var_dir / "static"}"')
        edge.write(web=f'[pools.web]\nservers = ["{urlsplit(address).netloc}"]', firewall='[firewall]\nlevel = "block"')
        with edges.running(edge):
            pages_are_kept(edge)
            files_are_served(edge)
            forms_are_taken(edge, origin)
            assert edge.ask("/fr/help/").status == 200
        # Everything behind is stopped here in a moment; what was kept outlives it and a new start of the edge.
    edge.start()
    try:
        assert "Entraide" in edge.ask("/fr/help/").body.decode()
        assert edge.ask("/fr/me/").status == 502
    finally:
        edge.stop()


@pytest.fixture
def var_dir(tmp_path: Path) -> Path:
    """A folder of the platform in which its files are collected, as for a release."""
    folder = tmp_path / "var"
    folder.mkdir()
    (folder / "assets").symlink_to(settings.VAR_DIR / "assets")
    command = [sys.executable, "-m", "config.manage", "collectstatic", "--no-input", "-v", "0"]
    environment = {**os.environ, "MODE": "development", "VAR_DIR": str(folder), "DATABASE_URL": "postgresql:///none"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return folder


def files_are_served(edge: Edge) -> None:
    """What a page names is there, packed, and for a year; none of it is asked of the platform."""
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', edge.ask("/fr/").body.decode())
    assert named
    for address in named:
        answer = edge.ask(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        if address.endswith((".css", ".js")):
            assert answer.headers["Content-Encoding"] == "gzip"


def pages_are_kept(edge: Edge) -> None:
    for path in ("/fr/", "/en/missions/", f"/fr/missions/?q={quote(SEARCH)}", "/territories/complete?q=stras"):
        first, again = edge.ask(path), edge.ask(path, headers={"Cookie": "sessionid=somebody", "Accept-Language": "de"})
        assert (first.status, again.status) == (200, 200), path
        assert again.headers["X-Cache"] in ("HIT", "STALE", "UPDATING"), path
        assert first.headers["Set-Cookie"] is None


def forms_are_taken(edge: Edge, origin: str) -> None:
    """A form of the portal passes its own check of where it comes from, which sees what the edge lets it see."""
    path = "/fr/account/login/"
    page = edge.ask(path, headers={"Accept": "text/html"})
    assert page.status == 200
    assert "X-Cache" not in page.headers
    cookie = re.match(r"entraide_csrf=[^;]+", page.headers["Set-Cookie"])
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.body.decode())
    assert cookie
    assert token
    assert "Secure" in page.headers["Set-Cookie"]
    headers = {
        "Cookie": cookie[0], "Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html",
        "Referer": f"{origin}{path}?next={quote('/fr/missions/?q=' + SEARCH)}",
    }  # fmt: skip
    fields = {"csrfmiddlewaretoken": token[1], "email": "somebody@example.org"}
    taken = edge.ask(path, method="POST", body=urlencode(fields).encode(), headers=headers)
    assert (taken.status, taken.headers["Location"]) == (302, "/fr/account/login/code/confirm/")
    foreign = {**headers, "Referer": "https://evil.example.org/"}
    assert edge.ask(path, method="POST", body=urlencode(fields).encode(), headers=foreign).status == 403
