"""How a feed answers: with a tag that spares an unchanged one, and readable from pages of other sites."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from entraide.exchange.reading import NotAsked


def answer(request: HttpRequest, content: str | bytes, *, media_type: str, name: str = "") -> HttpResponse:
    """Return a feed as an answer, 304 when the reader has it already; `name` makes it a file to keep."""
    body = content.encode() if isinstance(content, str) else content
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type=media_type)
    response["ETag"] = etag
    # What everybody may read may be read from any page; no cookie goes with it.
    response["Access-Control-Allow-Origin"] = "*"
    if name:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    found = get_conditional_response(request, etag=etag, response=response)
    return found if isinstance(found, HttpResponse) else response


def not_asked(problem: NotAsked) -> HttpResponse:
    """Return the answer to a question with a word that there is not."""
    text = _("“%(field)s” may be: %(allowed)s") % {"field": problem.field, "allowed": problem.allowed}
    return HttpResponse(f"{text}\n", status=400, content_type="text/plain; charset=utf-8")
