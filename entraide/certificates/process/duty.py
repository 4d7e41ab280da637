"""What the process does besides answering: it tends the keys, at midnight above all, and takes up what roots signed."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from entraide.certificates import schedule
from entraide.certificates.curve import Signer
from entraide.certificates.errors import Unusable
from entraide.certificates.keys.files import NoKey
from entraide.certificates.keys.folder import FolderUnusable, KeyFolder
from entraide.certificates.keys.published import Published, PublishedForms, PublishedKeys
from entraide.certificates.keys.ring import Ring
from entraide.certificates.process import development
from entraide.certificates.schedule import ClockBehind
from entraide.foundation import clock

logger = logging.getLogger(__name__)
EVERY_SECONDS = 10.0


class Duty:
    """Keeps the keys to their schedule for as long as the process lives."""

    def __init__(self, folder: KeyFolder, ring: Ring, *, signs_itself: bool, now: Callable[[], int]) -> None:
        self._folder = folder
        self._ring = ring
        self._published = Published(folder)
        self._signs_itself = signs_itself
        self._now = now
        self._ended = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._trouble = ""
        self.keys: PublishedKeys | None = None
        self.forms: PublishedForms | None = None

    async def start(self) -> None:
        """Tend once, so that the first request finds a key, then keep tending."""
        self._ended.clear()
        await asyncio.to_thread(self.tend)
        self._task = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """Stop tending."""
        self._ended.set()
        if self._task:
            await self._task

    def signer(self, now: int) -> Signer:
        """Return who seals at a time. Raises NoKey."""
        return self._ring.signer_at(now)

    @property
    def lists_todays_key(self) -> bool:
        """Whether the published list holds the key that seals now, so that a verifier can check its seals."""
        with contextlib.suppress(NoKey):
            return bool(self.keys and self.keys.listing.of(self.signer(self._now()).public.kid))
        return False

    def tend(self) -> None:
        """Do what is due. Whatever stands in its way is logged once, until it changes, and tried again."""
        try:
            self._tend_keys()
            self._take_up()
        except (FolderUnusable, ClockBehind, NoKey, Unusable, OSError) as error:
            self._tell(str(error))
        else:
            self._tell("" if self.lists_todays_key else "today's key is in no list that a root signed")

    def _tend_keys(self) -> None:
        done = self._ring.tend(now=self._now())
        if done.destroyed:
            logger.info("destroyed the keys of %s", ", ".join(map(str, done.destroyed)))
        if done.made:
            logger.info("made the keys of %s", ", ".join(map(str, done.made)))

    def _take_up(self) -> None:
        if self._signs_itself:
            development.sign_what_is_due(self._folder, self._published, self._ring, now=self._now())
        self.keys = self._published.keys(now=self._now())
        self.forms = self._published.forms(now=self._now())

    def _tell(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            logger.error("seals: %s", trouble)
        self._trouble = trouble

    async def _go_on(self) -> None:
        while not self._ended.is_set():
            now = clock.now().timestamp()
            midnight = schedule.span_of(schedule.day_of(int(now)))[1] - now
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), min(EVERY_SECONDS, midnight + 0.01))
            if not self._ended.is_set():
                await asyncio.to_thread(self.tend)
