"""The bearer's own participations: apply, read, keep, come with fewer, cancel."""

from typing import Annotated, Any
from uuid import UUID, uuid5

import pydantic
from django.http import Http404, HttpRequest
from django.utils.translation import gettext
from ninja import Header, Query, Router, Schema, Status

from entraide.accounts.api import Acting, ApiScope
from entraide.foundation import clock
from entraide.foundation.http_api import ApiProblem, CleanText
from entraide.foundation.ids import new_id
from entraide.foundation.pagination import BadCursor
from entraide.foundation.problems import FieldProblem, Problem, plain
from entraide.volunteering.actions.joining import JoinRefused, KeyUsedElsewhere, NoProfile, Wish, join_slot
from entraide.volunteering.actions.leaving import (
    Leave,
    OnlyFewer,
    TooLateToCancel,
    cancel_participation,
    come_with_fewer,
)
from entraide.volunteering.actions.reconfirming import NothingToReconfirm, reconfirm
from entraide.volunteering.endpoints.shapes import (
    Application,
    Cancellation,
    FewerSeats,
    ParticipationDocument,
    ParticipationPage,
    ProblemDocument,
)
from entraide.volunteering.endpoints.tokens import Token, bearer_in
from entraide.volunteering.models import Participation, Slot
from entraide.volunteering.queries.mine import my_participation, my_participation_page
from entraide.volunteering.rules.words import Source

router = Router(tags=["participations"])
READ, WRITE = Token(ApiScope.PARTICIPATIONS_READ), Token(ApiScope.PARTICIPATIONS_WRITE)
REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 413, 422), ProblemDocument)
# Keys come as any text; the table holds UUIDs. Hashing into a namespace of ours keeps equal keys equal.
KEYS = UUID("5d1c6a0e-6d0f-5a52-9d5e-2f0c5a1b7e11")

IdempotencyKey = Annotated[str, pydantic.StringConstraints(pattern=r"^[\x20-\x7e]{1,200}$")]


class After(Schema):
    """Where a page begins."""

    after: Annotated[str, pydantic.StringConstraints(max_length=512), CleanText] = ""


@router.post(
    "/participations", auth=WRITE, response={201: ParticipationDocument, **REFUSALS}, summary="Apply for a slot"
)
def apply(
    request: HttpRequest,
    payload: Application,
    idempotency_key: Annotated[IdempotencyKey | None, Header(alias="Idempotency-Key")] = None,
) -> Any:
    """Apply for a slot: confirmed at once or held until the organisation answers.

    With the same `Idempotency-Key` a second request gives the same participation, never a second one.
    """
    now, person_id = clock.now(), bearer_in(request).person_id
    wish = Wish(
        slot_id=payload.slot,
        key=uuid5(KEYS, idempotency_key) if idempotency_key else new_id(),
        motivation=payload.motivation,
        declared=frozenset(payload.declared),
        insist=payload.insist,
        seats=payload.seats,
        source=Source.API,
    )
    try:
        made = join_slot(acting=Acting(person_id), wish=wish, now=now)
    except Slot.DoesNotExist as error:
        raise _unprocessable("slot", "unknown_slot", "There is no such slot.") from error
    except JoinRefused as error:
        raise _refused(error) from error
    except NoProfile as error:
        raise ApiProblem(plain(409, detail="This person has no volunteer profile yet.")) from error
    except KeyUsedElsewhere as error:
        raise ApiProblem(plain(409, detail="This Idempotency-Key was used for another slot.")) from error
    return Status(201, _read(person_id, made.pk))


@router.get(
    "/participations", auth=READ, response={200: ParticipationPage, **REFUSALS}, summary="List my participations"
)
def list_participations(request: HttpRequest, where: Query[After]) -> ParticipationPage:
    """List the bearer's participations, the latest first, fifty at a time."""
    try:
        page = my_participation_page(person_id=bearer_in(request).person_id, after=where.after)
    except BadCursor as error:
        raise _unprocessable("after", "value_error", "not a cursor of this list") from error
    now = clock.now()
    return ParticipationPage(items=[ParticipationDocument.of(row, now=now) for row in page.rows], next=page.after)


