"""The one mail of the line."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from entraide.foundation.mail import queue_mail


def queue_open_again(*, email: str, locale: str) -> None:
    """Queue the mail that says that signing up is possible at once."""
    with translation.override(locale):
        path = reverse("volunteering:signup")
    queue_mail(
        template="waiting/mail/open_again",
        to=email,
        language=locale,
        context={"signup_url": f"{settings.PUBLIC_URL}{path}"},
    )
