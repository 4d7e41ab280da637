"""Ending mails that come again and again, by one click in a mail program (RFC 8058): headers, and what they lead to.

A mail whose context has a `stop_address` says so in its headers. That address shows a button to whoever opens it, and
takes the empty request that a mail program sends in its reader's place: who has the link needs no other proof.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

STOP = "stop_address"
_FIELD, _VALUE = "List-Unsubscribe", "One-Click"


def stop_headers(context: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers by which a mail program offers to end such mails; none for mails that come once."""
    address = context.get(STOP)
    return {_FIELD: f"<{address}>", "List-Unsubscribe-Post": f"{_FIELD}={_VALUE}"} if address else {}


def is_one_click(request: HttpRequest) -> bool:
    """Tell whether a mail program asks, which follows no redirect and shows no page."""
    return request.method == "POST" and request.POST.get(_FIELD) == _VALUE
