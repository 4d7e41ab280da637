"""How these addresses answer: `{"ok": …}`, an error's code in API Engagement's words, and who may ask at all."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from entraide.exchange.models import Partner
from entraide.foundation import clock
from entraide.foundation.http_cache import PRIVATE
from entraide.foundation.secrets import digest_of
from entraide.guard import api as guard

P = ParamSpec("P")
Keyed = Callable[Concatenate[HttpRequest, Partner, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
LONGEST_KEY = 200
# That API's own bound for each key.
MOST_A_MINUTE = 600
MOST_BODY = 500_000


class ApiError(Exception):
    """An answer that is an error. `code` is one of API Engagement's."""

    def __init__(self, status: int, code: str, message: object = "") -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


def answer(body: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Return a document that nobody keeps: it is for one partner."""
    content = msgspec.json.encode(body)
    return HttpResponse(content, status=status, content_type="application/json", headers={"Cache-Control": PRIVATE})


def for_partners(**views: Keyed[P]) -> View[P]:
    """Return a view of the methods given, each of which is handed the partner whose key came with the request."""
    allowed = sorted(name.upper() for name in views)

    @csrf_exempt
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        method = "get" if request.method == "HEAD" else (request.method or "").lower()
        try:
            partner = _partner_of(request)
            if method not in views:
                raise ApiError(405, "METHOD_NOT_ALLOWED", f"Allowed: {', '.join(allowed)}")
            return views[method](request, partner, *args, **kwargs)
        except ApiError as error:
            return _refused(error, allowed)
        except guard.TooMany as error:
            response = _refused(ApiError(429, "TOO_MANY_REQUESTS", "Rate limit exceeded"), allowed)
            response["Retry-After"] = str(error.retry_after)
            return response

    return answered


def _refused(error: ApiError, allowed: list[str]) -> HttpResponse:
    response = answer({"ok": False, "code": error.code, "message": error.message}, status=error.status)
    if error.status == 405:
        response["Allow"] = ", ".join(allowed)
    return response


def _partner_of(request: HttpRequest) -> Partner:
    """Return whose key this is. Raises ApiError without one that opens, TooMany beyond its bound."""
    # Its first version called the header so, and old programs still do.
    key, now = request.headers.get("x-api-key") or request.headers.get("apikey", ""), clock.now()
    found = None
    if key and len(key) <= LONGEST_KEY and key.isascii():
        found = Partner.objects.with_key(digest_of(key), now).first()
    if found is None:
        raise ApiError(401, "UNAUTHORIZED", "Unauthorized")
    bound = f"exchange:{found.pk}"
    guard.count_against(key=bound, most=MOST_A_MINUTE, window=timedelta(minutes=1), now=now)
    return found


def body_of(request: HttpRequest, *, most: int = MOST_BODY) -> bytes:
    """Return what was sent. Raises ApiError when it is too long or did not arrive."""
    try:
        body = request.body
    except (RequestDataTooBig, UnreadablePostError) as error:
        raise ApiError(413, "INVALID_BODY", "The body is too large") from error
    if len(body) > most:
        raise ApiError(413, "INVALID_BODY", f"The body is longer than {most} bytes")
    return body


def json_of(request: HttpRequest) -> dict[str, Any]:
    """Return the object that was sent as JSON in UTF-8. Raises ApiError."""
    try:
        found = msgspec.json.decode(body_of(request))
    except (msgspec.DecodeError, RecursionError) as error:
        raise ApiError(400, "INVALID_BODY", [{"path": [], "message": f"Not JSON: {error}"}]) from error
    if not isinstance(found, dict):
        raise ApiError(400, "INVALID_BODY", [{"path": [], "message": "Expected object"}])
    return found
