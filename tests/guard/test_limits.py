"""Layers of limits: nobody is refused before a proof was asked, and a network is what its holder can change at will."""

import pytest

from entraide.guard.rules.limits import (
    REFUSED_TIMES,
    SPREAD_SECONDS,
    Bound,
    Layer,
    Networks,
    Verdict,
    bounds_for,
    networks_of,
    seconds_to_next_minute,
)


@pytest.mark.parametrize(
    ("address", "networks"),
    [
        ("192.0.2.77", Networks("192.0.2.77/32", "192.0.2.0/24")),
        ("::ffff:192.0.2.77", Networks("192.0.2.77/32", "192.0.2.0/24")),
        ("2001:db8:1:2:3:4:5:6", Networks("2001:db8:1:2::/64", "2001:db8:1::/48")),
        ("", Networks("", "")),
        ("unix:", Networks("", "")),
    ],
)
def test_an_address_counts_as_what_its_holder_has(address: str, networks: Networks) -> None:
    assert networks_of(address) == networks


def test_addresses_of_one_household_count_as_one() -> None:
    assert networks_of("2001:db8::1").address == networks_of("2001:db8::ffff:1").address
    assert networks_of("2001:db8::1").address != networks_of("2001:db8:0:1::1").address


def test_a_busy_place_is_asked_for_a_proof_long_before_it_is_refused() -> None:
    bound = bounds_for(100)[Layer.ADDRESS]

    assert bound.verdict(100) is Verdict.FREE
    assert bound.verdict(101) is Verdict.PROVE
    assert bound.verdict(100 * REFUSED_TIMES) is Verdict.PROVE
    assert bound.verdict(100 * REFUSED_TIMES + 1) is Verdict.REFUSE


@pytest.mark.parametrize("layer", [Layer.MAIL_DOMAIN, Layer.EVERYBODY])
def test_what_many_share_is_never_refused(layer: Layer) -> None:
    assert bounds_for(100)[layer].verdict(10**9) is Verdict.PROVE


def test_wider_layers_have_wider_bounds_and_patience_has_narrow_ones() -> None:
    bounds = bounds_for(120)

    assert bounds[Layer.ADDRESS].free < bounds[Layer.SUBNET].free < bounds[Layer.EVERYBODY].free
    assert bounds[Layer.PATIENT_ADDRESS].free < bounds[Layer.ADDRESS].free
    assert bounds[Layer.PATIENT_ADDRESS].free < bounds[Layer.PATIENT_SUBNET].free < bounds[Layer.PATIENT_EVERYBODY].free
    assert bounds[Layer.PATIENT_EVERYBODY].free < bounds[Layer.EVERYBODY].free


def test_the_smallest_setting_leaves_every_layer_open() -> None:
    assert all(bound.verdict(1) is Verdict.FREE for bound in bounds_for(1).values())


def test_a_bound_without_an_end_refuses_nobody() -> None:
    assert Bound(1, None).verdict(10**12) is Verdict.PROVE


@pytest.mark.parametrize(
    ("second", "chance", "wait"), [(0.0, 0.0, 60), (59.5, 0.0, 1), (119.99, 0.0, 1), (30, 1.0, 40)]
)
def test_people_are_told_to_come_back_when_the_next_minute_begins(second: float, chance: float, wait: int) -> None:
    assert seconds_to_next_minute(second, chance=chance) == wait
    assert wait <= 60 + SPREAD_SECONDS
