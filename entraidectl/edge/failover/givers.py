"""Tells the kernel to which edge it passes packets of connections that are not known here."""

import asyncio
import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from entraidectl.edge.packets.handover import as_commands, givers
from entraidectl.edge.site.declarations import Node, Site


@dataclass(slots=True)
class Givers:
    """The edges that may know what this one does not. `say` is told once when the kernel cannot be."""

    site: Site
    node: Node
    say: Callable[[str], None]
    _is_told: bool = True

    async def be_reachable(self) -> None:
        """Have every public address on the loopback interface, to answer on connections begun before it moved."""
        for public in self.site.addresses:
            host = ipaddress.ip_address(public.address)
            await self._run("ip", f"-{host.version}", "address", "replace", f"{host}/{host.max_prefixlen}", "dev", "lo")

    async def are(self, seen: Iterable[str]) -> None:
        """Pass packets on to those of the others that are `seen`, and to nobody else."""
        if not self.site.addresses:
            return
        known = givers(self.site, self.node, seen)
        await self._run("nft", "--file", "-", said=as_commands(self.site, known))

    async def _run(self, *command: str, said: str = "") -> None:
        """Run a program; where that fails, connections in progress end when their address moves."""
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
            complaint = (await process.communicate(said.encode()))[1].decode("utf-8", "replace")
            failed = process.returncode != 0
        except OSError as error:
            complaint, failed = str(error), True
        if failed and self._is_told:
            self.say(
                f"connections will not outlive a move of their address: {command[0]}: {' '.join(complaint.split())}"
            )
        self._is_told = not failed
