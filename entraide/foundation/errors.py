"""Pages for what went wrong; programs get problem documents. The last two need neither context nor database."""

import sys

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import translation

from entraide.foundation.away import is_away
from entraide.foundation.http_cache import PRIVATE
from entraide.foundation.problem_answers import answer
from entraide.foundation.problems import plain

FOR_PROGRAMS = "/api/"
RETRY_SECONDS = 10


def _page(request: HttpRequest, status: int) -> HttpResponse:
    if _is_for_program(request):
        return answer(plain(status))
    response = render(request, f"foundation/errors/{status}.html", status=status)
    response["Cache-Control"] = PRIVATE
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request could not be understood."""
    return _page(request, 400)


def unreadable(request: HttpRequest, *, status: int, fault: str) -> HttpResponse:
    """400, 413 or 415: what was sent cannot be read; `fault` is a sentence that says why."""
    context = {"fault": fault, "status": status}
    response = render(request, "foundation/errors/400.html", context, status=status)
    response["Cache-Control"] = PRIVATE
    return response


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the person may not do this in the role that they act in."""
    return _page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was too old or came from elsewhere."""
    response = render(request, "foundation/errors/403_csrf.html", status=403)
    response["Cache-Control"] = PRIVATE
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing is at this address, or no longer."""
    return _page(request, 404)


def too_many(request: HttpRequest, *, retry_after: int) -> HttpResponse:
    """429: too many requests; `retry_after` in seconds."""
    response = _page(request, 429)
    response["Retry-After"] = str(retry_after)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours. Rendered without context processors, since one of them may be what failed.

    503 when the fault is that the database is away, wherever that was noticed: in a view, a middleware or a template.
    """
    if is_away(sys.exception()):
        return unavailable(request)
    if _is_for_program(request):
        return answer(plain(500, detail="The fault is ours, and it was recorded."))
    response = HttpResponse(get_template("foundation/errors/500.html").render(), status=500)
    response["Cache-Control"] = PRIVATE
    return response


def unavailable(request: HttpRequest, *, retry_after: int = RETRY_SECONDS) -> HttpResponse:
    """503: the database or a part behind us is away for the moment; come back after `retry_after` seconds."""
    if _is_for_program(request):
        response = answer(plain(503, detail="Try again in a few seconds, with the same key."))
    else:
        response = HttpResponse(get_template("foundation/errors/503.html").render(), status=503)
        response["Cache-Control"] = PRIVATE
    response["Retry-After"] = str(retry_after)
    # While the database is away this happens with every request: the line of the request says enough, no traceback.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _is_for_program(request: HttpRequest) -> bool:
    return request.path.startswith(FOR_PROGRAMS)


def busy_pages() -> dict[str, bytes]:
    """Return what the server itself says when too many wait for a page: HTML by language, "" for the first one."""
    pages = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            pages[code] = get_template("foundation/errors/busy.html").render().encode()
    return {"": pages[settings.LANGUAGE_CODE], **pages}
