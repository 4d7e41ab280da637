"""The pages of meetings: opening one, its door, and the room itself, which needs scripts."""

import secrets
from typing import TypedDict
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entraide.foundation import clock, problems
from entraide.foundation.errors import too_many
from entraide.foundation.http_cache import no_store
from entraide.foundation.middleware import address_of
from entraide.foundation.problem_answers import answer
from entraide.guard.api import Answer, TooMany, once
from entraide.meetings import bounds
from entraide.meetings.actions.entering import Entry, NotAdmitted, come_to_door
from entraide.meetings.actions.opening import open_for
from entraide.meetings.actions.scheduling import open_when_due
from entraide.meetings.forms.doors import DoorForm, FindForm, OpenForm
from entraide.meetings.models import Invitation, Meeting, Participant
from entraide.meetings.queries.moment import database_now
from entraide.meetings.queries.plans import invitation_of_link, meeting_named, phase_of
from entraide.meetings.queries.tenants import name_given
from entraide.meetings.rules import visitors
from entraide.meetings.rules.admission import Refused
from entraide.meetings.rules.names import BadName, read_name, shown
from entraide.meetings.rules.schedule import Phase
from entraide.meetings.rules.tokens import join_key
from entraide.meetings.rules.visitors import Visitor
from entraide.meetings.views.standing import link_page, standing_page

# A meeting may use camera, microphone and screen, which no other page may.
PERMISSIONS = "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=()"
# What a name in an address may be wrong by: unknown, ended, or not for this visitor. Nobody is told which.
_TOLD = {Refused.LOCKED, Refused.FULL, Refused.NEEDS_LOGIN}


class Signalling(TypedDict):
    """What the browser needs to go through the door: the token for the gateway, and where that is.

    Into an `encrypted` room it goes with the key that only links have.
    """

    state: str
    token: str
    path: str
    encrypted: bool


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Open a meeting, whose host the visitor becomes, or go to one whose name one was told."""
    form, visitor = OpenForm(request.POST or None), visitor_of(request)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "find": FindForm()}
        page = no_store(render(request, "meetings/start.html", context, status=400 if form.errors else 200))
        return remembered(request, page, visitor)
    try:
        bounds.count_opening(request, now=clock.now())
    except TooMany as bound:
        return too_many(request, retry_after=bound.retry_after)
    return remembered(request, no_store(redirect("meetings:room", name=_opened_once(form, visitor))), visitor)


def _opened_once(form: OpenForm, visitor: Visitor) -> str:
    """Open a meeting, however often the form arrives, and return its name as people read it."""

    def write() -> Answer:
        room = open_for(host_id=visitor.person_id, wish=form.wish(), visitor=visitor)
        return Answer(201, {"name": shown(room.name)})

    with transaction.atomic():
        made = once(scope=f"meeting of {visitor.digest}", key=str(form.cleaned_data["key"]), content=b"", write=write)
    return str(made.body["name"])


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Go to the door of the meeting whose name was typed; what can be no name is said."""
    form = FindForm(request.GET)
    if form.is_valid():
        try:
            return no_store(redirect("meetings:room", name=shown(read_name(form.cleaned_data["name"]))))
        except BadName:
            form.add_error("name", _("No meeting has such a name. Look at the link again."))
    context = {"form": OpenForm(), "find": form}
    return no_store(render(request, "meetings/start.html", context, status=400))


@ensure_csrf_cookie
@require_safe
def room(request: HttpRequest, name: str) -> HttpResponse:
    """Show the door of a meeting, the same whether there is one or not, and the room behind it."""
    try:
        written = shown(read_name(name))
    except BadName:
        return no_store(render(request, "meetings/none.html", status=404))
    if written != name:
        return no_store(redirect("meetings:room", name=written))
    meeting = meeting_named(written)
    if meeting is not None and (stands := phase_of(meeting, now=database_now())) is not Phase.OPEN:
        return standing_page(request, meeting, stands)
    given = name_given(read_name(name), visitor_of(request))
    return _room_page(request, written, DoorForm.of(given or _own_name(request), is_given=bool(given)), meeting)


