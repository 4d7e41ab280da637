"""A relay between the intake and its database, for faults."""

import asyncio
from pathlib import Path


class Wire:
    """A relay to the database that can be cut and mended, or made to swallow everything."""

    def __init__(self, target: str, path: Path) -> None:
        self._target = target
        self._path = path
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()

    async def mend(self) -> None:
        """Let connections through."""
        self._server = await asyncio.start_unix_server(self._relay, self._path)

    async def cut(self) -> None:
        """Break every connection and refuse new ones."""
        assert self._server
        self._server.close()
        self._path.unlink(missing_ok=True)
        for end in self._ends:
            end.close()

    def stall(self) -> None:
        """Keep every connection open and let nothing pass."""
        self._flows.clear()

    def flow(self) -> None:
        """Let bytes pass again."""
        self._flows.set()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(self._target)
        ends = {writer, far_writer}
        self._ends |= ends
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        self._ends -= ends

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                await self._flows.wait()
                sink.write(data)
                await sink.drain()
        except OSError:
            pass
        finally:
            sink.close()
