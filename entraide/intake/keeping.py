"""Fourth step: a sign-up is kept together with others, and what let it in is used up with it."""

from collections.abc import Sequence

from entraide.intake import measures
from entraide.intake.abuse.guard import Guard
from entraide.intake.claims import Claims
from entraide.intake.log import Log, Unavailable, Unwritable, Wish
from entraide.intake.marks import Marks
from entraide.intake.refusals import Refusal, come_back
from entraide.intake.room.door import Door, Pass
from entraide.intake.writing import Full, GroupWriter
from entraide.volunteering.rules.signup_log import Entry


class Keeping:
    """Keeps sign-ups in a log. `claims` uses marks up where the log does not; so many as `capacity` may wait."""

    def __init__(
        self, log: Log, claims: Claims | None, *, capacity: int, door: Door, guard: Guard, used: Marks
    ) -> None:
        self._log = log
        self._claims = claims
        self._capacity = capacity
        self._door = door
        self._guard = guard
        self._used = used
        self._writer: GroupWriter[Wish] = GroupWriter(self._write, capacity=capacity)

    def start(self) -> None:
        """Begin to keep."""
        self._writer.start()
        if self._claims:
            self._claims.start()

    async def stop(self) -> None:
        """Keep whatever waits, then end."""
        await self._writer.stop()
        if self._claims:
            await self._claims.stop()

    async def keep(self, entry: Entry, passed: Pass, *, proof: bytes | None) -> None:
        """Return when the sign-up is kept; `proof` is the mark of whoever could not come in without.

        Raises InLine when it has to wait, ProofWanted when another sign-up used the proof.
        """
        if (mark := proof or passed.mark) and await self._keep_marked(Wish(entry, mark), passed):
            return
        if proof:
            raise self._guard.proof_used()
        if mark and not self._door.is_open:
            raise self._door.anew()
        # Without a mark, or with a ticket that was not needed since nobody waits.
        await self._submit(Wish(entry), passed)

    async def _keep_marked(self, wish: Wish, passed: Pass) -> bool:
        """Keep a sign-up and use its mark; return False, nothing being kept, when another sign-up used it."""
        receipt = wish.entry.receipt
        if not self._used.use(wish.mark, receipt):
            return False
        try:
            if self._claims:
                await self._claims.claim(wish)
            if wish.is_ours:
                await self._submit(wish, passed)
        except Refusal:
            self._used.release(wish.mark, receipt)
            raise
        if wish.used_for is not None:
            self._used.learn(wish.mark, wish.used_for)
        return wish.is_ours

    async def _submit(self, wish: Wish, passed: Pass) -> None:
        try:
            await self._writer.submit(wish)
        except Full:
            self._guard.filled(1.0)
            raise self._door.refused(passed, "busy") from None
        except Unavailable:
            raise self._door.refused(passed, "unavailable") from None
        except Unwritable:
            raise come_back("unavailable", seconds=5) from None

    async def _write(self, wishes: Sequence[Wish]) -> None:
        measures.group_size.observe(len(wishes))
        measures.waiting.set(self._writer.depth)
        fill = (self._writer.depth + len(wishes)) / self._capacity
        self._guard.filled(fill)
        await self._log.keep(wishes)
        self._door.kept(len(wishes), fill=fill)
