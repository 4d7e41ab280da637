"""The mails that answer a sign-up: a welcome to someone new, another one to someone we know. Both keep the choice."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from entraide.accounts import api as accounts
from entraide.foundation.mail import queue_mail
from entraide.volunteering.rules.reserve import Step


def queue_welcome(*, person: accounts.Person, slot_id: UUID | None, mission_id: UUID | None) -> None:
    """Queue the mail by which someone new comes in: its link signs them in once."""
    then = _wanted_path(person.locale, slot_id, mission_id) or _path(person.locale, "profile-step", Step.PLACE)
    arrival_url = f"{settings.PUBLIC_URL}{accounts.arrival_path(person=person, then=then)}"
    _queue("volunteering/mail/signup_welcome", person, slot_id, mission_id, arrival_url=arrival_url)


def queue_known(*, person: accounts.Person, slot_id: UUID | None, mission_id: UUID | None) -> None:
    """Queue the mail that tells the owner of an address that they need not sign up again."""
    _queue("volunteering/mail/signup_known", person, slot_id, mission_id)


def sign_in_path(*, language: str, slot_id: UUID | None, mission_id: UUID | None) -> str:
    """Return the path that signs in and then goes on to what was chosen: the slot, the mission or one's space."""
    then = _wanted_path(language, slot_id, mission_id) or _path(language, "space")
    with translation.override(language):
        return f"{reverse('account_login')}?{urlencode({'next': then})}"


def _wanted_path(language: str, slot_id: UUID | None, mission_id: UUID | None) -> str:
    """Return the path of what was chosen before signing up, nothing when nothing was."""
    if slot_id:
        return _path(language, "join", slot_id)
    return _path(language, "mission", mission_id) if mission_id else ""


def _path(language: str, name: str, *arguments: object) -> str:
    with translation.override(language):
        return reverse(f"volunteering:{name}", args=arguments)


def _queue(template: str, person: accounts.Person, slot_id: UUID | None, mission_id: UUID | None, **more: str) -> None:
    path = sign_in_path(language=person.locale, slot_id=slot_id, mission_id=mission_id)
    context = {
        "first_name": person.first_name,
        "sign_in_url": f"{settings.PUBLIC_URL}{path}",
        "has_choice": bool(slot_id or mission_id),
        **more,
    }
    queue_mail(template=template, to=person.email, language=person.locale, context=context)
