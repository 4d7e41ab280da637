"""Proves from a receipts file that every acknowledged sign-up became exactly one person, and none was invented.

The format of the file is in docs/reference/receipts-file.md.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import islice
from typing import BinaryIO
from uuid import UUID

import msgspec

from entraide.accounts import api as accounts
from entraide.volunteering.models import Settlement, SignUp
from entraide.volunteering.rules.words import SettledState

FORMAT = "entraide-receipts/1"
AT_ONCE = 5_000
ACCEPTED = 202


class NotReceipts(ValueError):
    """The file is none of receipts, or is cut: the message says where."""


class Head(msgspec.Struct):
    """The first line of a receipts file."""

    format: str


class Line(msgspec.Struct):
    """One request of a receipts file, as far as it is looked at."""

    status: int
    key: str
    email: str
    receipt: UUID | None = None


class Verdict(StrEnum):
    """What became of an acknowledged sign-up."""

    ONE_PERSON = "one person"
    WAITING = "still in the inbox"
    REJECTED = "rejected by the drain"
    LOST = "lost"
    SOMEBODY_ELSE = "settled as somebody else"
    UNNAMED = "acknowledged without a receipt"


PROVEN = frozenset({Verdict.ONE_PERSON})
_line = msgspec.json.Decoder(Line)


class Reconciliation(msgspec.Struct):
    """How many acknowledged sign-ups got which verdict, with the first few keys of those that are not proven.

    `retried` counts acknowledgements whose receipt had been given before, as a retry gets it. `unanswered` requests and
    `refused` ones prove nothing: a sign-up whose answer was cut may have been taken.
    """

    verdicts: Counter[str]
    examples: dict[str, list[str]]
    retried: int = 0
    refused: int = 0
    unanswered: int = 0

    @property
    def proven(self) -> int:
        """Return how many acknowledged sign-ups are exactly one person."""
        return sum(self.verdicts[verdict] for verdict in PROVEN)

    @property
    def is_proven(self) -> bool:
        """Say whether every acknowledged sign-up is exactly one person."""
        return not self.verdicts.keys() - PROVEN


def reconcile(opened: BinaryIO) -> Reconciliation:
    """Return what became of the requests of a receipts file, which is read as a stream. Raises NotReceipts."""
    found = Reconciliation(verdicts=Counter(), examples={})
    seen: set[tuple[UUID, str]] = set()
    lines = _lines(opened)
    while batch := list(islice(lines, AT_ONCE)):
        accepted = [line for line in batch if line.status == ACCEPTED]
        found.unanswered += sum(line.status == 0 for line in batch)
        found.refused += sum(line.status not in (0, ACCEPTED) for line in batch)
        fresh = [line for line in accepted if line.receipt is None or _is_new((line.receipt, line.email.lower()), seen)]
        found.retried += len(accepted) - len(fresh)
        for line, verdict in _judge(fresh):
            found.verdicts[verdict] += 1
            if verdict not in PROVEN and len(found.examples.setdefault(verdict, [])) < 5:
                found.examples[verdict].append(line.key)
    return found


def _is_new(told: tuple[UUID, str], seen: set[tuple[UUID, str]]) -> bool:
    """Tell whether an address gets a receipt for the first time, and remember it.

    One receipt for two addresses is no retry: one of the two has been lost.
    """
    before = len(seen)
    seen.add(told)
    return len(seen) > before


def _lines(opened: BinaryIO) -> Iterator[Line]:
    try:
        head = msgspec.json.decode(next(opened, b""), type=Head)
    except msgspec.MsgspecError as error:
        raise NotReceipts(f"line 1: {error}") from error
    if head.format != FORMAT:
        raise NotReceipts(f"line 1: the format is {head.format}, and {FORMAT} is read here")
    for number, raw in enumerate(opened, start=2):
        try:
            yield _line.decode(raw)
        except msgspec.MsgspecError as error:
            raise NotReceipts(f"line {number}: {error}") from error


def _judge(lines: Sequence[Line]) -> Iterator[tuple[Line, Verdict]]:
    receipts = [line.receipt for line in lines if line.receipt]
    settled = {row.receipt: row for row in Settlement.objects.filter(receipt__in=receipts)}
    waiting = set(SignUp.objects.filter(receipt__in=receipts).values_list("receipt", flat=True))
    addresses = _addresses(row.person_id for row in settled.values())
    for line in lines:
        row = settled.get(line.receipt) if line.receipt else None
        if line.receipt is None:
            yield line, Verdict.UNNAMED
        elif row is None:
            yield line, Verdict.WAITING if line.receipt in waiting else Verdict.LOST
        elif row.state != SettledState.DONE:
            yield line, Verdict.REJECTED
        elif addresses.get(row.person_id) != line.email.lower():
            yield line, Verdict.SOMEBODY_ELSE
        else:
            yield line, Verdict.ONE_PERSON


def _addresses(person_ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return the address of each person; the table allows each address once."""
    return dict(accounts.Person.objects.filter(pk__in=[each for each in person_ids if each]).values_list("pk", "email"))
