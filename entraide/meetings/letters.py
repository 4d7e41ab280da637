"""Writes the mails of invitations when their turn comes, from what the rows say then."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from entraide.foundation.mail import Attachment, Mail, Urgency, composer
from entraide.foundation.secrets import digest_of
from entraide.meetings import calendars, dates
from entraide.meetings.actions.inviting import secret_for
from entraide.meetings.models import Invitation, Meeting
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules.invitations import News


@composer("meetings.invitation")
def invitation_mail(context: Mapping[str, Any]) -> Mail | None:
    """Return the mail about a meeting to one who is invited; None when a later one tells more, or nobody needs it."""
    rows = Invitation.objects.select_related("meeting__host").exclude(email="")
    invitation = rows.filter(pk=UUID(context["invitation"]), meeting__isnull=False).first()
    if invitation is None or invitation.meeting is None:
        return None
    meeting, kind = invitation.meeting, News(context["kind"])
    is_off = meeting.cancelled_at is not None or invitation.revoked_at is not None
    now = database_now()
    if is_off != (kind is News.CANCELLED) or meeting.sequence != context["sequence"] or meeting.ends_at <= now:
        return None
    method = calendars.CANCEL if is_off else calendars.REQUEST
    language = invitation.language
    link = link_of(invitation, language=language)
    with translation.override(language):
        content = calendars.written(meeting, invitation, method=method, link=link, now=now)
        values = _values(meeting, link, kind)
    media_type = f"text/calendar; method={method}"
    return Mail(
        template="meetings/mail/invitation",
        to=invitation.email,
        language=language,
        context=values,
        urgency=Urgency.CONFIRMATION,
        attachments=(Attachment(name="meeting.ics", content=content, media_type=media_type),),
    )


def link_of(invitation: Invitation, *, language: str) -> str:
    """Return the whole address of an invitation's link. After a change of the deployment's secret it is a new one."""
    secret = secret_for(invitation)
    if invitation.digest != digest_of(secret):
        Invitation.objects.filter(pk=invitation.pk).update(digest=digest_of(secret))
    with translation.override(language):
        return f"{settings.PUBLIC_URL}{reverse('meetings:invited', args=[secret])}"


def _values(meeting: Meeting, link: str, kind: News) -> dict[str, Any]:
    host = meeting.host.get_full_name() if meeting.host is not None else ""
    return {
        "kind": kind.value,
        "title": meeting.title,
        "host": host or settings.PUBLISHER_NAME,
        "link": link,
        "facts": [
            (_("Meeting"), meeting.title),
            (_("When"), dates.span_text(meeting.starts_at, meeting.ends_at, zone=meeting.zone)),
            (_("Invited by"), host),
        ],
    }
