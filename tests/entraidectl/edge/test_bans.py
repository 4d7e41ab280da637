"""Whom fail2ban counts: its own reading of lines that a real nginx and its firewall wrote."""

import ast
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from entraidectl.edge.applying import State, Tools, plan
from entraidectl.edge.bans.render import FIREWALL, FOLDER, JAILS, REFUSED, never
from entraidectl.edge.firewall import core_rules
from entraidectl.edge.nginx.render import render
from entraidectl.edge.places import Places
from entraidectl.edge.serving import Watch
from entraidectl.edge.site.reading import from_text
from tests.entraidectl.edge import edges
from tests.entraidectl.edge.backend import Backend, Reply
from tests.entraidectl.edge.edges import Edge
from tests.entraidectl.edge.test_render import wish
from tests.entraidectl.edge.test_site_file import SHORTEST, mistakes_in

FAIL2BAN = shutil.which("fail2ban-regex") and shutil.which("fail2ban-server")
FLOODS, BANS = '[floods]\nlevel = "on"\n', '[bans]\nlevel = "on"\n'
ATTACK = "?x=%27%20OR%201=1--%20-"


@pytest.fixture
def walled(tmp_path: Path, backend: Backend) -> Iterator[Edge]:
    """An edge with firewall and bans, behind a proxy that says who asks. Its rules of packets are not loaded."""
    if not FAIL2BAN or not edges.NGINX or not core_rules.FOLDER.is_dir():
        pytest.skip(
            "fail2ban, nginx or its firewall is missing: "
            "apt-get install fail2ban nginx libnginx-mod-http-modsecurity modsecurity-crs"
        )
    edge = edges.make(tmp_path / "edge", backend)
    edge.write(top=edge.sections["top"] + '\ntrusted_proxies = ["127.0.0.1"]', firewall='[firewall]\nlevel = "block"')
    edge.apply()
    edge.write(floods=FLOODS, bans=BANS, rates="[rates.pages]\nper_second = 1\nburst = 3")
    assert edge.run("render", "--out", str(home_of(edge))).exit_code == 0
    edge.start(home_of(edge))
    yield edge
    edge.stop()


def home_of(edge: Edge) -> Path:
    return edge.folder / "written"


def ask(edge: Edge, path: str, client: str) -> int:
    return edge.ask(path, headers={"X-Forwarded-For": client}).status