@ensure_csrf_cookie
@require_safe
def invited(request: HttpRequest, secret: str) -> HttpResponse:
    """Show the door to whoever has a link of an invitation, or what has become of it. Looking at it uses nothing up."""
    found = invitation_of_link(secret)
    if found is None or found.meeting is None:
        try:
            bounds.count_wrong_name(request, now=clock.now())
        except TooMany as bound:
            return too_many(request, retry_after=bound.retry_after)
        return link_page(request, "unknown")
    meeting, now = found.meeting, database_now()
    stands = phase_of(meeting, now=now)
    if found.revoked_at is not None and stands is not Phase.CANCELLED:
        return link_page(request, "revoked")
    if stands is not Phase.OPEN:
        return standing_page(request, meeting, stands)
    if found.ends_at is not None and found.ends_at <= now:
        return link_page(request, "ended")
    if found.uses_left == 0 and not _came_by(request, found):
        return link_page(request, "used")
    form = DoorForm.of(found.name or _own_name(request), invitation=secret)
    return _room_page(request, shown(meeting.name), form, meeting)


def _came_by(request: HttpRequest, invitation: Invitation) -> bool:
    theirs = Participant.objects.filter(visitor=visitor_of(request).digest, room__meeting=invitation.meeting_id)
    return theirs.filter(invitation=invitation).exists()


def _own_name(request: HttpRequest) -> str:
    return request.user.get_full_name() if request.user.is_authenticated else ""


def _room_page(request: HttpRequest, written: str, form: DoorForm, meeting: Meeting | None) -> HttpResponse:
    address = request.build_absolute_uri(reverse("meetings:room", args=[written]))
    context = {"name": written, "form": form, "address": address, "meeting": meeting}
    response = no_store(render(request, "meetings/room.html", context))
    response["Permissions-Policy"] = PERMISSIONS
    return response


@require_POST
def door(request: HttpRequest, name: str) -> HttpResponse:
    """Come to the door: a token for the gateway, a wait until somebody opens, or the reason why not, as JSON."""
    form = DoorForm(request.POST)
    if not form.is_valid():
        detail = " ".join(str(each) for errors in form.errors.values() for each in errors)
        return answer(problems.plain(422, errors=[problems.FieldProblem("display", "invalid", detail)]))
    visitor = visitor_of(request, display=form.cleaned_data["display"])
    try:
        bounds.count_door(request, now=clock.now())
        entry = _entry(name, visitor, form.cleaned_data["invitation"])
    except TooMany as bound:
        return too_many(request, retry_after=bound.retry_after)
    except NotAdmitted as refused:
        return _refusal(request, refused.reason)
    told: Signalling = {
        "state": "admitted" if entry.token else "waiting",
        "token": entry.token,
        "path": f"/v1/meetings/{entry.participant.room_id}",
        "encrypted": entry.participant.room.is_e2ee,
    }
    return remembered(request, no_store(JsonResponse(told)), visitor)


def _entry(name: str, visitor: Visitor, invitation: str) -> Entry:
    """Come to the door; that of a planned meeting is made when the first one comes and it is time."""
    key = join_key(settings.SECRET_KEY)
    try:
        return come_to_door(name=name, visitor=visitor, key=key, invitation=invitation)
    except NotAdmitted as refused:
        if refused.reason is not None or open_when_due(name=name) is not Phase.OPEN:
            raise
    return come_to_door(name=name, visitor=visitor, key=key, invitation=invitation)


def _refusal(request: HttpRequest, reason: Refused | None) -> HttpResponse:
    try:
        if reason is None:
            bounds.count_wrong_name(request, now=clock.now())
    except TooMany as bound:
        return too_many(request, retry_after=bound.retry_after)
    titles = {
        Refused.LOCKED: _("This meeting is locked: nobody new comes in."),
        Refused.FULL: _("This meeting is full."),
        Refused.NEEDS_LOGIN: _("Only people who are signed in come into this meeting."),
    }
    if reason in _TOLD:
        return answer(problems.Problem(403, reason.value, str(titles[reason])))
    title = _("There is no meeting here: it has ended, or the link is not whole.")
    return answer(problems.Problem(404, "no-meeting", title))


def visitor_of(request: HttpRequest, *, display: str = "") -> Visitor:
    """Return who comes: by the cookie of the browser, which is drawn where there is none, and the account."""
    key = visitors.read_key(request.COOKIES.get(visitors.COOKIE, "")) or secrets.token_urlsafe(32)
    person_id = UUID(str(request.user.pk)) if request.user.is_authenticated else None
    return Visitor(key=key, display=display, person_id=person_id, network=address_of(request))


def remembered(request: HttpRequest, response: HttpResponse, visitor: Visitor) -> HttpResponse:
    """Return the answer with the cookie by which the visitor is known again."""
    response.set_cookie(
        visitors.COOKIE, visitor.key, max_age=visitors.LASTS_SECONDS, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response
