"""The pages of planned meetings for their hosts: the list, a new one, one with its people, changing, cancelling."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from entraide.accounts import api as accounts
from entraide.foundation import clock
from entraide.foundation.http_cache import private_page
from entraide.foundation.paging import from_the_start
from entraide.foundation.zones import zone_name
from entraide.meetings import dates, letters
from entraide.meetings.actions.scheduling import NotChangeable, Purpose, cancel_meeting
from entraide.meetings.forms import planning as forms
from entraide.meetings.labels import ROLES
from entraide.meetings.models import Invitation, Meeting
from entraide.meetings.queries import plans
from entraide.meetings.queries.guests import members_to_invite
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules.guests import Guest
from entraide.meetings.rules.names import shown
from entraide.meetings.rules.schedule import Phase
from entraide.meetings.rules.words import About


@private_page
@from_the_start
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List the meetings that a person holds or is invited to: those ahead, then those that are past."""
    person_id, now = person_of(request), database_now()
    past, after = plans.past(person_id=person_id, now=now, after=request.GET.get("after", ""))
    coming = plans.coming(person_id=person_id, now=now)
    context = {"coming": [_row(each) for each in coming], "past": [_row(each) for each in past], "after": after}
    return render(request, "meetings/mine.html", context)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, organisation_id: UUID | None = None) -> HttpResponse:
    """Plan a meeting; one of an organisation invites its people."""
    own: list[Guest] = []
    purpose, organisation, zone = Purpose(), None, zone_name("")
    if organisation_id is not None:
        if not accounts.acting_in(request).belongs_to(organisation_id):
            raise PermissionDenied
        organisation = accounts.Organisation.objects.get(pk=organisation_id)
        own = members_to_invite(organisation_id=organisation_id, but=person_of(request))
        purpose, zone = Purpose(About.ORGANISATION, organisation_id), zone_name(organisation.departement)
    if request.method == "POST":
        form = forms.NewPlanForm(request.POST)
        made = form.save(host_id=person_of(request), own=own, purpose=purpose) if form.is_valid() else None
        if made is not None:
            messages.success(request, _("The meeting is planned. Whoever is invited gets a mail."))
            return redirect("meetings:plan", made)
    else:
        form = forms.NewPlanForm(initial=forms.proposed_plan(now=clock.now(), zone=zone))
    context = {"form": form, "organisation": organisation, "own": own}
    return render(request, "meetings/new.html", context, status=400 if form.errors else 200)


@private_page
@require_safe
def plan(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Show a meeting to its host: when it is, who is invited, the link for guests."""
    return plan_page(request, host_meeting(request, meeting_id))


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Change a meeting before it begins; all who are invited get a mail that moves it in their calendar."""
    meeting = host_meeting(request, meeting_id)
    form = forms.PlanForm(request.POST if request.method == "POST" else None, initial=forms.shown_plan(meeting))
    if form.is_bound and form.is_valid():
        try:
            changed = form.change(meeting=meeting, host_id=person_of(request))
        except NotChangeable:
            messages.error(
                request, _("It cannot be changed any more: it has begun, is over, or was changed very often.")
            )
            return redirect("meetings:plan", meeting.pk)
        if changed is not None:
            said = _("The meeting was changed. Whoever is invited gets a mail.") if changed else _("Nothing is new.")
            messages.success(request, said)
            return redirect("meetings:plan", meeting.pk)
    context = {"meeting": meeting, "form": form}
    return render(request, "meetings/edit.html", context, status=400 if form.errors else 200)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Say who will be told, then cancel a meeting."""
    meeting = host_meeting(request, meeting_id)
    if request.method == "POST":
        if cancel_meeting(meeting_id=meeting.pk, host_id=person_of(request)):
            messages.success(request, _("The meeting is cancelled. Whoever was invited gets a mail."))
        else:
            messages.error(request, _("The meeting is over or was cancelled before."))
        return redirect("meetings:plan", meeting.pk)
    count = len(plans.invited_to(meeting))
    context = {
        "title": _("Cancel this meeting?"),
        "text": f"{meeting.title}, {dates.span_text(meeting.starts_at, meeting.ends_at, zone=meeting.zone)}",
        "consequences": [
            ngettext(
                "%(count)d person who is invited will be told by mail.",
                "%(count)d people who are invited will be told by mail.",
                count,
            ) % {"count": count},
            _("All its links end, and whoever is in it is put out."),
        ],
        "form": "",
        "action_label": _("Cancel the meeting"),
        "danger": True,
        "cancel_url": reverse("meetings:plan", args=[meeting.pk]),
    }  # fmt: skip
    return render(request, "foundation/confirm.html", context)


def person_of(request: HttpRequest) -> UUID:
    """Return the id of the person who is signed in."""
    return UUID(str(request.user.pk))


def host_meeting(request: HttpRequest, meeting_id: UUID) -> Meeting:
    """Return a meeting to its host; to anybody else there is none."""
    meeting = plans.meeting_of_host(meeting_id=meeting_id, host_id=person_of(request))
    if meeting is None:
        raise Http404
    return meeting


def plan_page(
    request: HttpRequest,
    meeting: Meeting,
    *,
    invite: forms.InviteForm | None = None,
    guests: forms.GuestLinkForm | None = None,
) -> HttpResponse:
    """Show a meeting with its two forms, one of which may hold what was not right in it."""
    stands = plans.phase_of(meeting, now=database_now())
    guest_link = plans.guest_link_of(meeting)
    language = get_language() or "fr"
    context = {
        "meeting": meeting,
        "name": shown(meeting.name),
        "when": dates.span_text(meeting.starts_at, meeting.ends_at, zone=meeting.zone),
        "is_ahead": stands in (Phase.EARLY, Phase.OPEN),
        "stands": stands.value,
        "may_change": stands is Phase.EARLY or (stands is Phase.OPEN and meeting.room_id is None),
        "invited": [(each, ROLES[each.role]) for each in plans.invited_to(meeting)],
        "guest_link": guest_link,
        "guest_address": letters.link_of(guest_link, language=language) if guest_link else "",
        "invite": invite or forms.InviteForm(auto_id="invite_%s"),
        "guests": guests or forms.GuestLinkForm(auto_id="guests_%s"),
    }
    refused = (invite is not None and invite.errors) or (guests is not None and guests.errors)
    return render(request, "meetings/plan.html", context, status=400 if refused else 200)


def _row(each: plans.Mine) -> dict[str, object]:
    meeting = each.meeting
    return {
        "title": meeting.title,
        "when": dates.span_text(meeting.starts_at, meeting.ends_at, zone=meeting.zone),
        "path": _path(meeting, each.invitation),
        "host": meeting.host.get_full_name() if each.invitation is not None and meeting.host is not None else "",
        "stands": each.phase.value,
    }


def _path(meeting: Meeting, invitation: Invitation | None) -> str:
    if invitation is None:
        return reverse("meetings:plan", args=[meeting.pk])
    return letters.link_of(invitation, language=get_language() or "fr")
