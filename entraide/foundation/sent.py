"""What browsers send to pages is read here first: a body that is no form, or none that can be read, reaches no view."""

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import get_language_from_path
from django.utils.translation import gettext as _

from entraide.foundation.errors import unreadable
from entraide.foundation.middleware import GetResponse

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# What Django puts in the place of bytes that are no UTF-8. A form finds all other bad characters, and loses nothing.
REPLACED = "\ufffd"
MOST_OF_NAME = 40


class SentFormMiddleware:
    """Refuses what is sent to a page and is no readable form. The API and the hooks, in no language, read their own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or say what is wrong with its body."""
        if request.method == "POST" and get_language_from_path(request.path_info):
            refused = _refusal(request)
            if refused:
                status, fault = refused
                return unreadable(request, status=status, fault=fault)
        return self.get_response(request)


def _refusal(request: HttpRequest) -> tuple[int, str] | None:
    """Return a status and a sentence about the body; None when it is a form, or nothing at all."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or len(length) > 15 or int(length) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
        return 413, _("More was sent than this page takes.")
    charset = (request.content_params or {}).get("charset", "utf-8")
    if int(length) and (request.content_type not in FORMS or charset.lower() != "utf-8"):
        return 415, _("This page takes what a form sends, in UTF-8, and nothing else.")
    try:
        if request.content_type == FORMS[0]:
            # Django would read other bytes as Latin-1.
            request.body.decode()
        illegible = _illegible_field(request.POST)
    except RequestDataTooBig:
        return 413, _("More was sent than this page takes.")
    except (BadRequest, MultiPartParserError, SuspiciousOperation, UnicodeDecodeError):
        return 400, _("What was sent is not a complete form.")
    if illegible is None:
        return None
    return 400, _("The field “%(field)s” holds characters that cannot be read.") % {"field": illegible}


def _illegible_field(form: QueryDict) -> str | None:
    for name, values in form.lists():
        if any(REPLACED in text for text in (name, *values)):
            return name[:MOST_OF_NAME]
    return None
