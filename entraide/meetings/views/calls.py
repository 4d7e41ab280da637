"""The private endpoint of the gateway: it asks who may come in, tells who is there, passes on what moderators do."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from entraide.foundation import clock, problems
from entraide.foundation.http_cache import no_store
from entraide.foundation.problem_answers import answer
from entraide.meetings.actions import being_there, entering, moderating, reporting
from entraide.meetings.models import Participant, Room
from entraide.meetings.queries.line import lines_of
from entraide.meetings.queries.moment import database_now
from entraide.meetings.queries.whereabouts import rungs_of, whereabouts_of
from entraide.meetings.rules import calls
from entraide.meetings.rules.relays import ice_servers
from entraide.meetings.rules.seats import Call, Knocking, Seat
from entraide.meetings.rules.tokens import BadToken, join_key
from entraide.meetings.rules.words import ParticipantState

MOST_SEEN = 20_000


class Act(NamedTuple):
    """What a moderator does: to somebody, or to the room."""

    by: UUID
    verb: str
    target: UUID | None
    locked: bool


@csrf_exempt
@require_POST
def call(request: HttpRequest, name: str) -> HttpResponse:
    """Answer a call that a gateway signed; to anybody else there is nothing here."""
    signed = calls.is_signed(
        request.headers.get(calls.HEADER, ""), path=request.path, body=request.body,
        key=calls.call_key(settings.SECRET_KEY), now=int(clock.now().timestamp()),
    )  # fmt: skip
    if not signed or name not in _CALLS:
        return answer(problems.plain(404))
    try:
        asked: dict[str, Any] = msgspec.json.decode(request.body, type=dict[str, Any])
        told = _CALLS[Call(name)](asked)
    except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
        return answer(problems.plain(400, detail=f"not such a call: {error}"))
    except _REFUSALS as refused:
        return answer(problems.Problem(403, _CODES.get(type(refused), "gone"), "Refused"))
    return no_store(JsonResponse(told))


def _join(asked: Mapping[str, Any]) -> Mapping[str, object]:
    return _seat(entering.join_room(token=str(asked["token"]), keys=(join_key(settings.SECRET_KEY),)))


def _come_back(asked: Mapping[str, Any]) -> Mapping[str, object]:
    return _seat(being_there.come_back(session=str(asked["session"])))


def _seen(asked: Mapping[str, Any]) -> Mapping[str, object]:
    ids = [UUID(each) for each in asked["participants"][:MOST_SEEN]]
    gone = being_there.note_seen(participant_ids=ids)
    return {
        "gone": {str(each): why for each, why in gone.items()},
        "lines": {str(room): at for room, at in lines_of(ids).items()},
        "rungs": {str(room): rung for room, rung in rungs_of(ids).items()},
    }


def _leave(asked: Mapping[str, Any]) -> Mapping[str, object]:
    participant_id = UUID(asked["participant"])
    left = entering.leave_room(participant_id=participant_id)
    return {"left": left, "line": sum(lines_of([participant_id]).values())}


def _act(asked: Mapping[str, Any]) -> Mapping[str, object]:
    target = asked.get("target")
    act = Act(UUID(asked["by"]), str(asked["verb"]), UUID(target) if target else None, bool(asked.get("locked")))
    return {"done": _ACTS[act.verb](act)}


def _waiting(asked: Mapping[str, Any]) -> Mapping[str, object]:
    waiting = Participant.objects.filter(room_id=UUID(asked["room"]), state=ParticipantState.WAITING.value)
    knocking = [
        Knocking(participant=str(each.pk), name=each.display, signed_in=each.person_id is not None)
        for each in waiting.order_by("created_at")
    ]
    return {"waiting": knocking}


def _where(asked: Mapping[str, Any]) -> Mapping[str, object]:
    return {**whereabouts_of(Room.objects.open().get(pk=UUID(asked["room"])))}


def _probed(asked: Mapping[str, Any]) -> Mapping[str, object]:
    return {"health": reporting.take_probe(node_id=UUID(asked["node"]), succeeded=bool(asked["well"]))}


def _complain(asked: Mapping[str, Any]) -> Mapping[str, object]:
    return {"complaints": reporting.take_complaint(
        node_id=UUID(asked["node"]), participant_id=UUID(asked["participant"])
    )}  # fmt: skip


def _seat(joined: entering.Joined) -> Mapping[str, object]:
    participant, room = joined.participant, joined.room
    seat = Seat(
        **whereabouts_of(room), participant=str(participant.pk), room=str(room.pk), name=participant.display,
        role=participant.role, session=joined.session, locked=room.is_locked, heard=joined.heard,
        ice=ice_servers(
            settings.MEETINGS_RELAYS, secret=settings.MEETINGS_RELAY_SECRET, participant=participant.pk,
            now=database_now(),
        ),
    )  # fmt: skip
    return {**seat}


def _to_target(action: Callable[..., bool]) -> Callable[[Act], object]:
    def act(asked: Act) -> bool:
        if asked.target is None:
            raise ValueError("this is done to somebody")
        return action(by_id=asked.by, target_id=asked.target)

    return act


_CALLS: dict[Call, Callable[[Mapping[str, Any]], Mapping[str, object]]] = {
    Call.JOIN: _join,
    Call.COME_BACK: _come_back,
    Call.SEEN: _seen,
    Call.LEAVE: _leave,
    Call.ACT: _act,
    Call.WAITING: _waiting,
    Call.WHERE: _where,
    Call.PROBED: _probed,
    Call.COMPLAIN: _complain,
}
_ACTS: dict[str, Callable[[Act], object]] = {
    "admit": _to_target(moderating.admit),
    "deny": _to_target(moderating.deny),
    "kick": _to_target(moderating.kick),
    "ban": _to_target(moderating.ban),
    "admit_all": lambda act: moderating.admit_all(by_id=act.by),
    "lock": lambda act: moderating.set_locked(by_id=act.by, locked=act.locked),
    "end": lambda act: moderating.end_for_all(by_id=act.by),
}
_CODES: dict[type[Exception], str] = {
    BadToken: "bad-token",
    entering.TicketUsed: "ticket-used",
    entering.NotAdmitted: "not-admitted",
    moderating.NotAllowed: "not-allowed",
    reporting.NotThere: "not-there",
}
_REFUSALS: tuple[type[Exception], ...] = (*_CODES, ObjectDoesNotExist)
