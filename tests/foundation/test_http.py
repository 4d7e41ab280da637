"""The client's address is believed only as far as trusted proxies vouch for it."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.foundation.http import client_address, request_id_from

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
    ],
)
def test_the_first_address_from_the_right_that_is_no_proxy(peer: str, forwarded: str, expected: str) -> None:
    assert client_address(peer=peer, forwarded_for=forwarded, trusted=PROXIES) == expected


def test_without_proxies_the_header_is_never_read() -> None:
    assert client_address(peer="127.0.0.1", forwarded_for="198.51.100.1", trusted=()) == "127.0.0.1"


@given(header=st.text(max_size=300))
def test_no_header_can_break_it_or_forge_past_an_untrusted_peer(header: str) -> None:
    assert client_address(peer="203.0.113.9", forwarded_for=header, trusted=PROXIES) == "203.0.113.9"


def test_a_well_formed_request_id_is_kept_and_another_replaced() -> None:
    assert request_id_from("edge-0123456789") == "edge-0123456789"
    assert request_id_from("a\nb") != "a\nb"
    assert len(request_id_from("")) == 32
