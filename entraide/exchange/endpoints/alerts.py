"""Where a partner posts official alerts (CAP 1.2)."""

from django.http import HttpRequest, HttpResponse

from entraide.exchange.actions.alerting import receive_alert
from entraide.exchange.endpoints.answering import ApiError, answer, body_of, for_partners
from entraide.exchange.models import Partner
from entraide.exchange.parsing.cap import MOST_BYTES, BadAlert
from entraide.foundation import clock


def _receive(request: HttpRequest, partner: Partner) -> HttpResponse:
    if not partner.sends_alerts:
        raise ApiError(403, "FORBIDDEN", "This partner may not send alerts")
    try:
        alert, is_new = receive_alert(partner=partner, document=body_of(request, most=MOST_BYTES), now=clock.now())
    except BadAlert as fault:
        raise ApiError(400, "INVALID_BODY", [{"path": [fault.field], "message": fault.problem}]) from fault
    data = {"identifier": alert.identifier, "sender": alert.sender, "outcome": alert.outcome, "signed": alert.is_signed}
    return answer({"ok": True, "data": data}, status=201 if is_new else 200)


alerts = for_partners(post=_receive)
