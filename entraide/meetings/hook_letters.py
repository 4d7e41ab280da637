"""What is sent to the addresses of tenants, from the worker: webhooks, and calls at the end of a meeting.

An address that leads into a network of ours is not called: tenants write them. The job that fails is tried again.
"""

import json
import logging
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from entraide.foundation import outward
from entraide.foundation.outward import Message
from entraide.meetings.models import TenantHook
from entraide.meetings.rules.bbb_sums import callback_signed

logger = logging.getLogger(__name__)
FORM = "application/x-www-form-urlencoded"
GONE, UNAUTHORISED = 410, 401


class NotTaken(Exception):
    """The address answered that it did not take what was told; it is told again later."""


def call_back(*, url: str) -> None:
    """Call an address. Raises NotTaken, NotSent."""
    _send(Message(url), settled=(GONE,))


def tell_hook(*, hook_id: int, event: Mapping[str, object]) -> None:
    """Tell a hook of an event; one that was taken away hears nothing. Raises NotTaken, NotSent."""
    hook = TenantHook.objects.filter(pk=hook_id, tenant__retired_at=None).select_related("tenant").first()
    if hook is None:
        return
    at = event["data"]["event"]["ts"]  # type: ignore[index] # An event of ours.
    said = json.dumps([event], separators=(",", ":"), ensure_ascii=False)
    body = urlencode({"domain": urlsplit(settings.PUBLIC_URL).netloc, "event": said, "timestamp": at}).encode()
    url = callback_signed(hook.url, body=body, secret=hook.tenant.secret)
    # As the original does, one that refuses the sum is not asked again.
    _send(Message(url, "POST", body, {"Content-Type": FORM}), settled=(GONE, UNAUTHORISED))


def _send(message: Message, *, settled: tuple[int, ...]) -> None:
    try:
        status = outward.send(message, networks=settings.CALLBACK_NETWORKS)
    except (outward.BadAddress, outward.PrivateAddress):
        # It would be no better the next time. What it is stays with the tenant: addresses carry secrets.
        logger.warning("a tenant's address is not one that may be called")
        return
    if not (200 <= status < 400 or status in settled):
        raise NotTaken(str(status))