def counted(edge: Edge, jail: str, log: str) -> Counter[str]:
    """Return how many lines of a log fail2ban counts against whom. nginx has ended, and written all."""
    edge.stop()
    rules = home_of(edge) / FOLDER / "filter.d" / f"entraide-{jail}.conf"
    file = edge.root / "var/log/entraide-edge" / log
    command = ["fail2ban-regex", "--out=fid", str(file), str(rules)]
    return Counter(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_what_the_edge_itself_refuses_counts_against_the_network(walled: Edge) -> None:
    assert ask(walled, "/fr/%2e%2e/", "198.51.100.7") == 400
    assert ask(walled, "/fr/%2e%2e/", "2001:db8:0:1::5") == 400
    assert ask(walled, "/fr/%2f/", "2001:db8:0:1:a:b:c:d") == 400
    assert ask(walled, "/fr/me/", "2001:db8:0:2::5") == 200
    statuses = [ask(walled, "/fr/me/", "203.0.113.9") for _ in range(12)]
    assert 429 in statuses
    assert counted(walled, "portal", REFUSED) == {
        "198.51.100.7": 1, "2001:db8:0:1::/64": 2, "203.0.113.9": statuses.count(429),
    }  # fmt: skip


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_what_the_platform_refuses_counts_against_nobody(walled: Edge, backend: Backend, status: int) -> None:
    backend.reply = lambda asked: Reply(status=status)
    assert ask(walled, "/fr/me/", "198.51.100.7") == status
    assert ask(walled, "/fr/%2e%2e/", "203.0.113.9") == 400
    assert counted(walled, "portal", REFUSED) == {"203.0.113.9": 1}
    assert counted(walled, "firewall", FIREWALL) == {}


def test_what_the_firewall_refuses_counts_apart(walled: Edge) -> None:
    for client in ("198.51.100.7", "2001:db8::5"):
        assert ask(walled, f"/fr/me/{ATTACK}", client) == 403
    assert ask(walled, "/fr/me/", "203.0.113.9") == 200
    assert counted(walled, "firewall", FIREWALL) == {"198.51.100.7": 1, "2001:db8::5": 1}


@pytest.mark.parametrize(
    "written",
    [
        '/fr/x","status":"429","behind_status":"","network":"192.0.2.1","y":"',
        '/fr/x\\","network":"192.0.2.1","status":"429","behind_status":"","z":"\\',
        '/fr/{"at":"2026-11-27T09:34:27+00:00","network":"192.0.2.1","status":"400"}',
        '/fr/me/?x=<script>"client_ip":"192.0.2.1","http_code":403,"ruleId":"949110"',
    ],
)
def test_nobody_writes_somebody_else_into_the_logs(walled: Edge, written: str) -> None:
    ask(walled, written.replace(" ", "%20"), "198.51.100.7")
    found = counted(walled, "portal", "portal.log") + counted(walled, "firewall", FIREWALL)
    assert set(found) <= {"198.51.100.7"}


def test_fail2ban_takes_the_configuration_and_check_says_so(walled: Edge) -> None:
    command = ["fail2ban-server", "-c", str(home_of(walled) / FOLDER), "--test"]
    assert "OK" in subprocess.run(command, capture_output=True, text=True, check=True).stdout
    jails = home_of(walled) / JAILS
    jails.write_text(jails.read_text().replace("filter = entraide-portal", "filter = of-nobody"))
    assert subprocess.run(command, capture_output=True, text=True, check=False).returncode != 0


@pytest.mark.parametrize(
    ("found", "shut_out"),
    [("198.51.100.7", "198.51.100.7"), ("2001:db8::5", "2001:db8::5/64"), ("2001:db8:0:1::/64", "2001:db8:0:1::/64")],
)
def test_what_the_kernel_is_told_is_read_to_its_end(walled: Edge, found: str, shut_out: str) -> None:
    read = ["fail2ban-client", "-c", str(home_of(walled) / FOLDER), "-d"]
    lines = subprocess.run(read, capture_output=True, text=True, check=True).stdout.splitlines()
    told = next(dict(words[4]) for words in map(ast.literal_eval, lines) if words[:1] == ["multi-set"])
    for what, words in (
        ("actionban", f"add element inet entraide_edge banned4 {{ {shut_out} timeout 600s }}"),
        ("actionunban", f"delete element inet entraide_edge banned4 {{ {shut_out} }}"),
    ):
        command = told[what].replace("<ip>", found).replace("<set>", "banned4").replace("<bantime>", "600")
        # In a shell in which nft says what it is told.
        heard = subprocess.run(["sh", "-c", f'nft() {{ echo "$@"; }}; {command}'], capture_output=True, text=True)
        assert (heard.stdout.strip(), heard.stderr) == (words, "")


def test_nobody_of_ours_and_no_school_is_ever_shut_out() -> None:
    site = from_text(
        'trusted_proxies = ["10.9.0.0/16"]\n' + SHORTEST + FLOODS + 'exempt = ["192.0.2.0/28"]\n' + BANS
        + 'exempt = ["198.51.100.0/24", "2001:db8:5::/48"]\n[[nodes]]\nname = "edge-1"\naddress = "10.0.0.1"\n',
        file=Path("site.toml"),
    )  # fmt: skip
    assert list(never(site)) == [
        "127.0.0.0/8", "::1", "198.51.100.0/24", "2001:db8:5::/48", "192.0.2.0/28", "10.9.0.0/16", "10.0.0.1",
    ]  # fmt: skip


def test_an_exempt_address_is_spared_when_the_rest_of_its_network_is_shut_out() -> None:
    rules = render(wish(SHORTEST + FLOODS + BANS + 'exempt = ["2001:db8:5::1"]'))["packets.nft"]
    assert "elements = { 2001:db8:5::1/128 };" in rules
    assert "@banned6 ip6 saddr != @spared6 counter name banned_dropped drop" in rules


def test_bans_without_the_kernel_s_rules_are_a_mistake() -> None:
    assert mistakes_in(SHORTEST + BANS) == [
        'site.toml:12: bans.level: needs the kernel\'s rules, which hold its word: write floods.level = "on"'
    ]
    assert "bans.exempt" in mistakes_in(SHORTEST + FLOODS + BANS + 'exempt = ["1.2.3.0/99"]')[0]


def test_without_bans_there_is_no_file_of_them_and_no_log() -> None:
    files = render(wish(SHORTEST + FLOODS))
    assert not [name for name in files if name.startswith(FOLDER)]
    assert REFUSED not in files["portal.conf"]
    assert "[entraide-firewall]" not in render(wish(SHORTEST + FLOODS + BANS))[JAILS]


def test_fail2ban_follows_where_its_jails_or_the_kernel_s_rules_are_others() -> None:
    places = Places(Path("/"))
    tools = Tools(nginx="nginx", watch=Watch("127.0.0.1", 1), user="", nft="nft", fail2ban="fail2ban-client")

    def steps(before: str, after: str) -> list[tuple[str, str]]:
        old = render(wish(SHORTEST + before))
        rules = old.get("packets.nft", "").partition('comment "')[2].partition('"')[0]
        state = State({"old": old}, "old", running="old", rules=rules, folders=frozenset(places.folders))
        planned = plan(files=render(wish(SHORTEST + after)), state=state, places=places, tools=tools)
        return [
            (step["action"], step["target"]) for step in (each.describe() for each in planned)
            if "fail2ban" in step["target"] and step["action"] not in ("create", "change", "remove")
        ]  # fmt: skip

    both = FLOODS + BANS
    follow = ("reload", "fail2ban")
    assert follow in steps(FLOODS, both)
    assert follow in steps(both, both + "refusals = 7")
    assert follow in steps(both, FLOODS + "open = 77\n" + BANS)
    assert follow not in steps(both, both + "[cache]\nmegabytes = 32")
    assert steps(both, FLOODS) == [("stop", "fail2ban")]
    assert steps(FLOODS, FLOODS) == []
