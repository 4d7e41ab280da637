"""The mails that answer a sign-up: a welcome to someone new, another one to someone we know. Both keep the choice."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from entraide.accounts import api as accounts
from entraide.foundation import jobs
from entraide.foundation.mail import queue_mail
from entraide.volunteering.rules.reserve import Step


@dataclass(frozen=True, slots=True)
class Answer:
    """A mail that answers a sign-up, to a person, about the slot or mission that brought them."""

    person_id: UUID
    slot_id: UUID | None
    mission_id: UUID | None
    is_known: bool


def queue_answers(answers: Iterable[Answer]) -> None:
    """Queue the answers in the current transaction, in one statement. Each is written when the worker comes to it."""
    wanted = [
        {
            "person_id": str(answer.person_id),
            "slot_id": str(answer.slot_id or ""),
            "mission_id": str(answer.mission_id or ""),
            "is_known": answer.is_known,
        }
        for answer in answers
    ]
    if wanted:
        jobs.defer_all("volunteering.answer_signup", wanted)


def write_answer(answer: Answer) -> None:
    """Write an answer and queue it, unless the person has gone or may not sign in any more."""
    person = accounts.Person.objects.filter(pk=answer.person_id).first()
    if person is None or not person.is_active:
        return
    if answer.is_known:
        _queue("volunteering/mail/signup_known", person, answer)
        return
    then = _wanted_path(person.locale, answer.slot_id, answer.mission_id)
    then = then or _path(person.locale, "profile-step", Step.PLACE)
    arrival_url = f"{settings.PUBLIC_URL}{accounts.arrival_path(person=person, then=then)}"
    _queue("volunteering/mail/signup_welcome", person, answer, arrival_url=arrival_url)


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


def _queue(template: str, person: accounts.Person, answer: Answer, **more: str) -> None:
    path = sign_in_path(language=person.locale, slot_id=answer.slot_id, mission_id=answer.mission_id)
    context = {
        "first_name": person.first_name,
        "sign_in_url": f"{settings.PUBLIC_URL}{path}",
        "has_choice": bool(answer.slot_id or answer.mission_id),
        **more,
    }
    queue_mail(template=template, to=person.email, language=person.locale, context=context)
