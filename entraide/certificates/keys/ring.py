"""The keys of today and of the days ahead, kept to their schedule: who may seal at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from entraide.certificates import schedule
from entraide.certificates.curve import PublicKey, Signer
from entraide.certificates.errors import Malformed
from entraide.certificates.keys.files import NoKey, Store
from entraide.certificates.keys.folder import FolderUnusable, KeyFolder
from entraide.certificates.schedule import DAYS_AHEAD, ClockBehind

PUBLIC_DAYS_KEPT = 40


@dataclass(frozen=True, slots=True)
class Tended:
    """What was done to the keys."""

    destroyed: tuple[date, ...]
    made: tuple[date, ...]


class Ring:
    """Holds the keys of today and tomorrow in memory. Any number of processes may tend one folder."""

    def __init__(self, folder: KeyFolder, store: Store, *, days_ahead: int = DAYS_AHEAD) -> None:
        self._folder = folder
        self._store = store
        self._days_ahead = days_ahead
        self._signers: Mapping[date, Signer] = {}

    def tend(self, *, now: int) -> Tended:
        """Write the mark, destroy what is over, make what is due, and take up the keys of today and tomorrow.

        Raises FolderUnusable when others may read the keys, and ClockBehind when the clock shows a day whose keys are
        destroyed; every key is let go of before. Raises NoKey or OSError with the keys at hand still held.
        """
        try:
            return self._tend(now)
        except (ClockBehind, FolderUnusable):
            self._signers = {}
            raise

    def _tend(self, now: int) -> Tended:
        with self._folder.locked():
            self._folder.check()
            # Keys whose day is over leave the memory too, whatever else goes wrong here.
            self._signers = {day: signer for day, signer in self._signers.items() if day >= schedule.day_of(now)}
            plan = schedule.plan(
                now=now, present=self._store.days(), mark=self._folder.mark(), days_ahead=self._days_ahead
            )
            self._folder.move_mark(plan.mark)
            self._store.clear()
            for day in plan.destroy:
                self._store.destroy(day)
            for day in plan.make:
                self._store.make(day)
            self._note_publics()
            self._forget_publics(plan.mark)
            self._take_up(schedule.day_of(now))
        return Tended(destroyed=plan.destroy, made=plan.make)

    def signer_at(self, now: int) -> Signer:
        """Return the key that seals at a time in seconds since 1970. Raises NoKey. Reads no file: requests call it."""
        try:
            return self._signers[schedule.day_of(now)]
        except KeyError:
            raise NoKey(f"there is no key for {schedule.day_of(now)}") from None

    def publics(self) -> dict[date, PublicKey]:
        """Return the public keys of this machine by day, those of destroyed keys for some weeks."""
        found = {}
        for file in sorted(self._folder.path.glob("*.pub")):
            try:
                found[date.fromisoformat(file.stem)] = PublicKey(bytes.fromhex(file.read_text(encoding="ascii")))
            except (ValueError, Malformed) as error:
                raise NoKey(f"{file} is not a public key of ours") from error
        return found

    def _take_up(self, today: date) -> None:
        """Have the signers of today and tomorrow; one that is held already is kept."""
        days = (today, today + timedelta(days=1))
        self._signers = {day: self._signers.get(day) or self._store.signer(day) for day in days}

    def _note_publics(self) -> None:
        """Write down the public half of each key that a root is to list. After a crash one may be missing."""
        for day in self._store.days():
            if not (self._folder.path / f"{day.isoformat()}.pub").exists():
                self._folder.write(f"{day.isoformat()}.pub", self._store.signer(day).public.point.hex().encode())

    def _forget_publics(self, mark: date) -> None:
        for file in self._folder.path.glob("*.pub"):
            if file.stem < (mark - timedelta(days=PUBLIC_DAYS_KEPT)).isoformat():
                file.unlink(missing_ok=True)
