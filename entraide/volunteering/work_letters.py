"""The mails that say what waits for a role: candidates for managers, missions and organisations for referents."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from entraide.accounts.api import Reader, WorkMail, stop_link
from entraide.foundation.mail import Urgency, queue_mail
from entraide.volunteering import dates

MOST_LINES = 10
_NOBODY_WAITS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WaitingHere:
    """What one organisation's managers should know of: candidates to answer, and places that were given back.

    `left` is when each place was given back, the latest last; `first_ends_at` is None when nobody waits.
    """

    organisation_id: UUID
    organisation: str
    departement: str
    count: int = 0
    newest_at: datetime | None = None
    first_ends_at: datetime | None = None
    left: tuple[datetime, ...] = ()

    def since(self, told_at: datetime | None) -> "WaitingHere":
        """Return this without the places whose giving back was told already."""
        return replace(self, left=tuple(at for at in self.left if told_at is None or at > told_at))

    @property
    def latest_at(self) -> datetime | None:
        """When the last of it came, None when there is nothing."""
        return max((at for at in (self.newest_at, *self.left) if at), default=None)


@dataclass(frozen=True, slots=True)
class WaitingThere:
    """What waits for a check in one département: how many missions and organisations, and the newest of them."""

    departement: str
    missions: int
    organisations: int
    newest_at: datetime


def write_to_manager(*, reader: Reader, waiting: Sequence[WaitingHere]) -> None:
    """Queue one mail about all candidates that wait for a manager, the most urgent organisation first."""
    ordered = sorted(waiting, key=lambda each: each.first_ends_at or _NOBODY_WAITS)
    with translation.override(reader.locale):
        lines = [
            {
                "name": each.organisation,
                "count": each.count,
                "left": len(each.left),
                "until": dates.moment_text(each.first_ends_at, departement=each.departement)
                if each.first_ends_at
                else "",
                "address": settings.PUBLIC_URL
                + reverse(
                    "volunteering:candidates" if each.count else "volunteering:desk", args=[each.organisation_id]
                ),
            }
            for each in ordered[:MOST_LINES]
        ]
        context = {
            "total": sum(each.count for each in ordered),
            "left": sum(len(each.left) for each in ordered),
            "lines": lines,
            "more": max(0, len(ordered) - MOST_LINES),
            "cadence_address": settings.PUBLIC_URL + reverse("accounts:work-mail"),
            "stop_address": stop_link(reader=reader, kind=WorkMail.CANDIDATES),
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
            "stop_address": stop_link(reader=reader, kind=WorkMail.MODERATION),
        }
    _queue("volunteering/mail/moderation", reader, context)


def _queue(template: str, reader: Reader, context: dict[str, object]) -> None:
    queue_mail(template=template, to=reader.email, language=reader.locale, context=context, urgency=Urgency.REMINDER)
