"""The BigBlueButton-compatible API: who calls, what is asked, and the answer as XML.

Learning platforms speak it. What is signed is the raw query; what a call does is in `bbb_calls` and `bbb_recordings`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from defusedxml import ElementTree as SafeTree
from defusedxml.common import DefusedXmlException
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from entraide.foundation import clock
from entraide.foundation.http_cache import no_store
from entraide.guard.api import TooMany
from entraide.meetings import bounds
from entraide.meetings.models import Tenant
from entraide.meetings.queries import tenants
from entraide.meetings.rules import bbb_sums, bbb_xml
from entraide.meetings.rules.bbb_words import Fault
from entraide.meetings.views import bbb_calls, bbb_hooks, bbb_recordings
from entraide.meetings.views.bbb_asked import Answer, Asked

FORM = "application/x-www-form-urlencoded"
XML = ("application/xml", "text/xml")
VERSION = {"version": "2.0", "apiVersion": "2.0", "bbbVersion": ""}
_CALLS: Mapping[str, Callable[[Asked], Answer | HttpResponseBase]] = {
    **bbb_calls.CALLS,
    **bbb_recordings.CALLS,
    **bbb_hooks.CALLS,
}


@dataclass(frozen=True, slots=True)
class _Sent:
    """What came: the query without its checksum, the checksum, and all that both query and body say."""

    query: bytes
    checksum: str
    body: bytes
    given: Mapping[str, str]
    is_in_body: bool


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def api(request: HttpRequest, call: str = "") -> HttpResponseBase:
    """Answer a call of a learning platform."""
    call = call.strip("/")
    if not call:
        return _answered({"returncode": "SUCCESS", **VERSION})
    try:
        answer = _done(request, call)
    except Fault as fault:
        return _answered({"returncode": "FAILED", "messageKey": fault.key, "message": str(fault)})
    except TooMany as bound:
        said = {"returncode": "FAILED", "messageKey": "tooManyRequests", "message": "Ask again later."}
        response = _answered(said, status=429)
        response["Retry-After"] = str(bound.retry_after)
        return response
    return answer if isinstance(answer, HttpResponseBase) else _answered({"returncode": "SUCCESS", **answer})


def _done(request: HttpRequest, call: str) -> Answer | HttpResponseBase:
    sent = _sent(request)
    tenant = _caller(request, call, sent)
    bounds.count_call(tenant.pk, now=clock.now())
    act = _CALLS.get(call)
    if act is None:
        raise Fault("unsupportedRequest", "This request is not supported.")
    return act(Asked(tenant, sent.given, request))


def _sent(request: HttpRequest) -> _Sent:
    raw = request.META.get("QUERY_STRING", "").encode("latin-1", "replace")
    query, written = bbb_sums.without_checksum(raw)
    kind = request.content_type if request.method == "POST" else ""
    body = request.body if kind == FORM else b""
    form, form_sum = bbb_sums.without_checksum(body)
    if kind in XML and request.body:
        _check_document(request.body)
    try:
        in_query, in_body = bbb_sums.read_parameters(query), bbb_sums.read_parameters(form)
    except bbb_sums.Unreadable as error:
        raise Fault("validationError", "The parameters cannot be read, or are too many.") from error
    if in_query.keys() & in_body.keys() or (written and form_sum):
        raise _bad_sum()
    return _Sent(query, written or form_sum, form, {**in_query, **in_body}, is_in_body=bool(form_sum))


def _caller(request: HttpRequest, call: str, sent: _Sent) -> Tenant:
    """Return who signed the call. Raises Fault, and TooMany when wrong sums come again and again from one place."""
    # Clients that write the sum into the body sign the query, which is empty then, or the body itself.
    signed = [bbb_sums.Signed(call, sent.query, sent.checksum)]
    if sent.is_in_body:
        signed.append(bbb_sums.Signed(call, sent.body, sent.checksum))
    for tenant, secrets in tenants.callers():
        if any(bbb_sums.is_signed(each, secrets=secrets, takes_sha1=tenant.takes_sha1) for each in signed):
            return tenant
    bounds.count_wrong_sum(request, now=clock.now())
    raise _bad_sum()


def _check_document(body: bytes) -> None:
    try:
        SafeTree.fromstring(body, forbid_dtd=True)
    except (SafeTree.ParseError, DefusedXmlException, ValueError) as error:
        raise Fault("validationError", "The document in the body cannot be read.") from error


def _bad_sum() -> Fault:
    return Fault("checksumError", "Checksums do not match")


def _answered(answer: Answer, *, status: int = 200) -> HttpResponse:
    return no_store(HttpResponse(bbb_xml.written(answer), status=status, content_type="text/xml; charset=utf-8"))
