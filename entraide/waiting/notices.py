"""The one mail of the line."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from entraide.foundation.mail import Mail, Urgency, queue_mails


def queue_open_again(people: Iterable[tuple[str, str]]) -> None:
    """Queue the mails that say that signing up is possible at once, to addresses each with its language."""
    queue_mails(mails=[_open_again(email, locale) for email, locale in people])


def _open_again(email: str, locale: str) -> Mail:
    with translation.override(locale):
        path = reverse("volunteering:signup")
    return Mail(
        template="waiting/mail/open_again",
        to=email,
        language=locale,
        urgency=Urgency.REMINDER,
        context={"signup_url": f"{settings.PUBLIC_URL}{path}"},
    )
