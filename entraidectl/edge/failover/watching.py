"""Looks after this edge ten times a second, and tells keepalived and the other edges what it sees."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from entraidectl.edge.failover.givers import Givers
from entraidectl.edge.failover.health import Look, Pulse
from entraidectl.edge.failover.keepalived import ILL, WELL
from entraidectl.edge.places import Places
from entraidectl.edge.site.declarations import Node, Site

LOOK_EVERY_SECONDS = 0.1
NGINX_WITHIN_SECONDS = 0.25
PLATFORM_EVERY_SECONDS = 1.0
PLATFORM_WITHIN_SECONDS = 2.0
OTHERS_EVERY_SECONDS = 0.5
OTHERS_WITHIN_SECONDS = 0.3
REACHES, CUT_OFF = "reaches", "cut off"


@dataclass(slots=True)
class Watcher:
    """One edge's watcher. `say` is told of each change."""

    site: Site
    node: Node
    places: Places
    say: Callable[[str], None]
    _pulse: Pulse = field(default_factory=Pulse)
    _reaches: bool = True
    _others_reach: bool | None = None
    _givers: Givers = field(init=False)

    def __post_init__(self) -> None:
        """Know whom to tell of connections that are another edge's."""
        self._givers = Givers(self.site, self.node, self.say)

    async def run(self) -> None:
        """Look until cancelled."""
        self.places.health.parent.mkdir(parents=True, exist_ok=True)
        self._tell()
        await self._givers.be_reachable()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._look_after_nginx())
            tasks.create_task(self._look_behind())
            tasks.create_task(self._look_at_others())

    async def _look_after_nginx(self) -> None:
        while True:
            next_look = asyncio.get_running_loop().time() + LOOK_EVERY_SECONDS
            answer = await _ask(
                self._own_address(), self.site.listen.http, self.site.domains.portal, "/", within=NGINX_WITHIN_SECONDS
            )
            pulse = self._pulse.after(
                Look(
                    nginx_answers=answer is not None,
                    reaches_platform=self._reaches,
                    others_reach=self._others_reach,
                    wants_to_leave=self.places.leaving.exists(),
                )
            )
            if pulse.is_well != self._pulse.is_well:
                self.say("well" if pulse.is_well else "ill")
                self._pulse = pulse
                self._tell()
            self._pulse = pulse
            await asyncio.sleep(max(0.0, next_look - asyncio.get_running_loop().time()))

    async def _look_behind(self) -> None:
        while True:
            self._reaches = await self._any(
                [_split(server) for server in self.site.pools.web.servers], "/healthz", PLATFORM_WITHIN_SECONDS
            )
            self.places.view.write_text(REACHES if self._reaches else CUT_OFF, encoding="ascii")
            await asyncio.sleep(PLATFORM_EVERY_SECONDS)

    async def _look_at_others(self) -> None:
        while True:
            views = await self._views()
            reach = any(view.endswith(REACHES.encode()) for view in views.values()) if views else None
            self._others_reach = None if self._reaches else reach
            await self._givers.are(views)
            await asyncio.sleep(OTHERS_EVERY_SECONDS)

    async def _views(self) -> dict[str, bytes]:
        """Return what the other edges say of the platform, by name; those that say nothing are left out."""
        others = [node for node in self.site.nodes if node.name != self.node.name]
        port, name = self.site.metrics.port, self.site.domains.portal
        answers = await asyncio.gather(
            *(_ask(node.address, port, name, "/view", within=OTHERS_WITHIN_SECONDS) for node in others)
        )
        return {node.name: answer for node, answer in zip(others, answers, strict=True) if answer is not None}

    async def _any(self, servers: Sequence[tuple[str, int]], path: str, within: float) -> bool:
        name = self.site.domains.portal
        answers = await asyncio.gather(*(_ask(host, port, name, path, within=within) for host, port in servers))
        return any(answer is not None for answer in answers)

    def _own_address(self) -> str:
        first = self.site.listen.on[0]
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(first, first)  # noqa: S104 (it is asked, not listened on)

    def _tell(self) -> None:
        self.places.health.write_text(f"{WELL if self._pulse.is_well else ILL}\n", encoding="ascii")


def _split(server: str) -> tuple[str, int]:
    host, _, port = server.rpartition(":")
    return host.strip("[]"), int(port)


async def _ask(host: str, port: int, name: str, path: str, *, within: float) -> bytes | None:
    """Return an answer over HTTP, whatever it says; None when there is none in time."""
    writer = None
    try:
        async with asyncio.timeout(within):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read()
            return answer if answer.startswith(b"HTTP/1.") else None
    except (OSError, TimeoutError):
        return None
    finally:
        if writer:
            with contextlib.suppress(OSError):
                writer.transport.abort()


def ask_to_leave(places: Places) -> None:
    """Have this edge give its addresses away, until `stay` is called."""
    places.leaving.parent.mkdir(parents=True, exist_ok=True)
    places.leaving.touch()


def stay(places: Places) -> None:
    """Have this edge take its addresses back."""
    places.leaving.unlink(missing_ok=True)
