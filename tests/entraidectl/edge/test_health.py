"""When an edge gives its addresses away, and when it takes them back."""

import asyncio
from pathlib import Path

import pytest

from entraidectl.edge.failover.health import ILL_AFTER, WELL_AFTER, Look, Pulse
from entraidectl.edge.failover.keepalived import keepalived_conf, moves
from entraidectl.edge.failover.watching import Watcher, ask_to_leave, stay
from entraidectl.edge.places import Places
from entraidectl.edge.site.reading import from_text
from tests.entraidectl.edge.backend import Backend, Reply
from tests.entraidectl.edge.edges import unused_ports
from tests.entraidectl.edge.test_site_file import EXAMPLE, SHORTEST, mistakes_in

GOOD, BAD = Look(nginx_answers=True), Look(nginx_answers=False)
LEAVING = Look(nginx_answers=True, wants_to_leave=True)
WELL, ILL = Pulse(is_well=True), Pulse(is_well=False)


def after(pulse: Pulse, *looks: Look) -> Pulse:
    for look in looks:
        pulse = pulse.after(look)
    return pulse


def test_one_bad_look_is_none_and_two_are_an_illness() -> None:
    assert after(WELL, BAD, GOOD, BAD, GOOD, BAD).is_well
    assert not after(WELL, *[BAD] * ILL_AFTER).is_well


def test_who_was_ill_is_well_only_after_a_while_without_a_bad_look() -> None:
    assert not after(ILL, *[GOOD] * (WELL_AFTER - 1)).is_well
    assert not after(ILL, *[GOOD] * (WELL_AFTER - 1), BAD, *[GOOD] * (WELL_AFTER - 1)).is_well
    assert after(ILL, *[GOOD] * WELL_AFTER).is_well


def test_who_is_asked_to_leave_does_so_at_once_and_stays_away() -> None:
    assert not after(WELL, LEAVING).is_well
    assert not after(WELL, LEAVING, *[LEAVING] * WELL_AFTER).is_well


@pytest.mark.parametrize(
    ("reaches", "others", "ill"),
    [(True, None, False), (False, True, True), (False, False, False), (False, None, False)],
)
def test_an_edge_is_ill_without_the_platform_only_when_another_has_it(
    reaches: bool, others: bool | None, ill: bool
) -> None:
    look = Look(nginx_answers=True, reaches_platform=reaches, others_reach=others)
    assert after(WELL, *[look] * ILL_AFTER).is_well is not ill


def test_each_address_has_one_node_first_and_all_others_after_it() -> None:
    site = from_text(EXAMPLE.read_text(), file=EXAMPLE)
    assert moves(site)
    assert not moves(from_text(SHORTEST, file=EXAMPLE))
    for node in site.nodes:
        text = keepalived_conf(site, node, Places(Path("/")))
        first, second = text.split("vrrp_instance ")[1:]
        assert ("priority 150" in first) is (node.name == "edge-1")
        assert ("priority 150" in second) is (node.name == "edge-2")
        assert "advert_int 0.1" in first
        assert "track_process" not in text


def test_an_address_of_another_version_cannot_move() -> None:
    text = SHORTEST + (
        '[[nodes]]\nname = "one"\naddress = "10.0.0.1"\n[[addresses]]\naddress = "2001:db8::1"\nnode = "one"\n'
    )
    assert "2001:db8::1 cannot move to one" in mistakes_in(text)[0]


async def test_the_watcher_tells_keepalived_what_it_sees(tmp_path: Path, backend: Backend) -> None:
    (unused,) = unused_ports(1)
    text = SHORTEST.replace("10.0.0.1:8000", f"127.0.0.1:{backend.port}") + (
        f"[listen]\non = ['127.0.0.1']\nhttp = {backend.port}\n[metrics]\nport = {unused}\n"
        '[[nodes]]\nname = "one"\naddress = "127.0.0.1"\n'
    )
    site, places = from_text(text, file=EXAMPLE), Places(tmp_path)
    said: asyncio.Queue[str] = asyncio.Queue()
    watcher = asyncio.create_task(Watcher(site, site.nodes[0], places, said.put_nowait).run())
    try:
        assert await said.get() == "well"
        assert places.health.read_text() == "0\n"
        ask_to_leave(places)
        assert await said.get() == "ill"
        assert places.health.read_text() == "-100\n"
        stay(places)
        assert await said.get() == "well"
        backend.reply = lambda asked: Reply(status=500)
        # An answer is an answer; silence is an illness.
        await asyncio.to_thread(backend.stop)
        assert await said.get() == "ill"
    finally:
        watcher.cancel()
