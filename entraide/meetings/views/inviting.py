"""What a host does with the people of a planned meeting: inviting more, taking a link back, the link for guests."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from entraide.foundation.http_cache import private_page
from entraide.meetings.actions.inviting import NotOpen, revoke_invitation
from entraide.meetings.forms.planning import GuestLinkForm, InviteForm, said_of
from entraide.meetings.views.planning import host_meeting, person_of, plan_page


@private_page
@require_POST
def invite(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Invite more people; those who are invited already get no second mail."""
    meeting = host_meeting(request, meeting_id)
    form = InviteForm(request.POST, auto_id="invite_%s")
    sent = form.send(meeting=meeting, host_id=person_of(request)) if form.is_valid() else None
    if sent is None:
        return plan_page(request, meeting, invite=form)
    if sent:
        said = ngettext("%(count)d invitation is on its way.", "%(count)d invitations are on their way.", sent)
        messages.success(request, said % {"count": sent})
    else:
        messages.info(request, _("They are all invited already."))
    return redirect("meetings:plan", meeting.pk)


@private_page
@require_POST
def guests(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Make the link for guests, in place of a former one."""
    meeting = host_meeting(request, meeting_id)
    form = GuestLinkForm(request.POST, auto_id="guests_%s")
    if not form.is_valid():
        return plan_page(request, meeting, guests=form)
    try:
        form.save(meeting=meeting, host_id=person_of(request))
    except NotOpen as refused:
        messages.error(request, said_of(refused))
    else:
        messages.success(request, _("Here is the link for guests. A former one ends."))
    return redirect("meetings:plan", meeting.pk)


@private_page
@require_POST
def revoke(request: HttpRequest, meeting_id: UUID, link_id: UUID) -> HttpResponse:
    """Take one link back."""
    meeting = host_meeting(request, meeting_id)
    if revoke_invitation(meeting_id=meeting.pk, host_id=person_of(request), invitation_id=link_id):
        messages.success(request, _("The link was taken back: nobody comes in by it any more."))
    else:
        messages.error(request, _("This link was taken back before."))
    return redirect("meetings:plan", meeting.pk)
