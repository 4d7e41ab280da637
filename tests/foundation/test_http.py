"""The client's address is believed only as far as trusted proxies vouch for it."""

from ipaddress import ip_network

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from entraide.foundation.http import client_address, request_id_from
from entraide.foundation.middleware import address_of

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "garbage", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, garbage, 10.0.0.2", "10.0.0.2"),
        ("fd00::1", "2001:db8::5", "2001:db8::5"),
        ("", "198.51.100.1", "198.51.100.1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("::ffff:203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
    ],
)
def test_the_first_address_from_the_right_that_is_no_proxy(peer: str, forwarded: str, expected: str) -> None:
    assert client_address(peer=peer, forwarded_for=forwarded, trusted=PROXIES) == expected


def test_without_proxies_the_header_is_never_read() -> None:
    assert client_address(peer="127.0.0.1", forwarded_for="198.51.100.1", trusted=()) == "127.0.0.1"


@given(header=st.text(max_size=300))
def test_no_header_can_break_it_or_forge_past_an_untrusted_peer(header: str) -> None:
    assert client_address(peer="203.0.113.9", forwarded_for=header, trusted=PROXIES) == "203.0.113.9"


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP"])
def test_pages_believe_no_header_of_a_client(rf: RequestFactory, settings: Settings, name: str) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    forged = "for=198.51.100.1" if name == "Forwarded" else "198.51.100.1"

    assert address_of(rf.get("/", headers={name: forged}, REMOTE_ADDR="203.0.113.9")) == "203.0.113.9"


def test_pages_believe_their_proxies_as_the_intake_does(rf: RequestFactory, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    # Servers join headers of one name by a comma alone.
    headers = {"X-Forwarded-For": "192.0.2.66,198.51.100.1", "Forwarded": "for=192.0.2.67"}

    assert address_of(rf.get("/", headers=headers, REMOTE_ADDR="10.0.0.1")) == "198.51.100.1"


def test_a_well_formed_request_id_is_kept_and_another_replaced() -> None:
    assert request_id_from("edge-0123456789") == "edge-0123456789"
    assert request_id_from("a\nb") != "a\nb"
    assert len(request_id_from("")) == 32
