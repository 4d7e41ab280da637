"""What mail providers tell us: which addresses refuse mail. They call an address that carries a secret."""

from typing import Any

from anymail.signals import AnymailTrackingEvent, tracking
from anymail.urls import urlpatterns as provider_patterns
from django.dispatch import receiver
from django.urls import URLPattern, path

from entraide.foundation import jobs

REFUSALS = frozenset({"bounced", "rejected"})


def hook_patterns(*, provider: str) -> list[URLPattern]:
    """Return the address at which one provider of django-anymail reports. Its basic-auth secret is a setting."""
    name = f"{provider}_tracking_webhook"
    return [
        path("hooks/mail/", pattern.callback, name="mail-hook") for pattern in provider_patterns if pattern.name == name
    ]


@receiver(tracking, dispatch_uid="accounts.hooks")
def note_refusal(sender: object, event: AnymailTrackingEvent, **kwargs: Any) -> None:
    """Defer the note of a refusal for good; a passing delay is the provider's business."""
    if event.event_type in REFUSALS and event.recipient:
        reason = event.reject_reason or event.description or event.event_type
        jobs.defer("accounts.record_bounce", address=str(event.recipient), reason=str(reason)[:300])
