"""`bin/serve --lan` as a phone meets it: pages, forms and sign-ups over HTTPS, by an address and by a name."""

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.db import connection

from config import lan, serve
from entraide.foundation import clock
from tests.journeys.node import ROOT, wait_for
from tests.server import address_of

pytestmark = pytest.mark.django_db(transaction=True)
SIGN_UP = {
    "email": "phone@example.org", "first_name": "Ada", "last_name": "Byron", "birth_date": "1990-12-10",
    "postcode": "67000", "consent": True, "locale": "en",
}  # fmt: skip


@pytest.fixture
def trusting(tmp_path: Path) -> ssl.SSLContext:
    """What a phone that trusts this folder's authority accepts."""
    files = lan.prepare(folder=tmp_path / "lan", names=("desk.local", "127.0.0.1", "localhost"), now=clock.now())
    return ssl.create_default_context(cafile=files.authority)


@pytest.fixture
def port(tmp_path: Path, trusting: ssl.SSLContext) -> Iterator[int]:
    """The portal's web process as --lan starts it, but on the loopback alone."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        free = int(listener.getsockname()[1])
    site = serve.Site(
        host="127.0.0.1", port=free, addresses=(f"https://127.0.0.1:{free}",), certificates=lan.Files(tmp_path / "lan")
    )
    (tmp_path / "assets").symlink_to(settings.VAR_DIR / "assets")
    variables = {
        **os.environ,
        "MODE": "development",
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": address_of(connection.settings_dict),
        "PUBLIC_URL": site.addresses[0],
        "VAR_DIR": str(tmp_path),
    }
    gather = [sys.executable, "-m", "config.manage", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(gather, env=variables, cwd=ROOT, check=True)
    web = serve.programs(site, variables)[0]
    process = subprocess.Popen(web.command, env=variables, cwd=ROOT)
    try:
        wait_for("the portal to answer", lambda: is_healthy(f"{site.addresses[0]}/healthz", trusting))
        yield free
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=40) == 0


def is_healthy(address: str, trusting: ssl.SSLContext) -> bool:
    try:
        return httpx.get(address, verify=trusting, timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def token_in(page: httpx.Response) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def test_a_phone_reads_signs_up_and_asks_for_a_code(port: int, trusting: ssl.SSLContext) -> None:
    for host in ("127.0.0.1", "localhost"):
        serves_whole(f"https://{host}:{port}", trusting)


def serves_whole(origin: str, trusting: ssl.SSLContext) -> None:
    """See that everything which depends on the address and on HTTPS works by this one."""
    with httpx.Client(base_url=origin, verify=trusting, timeout=20) as phone:
        assert phone.get("/en/help/").status_code == 200
        assert phone.post("/v1/signups", json=SIGN_UP).status_code == 202
        form = phone.get("/en/account/login/")
        asked = {"csrfmiddlewaretoken": token_in(form), "email": "phone@example.org"}
        sent = phone.post("/en/account/login/code/", data=asked, headers={"Origin": origin})
        assert (sent.status_code, sent.headers["Location"]) == (302, "/en/account/login/code/confirm/")
        assert {cookie.name: cookie.secure for cookie in phone.cookies.jar} == {
            "entraide_csrf": True,
            "entraide_session": True,
        }
        elsewhere = phone.post("/en/account/login/code/", data=asked, headers={"Origin": "https://elsewhere.example"})
        assert elsewhere.status_code == 403