@router.get(
    "/participations/{uuid:participation_id}",
    auth=READ,
    response={200: ParticipationDocument, **REFUSALS},
    summary="Read one of my participations",
)
def read_participation(request: HttpRequest, participation_id: UUID) -> ParticipationDocument:
    """Read one of the bearer's participations; anybody else's is not there."""
    return _read(bearer_in(request).person_id, participation_id)


@router.post(
    "/participations/{uuid:participation_id}/cancellation",
    auth=WRITE,
    response={200: ParticipationDocument, **REFUSALS},
    summary="Give a place back",
)
def cancel(request: HttpRequest, participation_id: UUID, payload: Cancellation) -> ParticipationDocument:
    """Give a place back before the slot begins. Doing it again changes nothing."""
    person_id = bearer_in(request).person_id
    leave = Leave(participation_id=participation_id, reason=payload.reason, text=payload.text)
    try:
        cancel_participation(acting=Acting(person_id), leave=leave, now=clock.now())
    except Participation.DoesNotExist as error:
        raise Http404 from error
    except TooLateToCancel as error:
        raise ApiProblem(plain(409, detail="The slot has begun, or this participation is over already.")) from error
    return _read(person_id, participation_id)


@router.post(
    "/participations/{uuid:participation_id}/seats",
    auth=WRITE,
    response={200: ParticipationDocument, **REFUSALS},
    summary="Come with fewer people",
)
def come_fewer(request: HttpRequest, participation_id: UUID, payload: FewerSeats) -> ParticipationDocument:
    """Keep so many places before the slot begins and give the others back. Doing it again changes nothing."""
    person_id = bearer_in(request).person_id
    try:
        come_with_fewer(
            acting=Acting(person_id), participation_id=participation_id, seats=payload.seats, now=clock.now()
        )
    except Participation.DoesNotExist as error:
        raise Http404 from error
    except OnlyFewer as error:
        raise _unprocessable(
            "seats", "only_fewer", "A participation keeps as many places as it has, or fewer."
        ) from error
    except TooLateToCancel as error:
        raise ApiProblem(plain(409, detail="The slot has begun, or this participation is over already.")) from error
    return _read(person_id, participation_id)


@router.post(
    "/participations/{uuid:participation_id}/confirmation",
    auth=WRITE,
    response={200: ParticipationDocument, **REFUSALS},
    summary="Say that I still come",
)
def keep(request: HttpRequest, participation_id: UUID) -> ParticipationDocument:
    """Keep a place that is `to_reconfirm`. Doing it again changes nothing."""
    person_id = bearer_in(request).person_id
    try:
        reconfirm(acting=Acting(person_id), participation_id=participation_id, now=clock.now())
    except Participation.DoesNotExist as error:
        raise Http404 from error
    except NothingToReconfirm as error:
        raise ApiProblem(plain(409, detail="The slot has begun, or this place is not yours any more.")) from error
    return _read(person_id, participation_id)


def _read(person_id: UUID, participation_id: UUID) -> ParticipationDocument:
    row = my_participation(person_id=person_id, participation_id=participation_id)
    if row is None:
        raise Http404
    return ParticipationDocument.of(row, now=clock.now())


def _refused(error: JoinRefused) -> ApiProblem:
    reasons = [
        FieldProblem(field="slot", code=reason.code, detail=gettext(reason.message) % reason.values)
        for reason in error.reasons
    ]
    return ApiProblem(Problem(status=409, code="join-refused", title="The place cannot be given", errors=reasons))


def _unprocessable(field: str, code: str, detail: str) -> ApiProblem:
    return ApiProblem(plain(422, errors=[FieldProblem(field=field, code=code, detail=detail)]))
