"""A mail server that takes mail over SMTP, refuses addresses or puts them off, and tells when it has taken one."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


def nothing(number: int) -> None:
    """Do nothing when a mail is taken."""


@dataclass(slots=True)
class MailServer:
    """What the server was given, how it answers an address or a text, and what happens before it says that it took one.

    `taking` is called with the number of mails taken so far, this one included.
    """

    taken: list[EmailMessage] = field(default_factory=list)
    to_address: dict[str, str] = field(default_factory=dict)
    to_text: str = ""
    taking: Callable[[int], None] = nothing
    port: int = 0

    @property
    def addresses(self) -> list[str]:
        """To whom the mails went, in their order."""
        return [str(message["to"]) for message in self.taken]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        """Take, refuse or put off one address."""
        if answer := self.to_address.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail, or answer what the server was told to."""
        if self.to_text:
            return self.to_text
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.taken.append(message_from_bytes(content, _class=EmailMessage, policy=policy.default))
        self.taking(len(self.taken))
        return "250 taken"

    @contextmanager
    def listening(self) -> Iterator["MailServer"]:
        """Take mail on `port` within the block."""
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        controller = _Controller(self, hostname="127.0.0.1", port=self.port)
        controller.start()
        try:
            yield self
        finally:
            controller.hang_up()
            controller.stop()


class _Controller(Controller):
    """Ends the connections too that a killed sender left, which aiosmtpd's own does not."""

    def factory(self) -> SMTP:
        """Return what speaks with one sender."""
        caller: SMTP = super().factory()  # type: ignore[no-untyped-call]
        self.callers = [*getattr(self, "callers", []), caller]
        return caller

    def hang_up(self) -> None:
        """End every connection."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(timeout=60)

    async def _hang_up(self) -> None:
        for caller in getattr(self, "callers", []):
            if caller.transport is not None:
                caller.transport.abort()
        # The loop closes what was aborted in its next turn.
        await asyncio.sleep(0)
