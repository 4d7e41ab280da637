"""The foundation's listeners: they send the mail that waits, and measure what waits."""

from datetime import timedelta

from django.conf import settings

from entraide.foundation import clock, health
from entraide.foundation.listeners import listener
from entraide.foundation.mail import mail_standing
from entraide.foundation.mail.sending import send_waiting


@listener(channel="entraide_mail", every_seconds=15, at_once=settings.MAIL_SENDERS)
def send_mail() -> bool | timedelta:
    """Send some of the mail that waits."""
    return send_waiting(now=clock.now())


@listener(channel="entraide_measure", every_seconds=10)
def measure() -> bool:
    """Put what waits in the outbox and in the queue into this worker's measurements."""
    mail_standing(now=clock.now())
    health.queue_state()
    return False
