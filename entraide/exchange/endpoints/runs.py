"""The reports of a partner's own runs, for its programs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from entraide.exchange.endpoints.answering import ApiError, answer, for_partners
from entraide.exchange.formats.engagement import told
from entraide.exchange.models import Line, Partner, Run
from entraide.foundation.pagination import BadCursor
from entraide.foundation.paging import page_of

RUNS_SHOWN = 50
LINES = 1_000
COUNTS = ("seen", "created", "changed", "unchanged", "refused", "withdrawn", "absent")


def _list(request: HttpRequest, partner: Partner) -> HttpResponse:
    """List the last runs, the latest first."""
    rows = Run.objects.filter(partner=partner).order_by("-started_at")[:RUNS_SHOWN]
    return answer({"ok": True, "data": [_document(row) for row in rows]})


def _one(request: HttpRequest, partner: Partner, run_id: UUID) -> HttpResponse:
    """Tell of one run line by line, a thousand at a time; `next` is what to ask for after them."""
    run = Run.objects.filter(partner=partner, pk=run_id).first()
    if run is None:
        raise ApiError(404, "NOT_FOUND", "Run not found")
    try:
        page = page_of(Line.objects.filter(run=run), order={"id": int}, after=request.GET.get("after", ""), size=LINES)
    except BadCursor as error:
        raise ApiError(400, "INVALID_QUERY", [{"path": ["after"], "message": "not a cursor of this list"}]) from error
    return answer(
        {"ok": True, "data": {**_document(run), "lines": [_line(row) for row in page.rows]}, "next": page.after}
    )


def _document(run: Run) -> dict[str, Any]:
    return {
        "id": str(run.pk),
        "state": run.state,
        "reason": run.reason or None,
        "detail": run.detail or None,
        "startedAt": told(run.started_at),
        "endedAt": told(run.ended_at),
        "bytes": run.size,
        **{name: getattr(run, name) for name in COUNTS},
    }


def _line(row: Line) -> dict[str, Any]:
    return {
        "number": row.number,
        "clientId": row.client_id,
        "outcome": row.outcome,
        "code": row.code or None,
        "field": row.field or None,
    }


runs = for_partners(get=_list)
run = for_partners(get=_one)
