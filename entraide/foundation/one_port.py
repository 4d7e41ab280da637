"""Several ASGI applications behind one port: the path chooses, and they start and stop together. Django-free."""

import asyncio
from collections.abc import Mapping

from entraide.foundation.lane import Application, Message, Receive, Scope, Send, WsgiLane


class OnePort:
    """Gives each request to the application whose path it has or is below, and all others to the pages."""

    def __init__(self, *, lanes: Mapping[str, Application], pages: WsgiLane) -> None:
        self._lanes = dict(lanes)
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI: lifespan, HTTP and WebSocket. A WebSocket to the pages is refused."""
        match scope["type"]:
            case "lifespan":
                await self._live(receive, send)
            case "http":
                await self._lane_of(scope["path"])(scope, receive, send)
            case "websocket":
                lane = self._lane_of(scope["path"])
                if lane is self._pages:
                    await send({"type": "websocket.close", "code": 1000})
                else:
                    await lane(scope, receive, send)

    def _lane_of(self, path: str) -> Application:
        for prefix, lane in self._lanes.items():
            if path == prefix or path.startswith(f"{prefix}/"):
                return lane
        return self._pages

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start the lanes, wait for the server's stop, then let each finish what it has begun."""
        await receive()
        lives = [_Life(lane) for lane in self._lanes.values()]
        for life in lives:
            await life.tell("lifespan.startup")
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pages.stop()
        for life in lives:
            await life.tell("lifespan.shutdown")
        await send({"type": "lifespan.shutdown.complete"})


class _Life:
    """The lifespan of one application: tells it what happens, waits until it has taken note."""

    def __init__(self, application: Application) -> None:
        self._orders: asyncio.Queue[Message] = asyncio.Queue()
        self._answers: asyncio.Queue[Message] = asyncio.Queue()
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}}
        self._task = asyncio.ensure_future(application(scope, self._orders.get, self._answers.put))

    async def tell(self, event: str) -> None:
        await self._orders.put({"type": event})
        answer = asyncio.ensure_future(self._answers.get())
        await asyncio.wait({answer, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
            await self._task
            raise RuntimeError(f"a lane ended without an answer to {event}")
        if answer.result()["type"] != f"{event}.complete":
            raise RuntimeError(f"a lane refused {event}: {answer.result().get('message', '')}")
