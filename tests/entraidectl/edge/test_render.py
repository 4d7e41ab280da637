"""What is written for nginx, of values alone: no machine is looked at and nothing runs."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from entraidectl.cli import DEFAULT_MANIFEST
from entraidectl.edge.firewall.core_rules import but_for, rewritten
from entraidectl.edge.machine import CertificatesSite, Machine, Unfit, version_in
from entraidectl.edge.nginx.render import render
from entraidectl.edge.nginx.wish import Wish, quoted
from entraidectl.edge.places import Places
from entraidectl.edge.site.reading import from_text
from entraidectl.manifest import load
from tests.entraidectl.edge.test_site_file import EXAMPLE, SHORTEST

DEBIANS = Machine(
    (1, 22, 1), certificate=Path("/a.pem"), key=Path("/b.pem"), certificates_site=CertificatesSite({"*": {}}, ("/",))
)


def wish(text: str = SHORTEST, machine: Machine = DEBIANS) -> Wish:
    site = from_text(text, file=Path("site.toml"))
    return Wish(site, load(DEFAULT_MANIFEST), machine, Places(Path("/")), site.nodes[0] if site.nodes else None)


def locations(text: str) -> dict[str, str]:
    """Return the body of each location by its head."""
    return {
        found[1]: found[2] for found in re.finditer(r"^    location (.+) \{\n((?:        .*\n)*)    \}", text, re.M)
    }


def test_the_same_values_give_the_same_files() -> None:
    assert render(wish()) == render(wish())


def test_versions_of_nginx_differ_in_how_http_2_is_asked_for() -> None:
    old, new = (render(wish(machine=replace(DEBIANS, nginx=each)))["portal.conf"] for each in ((1, 22, 1), (1, 25, 1)))
    assert "listen 0.0.0.0:443 ssl http2;" in old
    assert "listen [::]:443 ssl;" in new
    assert "http2 on;" in new
    assert "http2 on;" not in old


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("nginx version: nginx/1.18.0", "nginx is 1.18.0, which is too old: 1.19.4 or later"),
        ("nginx version: openresty/1.21.4.1", "`nginx -v` says 'nginx version: openresty/1.21.4.1'"),
        ("", "`nginx -v` says ''"),
    ],
)
def test_another_nginx_is_told(said: str, words: str) -> None:
    with pytest.raises(Unfit, match=re.escape(words)):
        version_in(said)
    assert version_in("nginx version: nginx/1.26.3 (Debian)") == (1, 26, 3)


def test_what_is_passed_on_is_bounded_and_what_is_private_is_kept_nowhere() -> None:
    files = render(wish(EXAMPLE.read_text()))
    for head, body in locations(files["portal.conf"]).items():
        if "proxy_pass" in body and head not in ("= /metrics", "= /readyz"):
            # `return` comes before all bounds, so that a location with both would have none.
            assert "limit_req" in body, head
            assert not re.search(r"^        return", body, re.M), head
        if "include @HOME@/public.conf" in body:
            assert "if ($edge_changes)" in body, head
    assert "proxy_cache off;" in files["private.conf"]
    assert files["portal.conf"].count("public.conf") == 2


def test_only_what_is_public_is_compressed() -> None:
    for head, body in locations(render(wish())["inside.conf"]).items():
        assert ("gzip on" in body) is ("proxy_pass_request_headers off" in body), head
    assert "gzip off;" in render(wish())["nginx.conf"]


def test_the_firewall_is_asked_for_once_and_only_where_it_is_wished() -> None:
    assert "modsecurity" not in "".join(render(wish()).values())
    files = render(wish(SHORTEST + '[firewall]\nlevel = "detect"'))
    assert "".join(files.values()).count("modsecurity on;") == 1
    assert "SecRuleEngine DetectionOnly" in files["firewall/main.conf"]
    assert "SecRuleEngine On" in render(wish(SHORTEST + '[firewall]\nlevel = "block"'))["firewall/main.conf"]


def test_a_rule_looks_no_more_at_free_text_and_at_what_holds_it_whole() -> None:
    rules = {
        "a.conf": 'SecRule REQUEST_URI|ARGS|ARGS_NAMES|REQUEST_BODY "@rx a" \\\n    "id:1"\n'
        '    SecRule ARGS_GET "@rx b" "t:none"\n'
        'SecRule REQUEST_URI|REQUEST_HEADERS "@rx c" "id:2"\n# SecRule ARGS\n',
        "b.data": "SecRule ARGS stays\n",
    }
    done = rewritten(rules, free_text=["text", "q"])
    leaving = r"/^(?:[A-Za-z0-9_]+[.-])*(?:q)?(?:text)?$/"
    assert but_for(["text", "q"]) == leaving
    assert done["a.conf"].splitlines() == [
        f'SecRule REQUEST_FILENAME|ARGS|ARGS_NAMES|!ARGS:{leaving} "@rx a" \\',
        '    "id:1"',
        f'    SecRule ARGS_GET|!ARGS_GET:{leaving} "@rx b" "t:none"',
        'SecRule REQUEST_URI|REQUEST_HEADERS "@rx c" "id:2"',
        "# SecRule ARGS",
    ]
    assert done["b.data"] == rules["b.data"]
    assert rewritten(rules, free_text=[]) == rules


def test_of_stricter_levels_two_rules_are_kept_and_count_at_ours() -> None:
    rules = (
        'SecRule ARGS "@rx a" "id:1"\n\n'
        'SecRule TX:EXECUTING_PARANOIA_LEVEL "@lt 2" "id:2,skipAfter:END-REQUEST-9"\n\n'
        'SecRule ARGS "@rx b" \\\n    "id:3"\n\n'
        '# About the next one.\nSecRule &REQUEST_HEADERS:X "@ge 1" \\\n    "id:920490,\\\n    chain"\n'
        '    SecRule REQUEST_HEADERS:Y "@rx c" "setvar:\'tx.anomaly_score_pl3=+5\'"\n\n'
        'SecMarker "END-REQUEST-9"\n'
    )
    assert rewritten({"a.conf": rules}, free_text=[])["a.conf"] == (
        'SecRule ARGS "@rx a" "id:1"\n\n'
        'SecRule &REQUEST_HEADERS:X "@ge 1" \\\n    "id:920490,\\\n    chain"\n'
        '    SecRule REQUEST_HEADERS:Y "@rx c" "setvar:\'tx.anomaly_score_pl1=+5\'"\n\n'
        'SecMarker "END-REQUEST-9"\n'
    )


def test_a_value_is_one_word_for_nginx() -> None:
    assert quoted('a "b" \\ {c};') == '"a \\"b\\" \\\\ {c};"'
    for text in ("$host", "a\nb"):
        with pytest.raises(ValueError, match="cannot be written for nginx"):
            quoted(text)


def test_nodes_see_each_other_and_strangers_do_not() -> None:
    files = render(wish(EXAMPLE.read_text()))
    assert "listen 10.0.0.1:9145;" in files["watch.conf"]
    assert "10.0.0.2 1;" in files["maps.conf"]
    assert "keepalived.conf" in files
    assert "keepalived.conf" not in render(wish())
