"""The mails that answer a sign-up: a welcome to someone new, another one to someone we know. Both keep the choice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from entraide.accounts import api as accounts
from entraide.foundation.mail import Mail, Urgency, composer, queue_mails
from entraide.volunteering.rules.reserve import Step

COMPOSER = "volunteering.signup_answer"


@dataclass(frozen=True, slots=True)
class Answer:
    """A mail that answers a sign-up, to a person, about the slot or mission that brought them."""

    person_id: UUID
    slot_id: UUID | None
    mission_id: UUID | None
    is_known: bool


def queue_answers(answers: Iterable[Answer]) -> None:
    """Queue the answers in the current transaction, in one statement. Each is written when its turn comes."""
    queue_mails(
        mails=[
            Mail(
                template=COMPOSER,
                urgency=Urgency.WELCOME,
                context={
                    "person_id": str(answer.person_id),
                    "slot_id": str(answer.slot_id or ""),
                    "mission_id": str(answer.mission_id or ""),
                    "is_known": answer.is_known,
                },
            )
            for answer in answers
        ]
    )


@composer(COMPOSER)
def compose_answer(context: Mapping[str, Any]) -> Mail | None:
    """Return the mail of an answer, or None when the person has gone or may not sign in any more."""
    slot_id, mission_id = (UUID(context[name]) if context[name] else None for name in ("slot_id", "mission_id"))
    person = accounts.Person.objects.filter(pk=context["person_id"]).first()
    if person is None or not person.is_active:
        return None
    path = sign_in_path(language=person.locale, slot_id=slot_id, mission_id=mission_id)
    said = {
        "first_name": person.first_name,
        "sign_in_url": f"{settings.PUBLIC_URL}{path}",
        "has_choice": bool(slot_id or mission_id),
    }
    if context["is_known"]:
        return _to(person, "volunteering/mail/signup_known", said)
    then = _wanted_path(person.locale, slot_id, mission_id) or _path(person.locale, "profile-step", Step.PLACE)
    said["arrival_url"] = f"{settings.PUBLIC_URL}{accounts.arrival_path(person=person, then=then)}"
    return _to(person, "volunteering/mail/signup_welcome", said)


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


def _to(person: accounts.Person, template: str, said: Mapping[str, Any]) -> Mail:
    return Mail(template=template, to=person.email, language=person.locale, context=said, urgency=Urgency.WELCOME)
