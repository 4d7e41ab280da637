"""Drafts from official alerts: proposed, changed or withdrawn by later alerts, decided by an operator."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.crises.actions import Opening, open_crisis
from entraide.crises.models import Crisis, Proposal
from entraide.crises.rules import Kind, Level, ProposalKind, ProposalState
from entraide.journal.api import record


class NotWaiting(Exception):
    """The proposal was decided, withdrawn or replaced meanwhile, or its time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an alert says of a crisis. Texts are {"fr": …, "en": …}."""

    name: Mapping[str, str]
    text: Mapping[str, str]
    crisis_kind: Kind
    level: Level
    zones: Sequence[str]
    areas: str
    source: str
    expires_at: datetime | None


@transaction.atomic
def propose(*, draft: Draft, follows: Sequence[UUID], now: datetime) -> Proposal:
    """Keep a draft for an operator.

    `follows` are the proposals of earlier alerts that this one updates: one that still waits becomes this draft; one
    that was accepted makes it a change of its crisis.
    """
    earlier = list(Proposal.objects.select_for_update().filter(pk__in=follows).order_by("-created_at"))
    waiting = next((each for each in earlier if each.state == ProposalState.WAITING), None)
    crisis_id = _open_crisis_of(earlier)
    values = {**asdict(draft), "name": dict(draft.name), "text": dict(draft.text), "zones": list(draft.zones)}
    if waiting is not None:
        if waiting.kind == ProposalKind.CLOSE:
            values["kind"] = ProposalKind.CHANGE
        for name, value in values.items():
            setattr(waiting, name, value)
        waiting.save()
        proposal = waiting
    else:
        kind = ProposalKind.CHANGE if crisis_id else ProposalKind.OPEN
        proposal = Proposal.objects.create(kind=kind, crisis_id=crisis_id, **values)
    _journal(proposal.pk, verb="crisis.proposed", actor=None, role="system", now=now)
    return proposal


@transaction.atomic
def withdraw(*, follows: Sequence[UUID], source: str, now: datetime) -> Proposal | None:
    """Take back what earlier alerts proposed. A crisis that was opened is proposed to be closed; return that draft."""
    earlier = list(Proposal.objects.select_for_update().filter(pk__in=follows).order_by("-created_at"))
    waiting = [each.pk for each in earlier if each.state == ProposalState.WAITING]
    Proposal.objects.filter(pk__in=waiting).update(state=ProposalState.WITHDRAWN, decided_at=now)
    crisis_id = _open_crisis_of(earlier)
    if crisis_id is None:
        return None
    last = earlier[0]
    closing = Proposal.objects.create(
        kind=ProposalKind.CLOSE, crisis_id=crisis_id, name=last.name, text={}, crisis_kind=last.crisis_kind,
        level=Level.CLOSED, zones=last.zones, areas=last.areas, source=source,
    )  # fmt: skip
    _journal(closing.pk, verb="crisis.proposed", actor=None, role="system", now=now)
    return closing


def _open_crisis_of(earlier: Sequence[Proposal]) -> UUID | None:
    ids = [each.crisis_id for each in earlier if each.crisis_id]
    still_open = Crisis.objects.filter(pk__in=ids).exclude(level=Level.CLOSED)
    return next(iter(still_open.values_list("pk", flat=True)), None)


@transaction.atomic
def accept_opening(*, proposal_id: UUID, opening: Opening, actor: UUID | None, role: str, now: datetime) -> Crisis:
    """Open the crisis that was proposed, as the operator wrote it. Raises NotWaiting, IntegrityError for its slug."""
    _decide(proposal_id, ProposalKind.OPEN, ProposalState.ACCEPTED, now)
    crisis = open_crisis(opening=opening, actor=actor, role=role, now=now)
    Proposal.objects.filter(pk=proposal_id).update(crisis=crisis)
    return crisis


@transaction.atomic
def accept_change(*, proposal_id: UUID, zones: Sequence[str], actor: UUID | None, role: str, now: datetime) -> UUID:
    """Give a crisis the départements that were proposed, as the operator wrote them, and return it.

    Raises NotWaiting.
    """
    _decide(proposal_id, ProposalKind.CHANGE, ProposalState.ACCEPTED, now)
    crisis_id: UUID = Proposal.objects.values_list("crisis_id", flat=True).get(pk=proposal_id)
    Crisis.objects.filter(pk=crisis_id).update(zones=list(zones))
    record(
        actor=actor, role=role, verb="crisis.zones_changed", thing_kind="crisis", thing_id=crisis_id, now=now,
        detail={"zones": list(zones)},
    )  # fmt: skip
    return crisis_id


@transaction.atomic
def dismiss(*, proposal_id: UUID, actor: UUID | None, role: str, now: datetime) -> None:
    """Set a proposal aside. Raises NotWaiting."""
    _decide(proposal_id, None, ProposalState.DISMISSED, now)
    _journal(proposal_id, verb="crisis.proposal_dismissed", actor=actor, role=role, now=now)


def _decide(proposal_id: UUID, kind: ProposalKind | None, state: ProposalState, now: datetime) -> None:
    rows = Proposal.objects.waiting(now).filter(pk=proposal_id)
    if not (rows.filter(kind=kind) if kind else rows).update(state=state, decided_at=now):
        raise NotWaiting(str(proposal_id))


def proposals_waiting(*, now: datetime) -> list[Proposal]:
    """Return what operators may decide about, the latest first."""
    return list(Proposal.objects.waiting(now).select_related("crisis").order_by("-created_at"))


def proposal(*, proposal_id: UUID, now: datetime) -> Proposal | None:
    """Return one that waits, else None."""
    return Proposal.objects.waiting(now).select_related("crisis").filter(pk=proposal_id).first()


def _journal(proposal_id: UUID, *, verb: str, actor: UUID | None, role: str, now: datetime) -> None:
    record(actor=actor, role=role, verb=verb, thing_kind="proposal", thing_id=proposal_id, now=now)
