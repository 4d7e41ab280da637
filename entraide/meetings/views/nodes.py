"""Where the agents of media nodes report, each with its node's secret. What they are answered are their orders."""

from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from entraide.foundation import clock, problems
from entraide.foundation.http_cache import no_store
from entraide.foundation.problem_answers import answer
from entraide.meetings.actions import reporting
from entraide.meetings.models import Node
from entraide.meetings.rules import calls, reports
from entraide.meetings.rules.node_secrets import node_root, node_secret


@csrf_exempt
@require_POST
def report(request: HttpRequest, node: UUID) -> HttpResponse:
    """Take what an agent reports: `{"rooms": {ROOM: [heads, publishers, pps]}}`, or `{"down": true}`."""
    signed = calls.is_signed(
        request.headers.get(calls.HEADER, ""), path=request.path, body=request.body,
        key=node_secret(node_root(settings.SECRET_KEY), node=node).encode(), now=int(clock.now().timestamp()),
    )  # fmt: skip
    if not signed:
        return answer(problems.plain(404))
    try:
        told: dict[str, Any] = msgspec.json.decode(request.body, type=dict[str, Any])
        orders = _taken(node, told)
    except (msgspec.DecodeError, reports.BadReport, KeyError, TypeError, AttributeError) as error:
        return answer(problems.plain(400, detail=f"not such a report: {error}"))
    except Node.DoesNotExist:
        return answer(problems.plain(404))
    return no_store(JsonResponse(orders))


def _taken(node: UUID, told: dict[str, Any]) -> dict[str, object]:
    if told.get("down"):
        return {"destroy": [], "health": reporting.take_down(node_id=node)}
    orders = reporting.take_report(node_id=node, report=reports.read_rooms(told["rooms"]))
    return {"destroy": list(orders.destroy), "health": orders.health}
