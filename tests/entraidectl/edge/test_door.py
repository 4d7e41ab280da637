"""What comes in: names that are not ours, addresses of clients, rates, who may watch, and TLS."""

import contextlib
import http.client
import json
import socket
import ssl
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.entraidectl.edge.backend import PUBLIC, Asked, Backend, Reply
from tests.entraidectl.edge.edges import PORTAL, WWW, Edge
from tests.journeys.node import wait_for

PEOPLE = {"Accept": "text/html"}
HEADERS, RESET, SETTINGS, PING = 0x1, 0x3, 0x4, 0x6


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """Return a frame of HTTP/2."""
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


def header_block() -> bytes:
    """Return the headers of a request for a private page, of which none is compressed."""
    # GET and https are in the standard's table, as are the names of path and authority.
    path, host = b"/fr/me/", PORTAL.encode()
    return b"\x82\x87" + b"\x04" + bytes((len(path),)) + path + b"\x01" + bytes((len(host),)) + host


class TestNames:
    """Only the names of the file are answered."""

    def test_another_host_on_a_connection_of_ours_is_told_that_it_is_misdirected(
        self, edge: Edge, backend: Backend
    ) -> None:
        for host in ("evil.example.org", "127.0.0.1", f"{PORTAL}.evil.example.org"):
            assert edge.ask("/fr/", host=host).status == 421
        assert backend.asked == []

    @pytest.mark.parametrize("host", [b"a b", b"a\x00b", b"../..", b"[::", b""])
    def test_what_is_no_host_is_refused(self, edge: Edge, backend: Backend, host: bytes) -> None:
        raw = edge.send(b"GET /fr/ HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
        assert raw.split(b"\r\n")[0].split()[1] in (b"400", b"421")
        assert backend.asked == []

    def test_two_hosts_and_none_are_refused(self, edge: Edge, backend: Backend) -> None:
        ours = b"Host: " + PORTAL.encode() + b"\r\n"
        for hosts in (ours + b"Host: evil.example.org\r\n", b""):
            raw = edge.send(b"GET /fr/ HTTP/1.1\r\n" + hosts + b"Connection: close\r\n\r\n")
            assert raw.startswith(b"HTTP/1.1 400 ")
        assert backend.asked == []

    def test_the_host_that_servers_behind_see_is_ours_whatever_was_written(self, edge: Edge, backend: Backend) -> None:
        assert edge.ask("/fr/me/", host=f"{PORTAL.upper()}:99999").status in (200, 400)
        assert edge.send(
            f"GET http://{PORTAL}/fr/me/ HTTP/1.1\r\nHost: {PORTAL}:1\r\nConnection: close\r\n\r\n".encode()
        ).startswith(b"HTTP/1.1 200 ")
        assert {asked.headers["Host"] for asked in backend.asked} == {f"{PORTAL}:{edge.ports['https']}"}

    def test_no_certificate_is_shown_for_another_name(self, edge: Edge) -> None:
        with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
            edge.connect(name="evil.example.org")

    def test_http_and_other_names_lead_to_the_portal(self, edge: Edge) -> None:
        wanted = f"https://{PORTAL}:{edge.ports['https']}/fr/missions/?q=a%20b"
        for answer in (
            edge.ask("/fr/missions/?q=a%20b", tls=False),
            edge.ask("/fr/missions/?q=a%20b", tls=False, name=WWW),
            edge.ask("/fr/missions/?q=a%20b", name=WWW),
        ):
            assert (answer.status, answer.headers["Location"]) == (308, wanted)
        assert edge.send(b"GET / HTTP/1.1\r\nHost: evil.example.org\r\n\r\n", tls=False) == b""


class TestAddresses:
    """The client's address is that of its connection, unless a proxy that is named says otherwise."""

    TOLD = {"X-Forwarded-For": "192.0.2.1, 198.51.100.7", "X-Real-IP": "192.0.2.1", "Forwarded": "for=192.0.2.1"}

    def test_what_a_client_says_of_itself_counts_for_nothing(self, edge: Edge, backend: Backend) -> None:
        edge.ask("/fr/me/", headers=self.TOLD)
        assert backend.asked[0].headers["X-Forwarded-For"] == "127.0.0.1"
        assert backend.asked[0].headers["X-Real-IP"] is None
        assert backend.asked[0].headers["Forwarded"] is None
        assert backend.asked[0].headers["X-Forwarded-Proto"] == "https"

    def test_a_proxy_that_is_named_is_believed_and_nobody_before_it(self, edge: Edge, backend: Backend) -> None:
        edge.write(top=edge.sections["top"] + '\ntrusted_proxies = ["127.0.0.1"]')
        edge.apply()
        edge.ask("/fr/me/", headers=self.TOLD)
        assert backend.asked[0].headers["X-Forwarded-For"] == "198.51.100.7"


class TestRates:
    """Bounds for each network, by class and by route; whoever is over them is told when to come back."""

    def test_a_class_has_its_bound_and_other_classes_go_on(self, edge: Edge, backend: Backend) -> None:
        edge.write(rates="[rates.signups]\nper_second = 1\nburst = 3")
        edge.apply()
        statuses = [edge.ask("/v1/signups", method="POST", body=b"{}").status for _ in range(12)]
        assert statuses[:4] == [200] * 4
        assert 429 in statuses
        assert {edge.ask(path).status for path in ("/v1/signups/challenge", "/fr/me/", "/fr/")} == {200}
        told = edge.ask("/v1/signups", method="POST", body=b"{}")
        assert (told.status, told.headers["Retry-After"]) == (429, "15")
        assert json.loads(told.body)["status"] == 429
        page = edge.ask("/v1/signups", method="POST", body=b"{}", headers=PEOPLE)
        assert b"Beaucoup de monde en ce moment" in page.body

    def test_a_route_has_its_own_on_top(self, edge: Edge) -> None:
        edge.write(rates='[[rates.routes]]\nroute = "<fr|en>/account/login/code/"\nper_second = 1\nburst = 1')
        edge.apply()
        assert 429 in [edge.ask("/fr/account/login/code/").status for _ in range(6)]
        assert {edge.ask("/fr/account/login/").status for _ in range(6)} == {200}

    def test_requests_in_progress_are_counted(self, edge: Edge, backend: Backend) -> None:
        edge.write(rates="[rates]\nconnections = 4")
        edge.apply()
        go_on = threading.Event()

        def hold(asked: Asked) -> Reply:
            assert go_on.wait(30)
            return Reply()

        backend.reply = hold
        with ThreadPoolExecutor(4) as pool:
            held = [pool.submit(edge.ask, f"/fr/me/?{number}") for number in range(4)]
            wait_for("four to wait", lambda: len(backend.asked) == 4)
            assert edge.ask("/fr/me/").status == 429
            go_on.set()
            assert {each.result().status for each in held} == {200}

    def test_a_network_of_ipv6_is_counted_as_one(self, edge: Edge) -> None:
        edge.write(
            top=edge.sections["top"] + '\ntrusted_proxies = ["127.0.0.1"]',
            rates="[rates.pages]\nper_second = 1\nburst = 3",
        )
        edge.apply()

        def asked_by(*addresses: str) -> list[int]:
            return [edge.ask("/fr/me/", headers={"X-Forwarded-For": address}).status for address in addresses]

        assert 429 in asked_by(*(f"2001:db8:0:1::{host:x}" for host in range(12)))
        # Its neighbour, another one written short, and an address of IPv4 are others.
        assert asked_by("2001:db8:0:2::1", "2001:db8::1", "192.0.2.1") == [200, 200, 200]
        assert 429 in asked_by(*(f"2001:db8::{host:x}" for host in range(2, 14)))

    def test_requests_that_are_taken_back_at_once_are_counted(self, edge: Edge, backend: Backend) -> None:
        edge.write(rates="[rates.pages]\nper_second = 1\nburst = 5")
        edge.apply()
        context = ssl.create_default_context(cafile=str(edge.certificate))
        context.set_alpn_protocols(["h2"])
        plain = socket.create_connection(("127.0.0.1", edge.ports["https"]), timeout=30)
        with context.wrap_socket(plain, server_hostname=PORTAL) as connection:
            connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0))
            # The first is meant: it shows that these are requests.
            connection.sendall(frame(HEADERS, 0x5, 1, header_block()))
            wait_for("the first to arrive", lambda: backend.asked)
            with contextlib.suppress(OSError):
                for stream in range(3, 1001, 2):
                    taken_back = frame(RESET, 0, stream, b"\0\0\0\x08")
                    connection.sendall(frame(HEADERS, 0x5, stream, header_block()) + taken_back)
                # An answer to this is proof that all before it was read, as is an end.
                connection.sendall(frame(PING, 0, 0, b"all read"))
                received = b""
                while data := connection.recv(65536):
                    received += data
                    if b"all read" in received:
                        break
        assert edge.ask("/healthz").status == 200
        assert 1 <= len(backend.asked) <= 10

    def test_a_route_that_the_platform_does_not_have_is_told(self, edge: Edge) -> None:
        edge.write(rates='[[rates.routes]]\nroute = "<fr|en>/acount/"\nper_second = 1\nburst = 1')
        result = edge.run("apply")
        assert "rates.routes[0].route: the platform has no route '<fr|en>/acount/'" in result.stderr


