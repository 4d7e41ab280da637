"""Missions that partners send one by one (`/v2/mission`), and what became of all that they sent (`/v0/mymission`)."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from entraide.exchange.actions.receiving import receive, withdraw
from entraide.exchange.actions.weighing import Item
from entraide.exchange.endpoints.answering import ApiError, answer, for_partners, json_of
from entraide.exchange.endpoints.asking import bad
from entraide.exchange.formats.engagement import told
from entraide.exchange.models import External, Partner
from entraide.exchange.places import Finder
from entraide.exchange.queries.standing import Standing, standings_of
from entraide.exchange.rules.document import BadShape, read
from entraide.exchange.rules.refusals import said
from entraide.foundation import clock

LONGEST_ID = 200
MOST_ROWS, USUAL_ROWS = 1_000, 100


def _create(request: HttpRequest, partner: Partner) -> HttpResponse:
    _may_send(partner)
    given = json_of(request)
    client_id = given.get("clientId")
    for name in ("clientId", "title"):
        if not isinstance(given.get(name), str) or not given[name]:
            raise _bad_body(name, "Required")
    item = _item(client_id, given)
    row = External.objects.of_partner(partner.pk).present().filter(client_id=client_id).first()
    if row is not None:
        raise ApiError(409, "RESSOURCE_ALREADY_EXIST", "A mission with this clientId already exists for this publisher")
    return _received(partner, item, status=201)


def _change(request: HttpRequest, partner: Partner, client_id: str) -> HttpResponse:
    """Change the fields that are given, as that API's PUT does."""
    _may_send(partner)
    row = _row(partner, client_id)
    if row.withdrawn_at is not None:
        raise ApiError(404, "NOT_FOUND", "Mission not found")
    given = json_of(request)
    _item(client_id, given)
    return _received(partner, _item(client_id, {**row.content, **given, "clientId": client_id}), status=200)


def _delete(request: HttpRequest, partner: Partner, client_id: str) -> HttpResponse:
    """Take a mission offline; again changes nothing."""
    _may_send(partner)
    row = _row(partner, client_id)
    if row.withdrawn_at is None:
        withdraw(partner=partner, client_ids=[client_id], now=clock.now())
        row.refresh_from_db()
    return answer({"ok": True, "data": {"clientId": row.client_id, "deletedAt": told(row.withdrawn_at)}})


def _may_send(partner: Partner) -> None:
    if not partner.sends_missions:
        raise ApiError(403, "FORBIDDEN", "This partner may not send missions")


def _item(client_id: Any, given: dict[str, Any]) -> Item:
    try:
        document = read({**given, "clientId": client_id})
    except BadShape as fault:
        raise _bad_body(fault.field, fault.problem) from fault
    return Item(0, client_id, document, is_pushed=True)


def _bad_body(field: str, problem: str) -> ApiError:
    return ApiError(400, "INVALID_BODY", [{"path": field.split("."), "message": problem}])


def _row(partner: Partner, client_id: str) -> External:
    if len(client_id) > LONGEST_ID or "\0" in client_id:
        raise ApiError(400, "INVALID_PARAMS", [{"path": ["clientId"], "message": "Too long, or not a text"}])
    row = External.objects.of_partner(partner.pk).filter(client_id=client_id).first()
    if row is None:
        raise ApiError(404, "NOT_FOUND", "Mission not found")
    return row


def _received(partner: Partner, item: Item, *, status: int) -> HttpResponse:
    receive(partner=partner, items=[item], finder=Finder(), now=clock.now())
    (standing,) = standings_of(External.objects.of_partner(partner.pk).filter(client_id=item.client_id))
    return answer({"ok": True, "data": _document(standing)}, status=status)


def _document(standing: Standing) -> dict[str, Any]:
    row = standing.row
    return {
        **row.content,
        "id": str(row.pk),
        "clientId": row.client_id,
        "publisherId": str(row.partner_id),
        "missionId": str(row.mission_id or row.same_as_id) if row.mission_id or row.same_as_id else None,
        "statusCode": standing.code.value,
        "statusComment": said(row.code, row.field) if row.code else standing.comment,
        "refusalCode": row.code or None,
        "createdAt": told(row.created_at),
        "updatedAt": told(row.updated_at),
        "deletedAt": told(row.withdrawn_at),
    }


def _mine(request: HttpRequest, partner: Partner) -> HttpResponse:
    """List what a partner sent, in the order of its ids, those that it has no more left out."""
    limit, skip = (_number(request, *each) for each in (("limit", USUAL_ROWS, MOST_ROWS), ("skip", 0, 1_000_000)))
    rows = External.objects.of_partner(partner.pk).present()
    page = standings_of(rows.order_by("client_id")[skip : skip + limit])
    return answer(
        {"ok": True, "data": [_document(each) for each in page], "total": rows.count(), "limit": limit, "skip": skip}
    )


def _mine_one(request: HttpRequest, partner: Partner, client_id: str) -> HttpResponse:
    row = _row(partner, client_id)
    (standing,) = standings_of(External.objects.filter(pk=row.pk))
    return answer({"ok": True, "data": _document(standing)})


def _number(request: HttpRequest, name: str, usual: int, most: int) -> int:
    text = request.GET.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most):
        raise bad(name, f"must be a whole number from 0 to {most}")
    return int(text)


collection = for_partners(post=_create)
item = for_partners(put=_change, delete=_delete)
mine = for_partners(get=_mine)
mine_one = for_partners(get=_mine_one)
