"""The mails that say what waits for a role: candidates for managers, missions and organisations for referents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from entraide.accounts.api import Reader
from entraide.foundation.mail import Urgency, queue_mail
from entraide.volunteering import dates

MOST_LINES = 10


@dataclass(frozen=True, slots=True)
class WaitingHere:
    """The candidates of one organisation: how many, since when and until when, and whose slots are soonest."""

    organisation_id: UUID
    organisation: str
    departement: str
    count: int
    newest_at: datetime
    first_ends_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingThere:
    """What waits for a check in one département: how many missions and organisations, and the newest of them."""

    departement: str
    missions: int
    organisations: int
    newest_at: datetime


def write_to_manager(*, reader: Reader, waiting: Sequence[WaitingHere]) -> None:
    """Queue one mail about all candidates that wait for a manager, the most urgent organisation first."""
    ordered = sorted(waiting, key=lambda each: each.first_ends_at)
    with translation.override(reader.locale):
        lines = [
            {
                "name": each.organisation,
                "count": each.count,
                "until": dates.moment_text(each.first_ends_at, departement=each.departement),
                "address": settings.PUBLIC_URL + reverse("volunteering:candidates", args=[each.organisation_id]),
            }
            for each in ordered[:MOST_LINES]
        ]
        context = {
            "total": sum(each.count for each in ordered),
            "lines": lines,
            "more": max(0, len(ordered) - MOST_LINES),
            "cadence_address": settings.PUBLIC_URL + reverse("accounts:work-mail"),
        }
    _queue("volunteering/mail/candidates", reader, context)


def write_to_moderator(*, reader: Reader, waiting: Sequence[WaitingThere]) -> None:
    """Queue one mail about all that waits for a referent, or for an operator where there is no referent."""
    ordered = sorted(waiting, key=lambda each: each.departement)
    with translation.override(reader.locale):
        context = {
            "missions": sum(each.missions for each in ordered),
            "organisations": sum(each.organisations for each in ordered),
            "departements": ", ".join(each.departement for each in ordered if each.departement),
            "missions_address": settings.PUBLIC_URL + reverse("volunteering:moderation"),
            "organisations_address": settings.PUBLIC_URL + reverse("accounts:organisations"),
            "cadence_address": settings.PUBLIC_URL + reverse("accounts:work-mail"),
        }
    _queue("volunteering/mail/moderation", reader, context)


def _queue(template: str, reader: Reader, context: dict[str, object]) -> None:
    queue_mail(template=template, to=reader.email, language=reader.locale, context=context, urgency=Urgency.REMINDER)