class TestWatching:
    """Measurements are for those who are named."""

    def test_nobody_sees_those_of_the_portal(self, edge: Edge, backend: Backend) -> None:
        edge.write(metrics=edge.sections["metrics"], top=edge.sections["top"] + '\ntrusted_proxies = ["127.0.0.1"]')
        edge.apply()
        stranger = {"X-Forwarded-For": "192.0.2.1"}
        for path in ("/metrics", "/readyz", "/dev/mail/", "/private/meetings/join"):
            assert edge.ask(path, headers=stranger).status == 404
        assert backend.asked == []
        edge.write(metrics=edge.sections["metrics"].replace("[]", '["192.0.2.0/24"]'))
        edge.apply()
        assert edge.ask("/metrics", headers=stranger).status == 200

    def test_the_edge_has_its_own(self, edge: Edge) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", edge.ports["metrics"])
        connection.request("GET", "/metrics")
        lines = connection.getresponse().read().decode().splitlines()
        connection.close()
        assert lines[0] == "# TYPE entraide_edge_connections gauge"
        assert len([line for line in lines if line.startswith('entraide_edge_connections{state="')]) == 4


class TestTls:
    """Mozilla's intermediate profile."""

    def test_old_versions_are_refused(self, edge: Edge) -> None:
        context = ssl.create_default_context(cafile=str(edge.certificate))
        context.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning):
            context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        with socket.create_connection(("127.0.0.1", edge.ports["https"])) as plain, pytest.raises(ssl.SSLError):
            context.wrap_socket(plain, server_hostname=PORTAL)

    @pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
    def test_today_s_are_spoken_with_http_2(self, edge: Edge, version: ssl.TLSVersion) -> None:
        context = ssl.create_default_context(cafile=str(edge.certificate))
        context.minimum_version = context.maximum_version = version
        context.set_alpn_protocols(["h2", "http/1.1"])
        plain = socket.create_connection(("127.0.0.1", edge.ports["https"]))
        with context.wrap_socket(plain, server_hostname=PORTAL) as spoken:
            assert spoken.selected_alpn_protocol() == "h2"

    def test_every_answer_asks_for_https_once(self, edge: Edge, backend: Backend) -> None:
        hsts = "Strict-Transport-Security"
        for headers in (PUBLIC, {hsts: "max-age=1"}):
            backend.reply = lambda asked, headers=headers: Reply(headers=headers)  # type: ignore[misc]
            for path in ("/fr/", "/fr/me/", "/v1/signups/challenge"):
                assert edge.ask(path).headers.get_all(hsts) == ["max-age=31536000"]
        backend.stop()
        assert edge.ask("/fr/me/").headers.get_all(hsts) == ["max-age=31536000"]


def test_a_page_over_http_2_is_the_same(edge: Edge, backend: Backend) -> None:
    backend.reply = lambda asked: Reply(b"the page", headers=PUBLIC)
    command = [
        "curl", "--silent", "--http2", "--cacert", str(edge.certificate), "--write-out", " %{http_version}",
        "--connect-to", f"{PORTAL}:443:127.0.0.1:{edge.ports['https']}", f"https://{PORTAL}/fr/",
    ]  # fmt: skip
    assert subprocess.run(command, capture_output=True, check=True).stdout == b"the page 2"


def test_when_everything_behind_is_away_people_and_programs_are_told(edge: Edge, backend: Backend) -> None:
    backend.stop()
    page = edge.ask("/fr/me/", headers=PEOPLE)
    assert (page.status, page.headers["Retry-After"], page.headers["Cache-Control"]) == (502, "15", "no-store")
    assert b"Nous revenons tout de suite" in page.body
    assert "style-src 'sha256-" in page.headers["Content-Security-Policy"]
    told = edge.ask("/api/v1/missions")
    assert told.headers["Content-Type"] == "application/problem+json"
    # The pages themselves cannot be asked for.
    assert edge.ask("/.edge/soon.html").status == 404
