"""One mission of the desk: its slots, its texts, its way to the public and out of it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entraide.accounts import api as accounts
from entraide.foundation import clock
from entraide.foundation.paging import from_the_start
from entraide.volunteering import labels
from entraide.volunteering.actions import publishing
from entraide.volunteering.actions.missions import (
    MissionTexts,
    NotEditable,
    TextsChangedMeanwhile,
    digest_of_texts,
    edit_mission,
    texts_of,
)
from entraide.volunteering.forms.deciding import MessageForm
from entraide.volunteering.forms.posting import TextsForm
from entraide.volunteering.models import Mission
from entraide.volunteering.queries import desk as queries
from entraide.volunteering.rules.editing import may_change_terms
from entraide.volunteering.rules.publication import problems
from entraide.volunteering.rules.states import MISSION_MOVES, Actor, MissionState
from entraide.volunteering.views.desk.access import desk_page, mission_of_desk
from entraide.volunteering.views.desk.overview import TONES

_UNSETTLED = (MissionState.DRAFT.value, MissionState.MORE_INFO.value)
_STEPS: dict[str, MissionState] = {
    "submit": MissionState.SUBMITTED,
    "pause": MissionState.PAUSED,
    "resume": MissionState.ONLINE,
    "close": MissionState.DONE,
    "cancel": MissionState.CANCELLED,
}


@desk_page
@from_the_start
@require_safe
def mission(request: HttpRequest, organisation_id: UUID, mission_id: UUID) -> HttpResponse:
    """Show a mission with its slots, what may be done with it, and what is missing before it can be sent."""
    now, acting = clock.now(), accounts.acting_in(request)
    found = mission_of_desk(request, organisation_id, mission_id)
    slots = queries.desk_slots(acting=acting, mission_id=mission_id, now=now, after=request.GET.get("after", ""))
    ahead = [each for each in slots.rows if not each.gone]  # type: ignore[attr-defined]  # The query adds it.
    unsettled = found.state in _UNSETTLED
    context = {
        "organisation": found.organisation,
        "mission": found,
        "tone": TONES.get(found.state, "neutral"),
        "slots": ahead,
        "past_slots": slots.rows[len(ahead) :],
        "past_total": queries.gone_slots_count(mission_id=mission_id, now=now),
        "after": slots.after,
        "steps": _open_steps(found),
        "may_edit": found.state in (*_UNSETTLED, "submitted", "online", "full", "paused"),
        "may_change_terms": may_change_terms(MissionState(found.state)),
        "problems": problems(publishing.draft_of(found, now=now)) if unsettled else (),
        "is_public": found.state in ("online", "full"),
        "now": now,
    }
    return render(request, "volunteering/desk/mission.html", context)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, organisation_id: UUID, mission_id: UUID) -> HttpResponse:
    """Change a mission's words. Of two who change them at once, the second is shown what the first wrote."""
    found = mission_of_desk(request, organisation_id, mission_id)
    settled = found.state not in _UNSETTLED
    texts = texts_of(found)
    initial = {field: getattr(texts, field) for field in ("title", "description", "information", "contact")}
    initial["seen"] = digest_of_texts(texts)
    form = TextsForm(request.POST if request.method == "POST" else None, are_settled=settled, initial=initial)
    if not form.is_bound or not form.is_valid():
        return _edit_page(request, found, form, 400 if form.errors else 200)
    data = form.cleaned_data
    wanted = MissionTexts(
        title=data.get("title", found.title),
        description=data.get("description", found.description),
        information=data["information"],
        contact=data["contact"],
    )
    try:
        edit_mission(
            acting=accounts.acting_in(request), mission_id=mission_id, texts=wanted, now=clock.now(), seen=data["seen"]
        )
    except TextsChangedMeanwhile as change:
        kept = TextsForm(
            {**request.POST.dict(), "seen": digest_of_texts(texts_of(change.mission))}, are_settled=settled
        )
        return _edit_page(request, found, kept, 409, other=change.mission)
    except NotEditable:
        messages.error(request, _state_now(found))
    else:
        messages.success(request, gettext("The text was changed."))
    return redirect("volunteering:desk-mission", organisation_id, mission_id)


def _edit_page(
    request: HttpRequest, found: Mission, form: TextsForm, status: int, other: Mission | None = None
) -> HttpResponse:
    context = {"organisation": found.organisation, "mission": found, "form": form, "other": other}
    return render(request, "volunteering/desk/edit_mission.html", context, status=status)


@desk_page
@require_POST
def step(request: HttpRequest, organisation_id: UUID, mission_id: UUID) -> HttpResponse:
    """Send a mission, pause it, show it again or end it."""
    found = mission_of_desk(request, organisation_id, mission_id)
    acting, now = accounts.acting_in(request), clock.now()
    steps: dict[str, tuple[Callable[[], object], str]] = {
        "submit": (
            lambda: publishing.submit_mission(acting=acting, mission_id=mission_id, now=now),
            gettext("The mission was sent."),
        ),
        "pause": (
            lambda: publishing.pause_mission(acting=acting, mission_id=mission_id, reason="", now=now),
            gettext("The mission is paused: nobody else can join it. Places already given stay."),
        ),
        "resume": (
            lambda: publishing.resume_mission(acting=acting, mission_id=mission_id, now=now),
            gettext("The mission is online again."),
        ),
        "close": (
            lambda: publishing.close_mission(acting=acting, mission_id=mission_id, now=now),
            gettext("The mission takes nobody else. Those who have a place keep it."),
        ),
    }
    wanted = steps.get(request.POST.get("step", ""))
    if wanted is None:
        messages.error(request, gettext("Choose what to do with the mission."))
    else:
        _take(request, found, *wanted)
    return redirect("volunteering:desk-mission", organisation_id, mission_id)


def _take(request: HttpRequest, found: Mission, act: Callable[[], object], said: str) -> None:
    try:
        act()
    except publishing.WrongState:
        found.refresh_from_db(fields=["state"])
        messages.error(request, _state_now(found))
    except publishing.Incomplete:
        messages.error(request, gettext("Something is missing before the mission can be sent: see below."))
    except publishing.OrganisationBarred:
        messages.error(request, gettext("Your organisation cannot post missions at the moment."))
    else:
        messages.success(request, said)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, organisation_id: UUID, mission_id: UUID) -> HttpResponse:
    """Say who will be told, ask for a message to them, then cancel a mission with all its slots."""
    found = mission_of_desk(request, organisation_id, mission_id)
    now, acting = clock.now(), accounts.acting_in(request)
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            told = publishing.cancel_mission(
                acting=acting, mission_id=mission_id, text=form.cleaned_data["text"], now=now
            )
        except publishing.WrongState:
            found.refresh_from_db(fields=["state"])
            messages.error(request, _state_now(found))
        else:
            messages.success(request, told_line(told))
        return redirect("volunteering:desk-mission", organisation_id, mission_id)
    slots = queries.slot_ids_ahead(acting=acting, mission_id=mission_id, now=now)
    people = queries.expected_at(slot_ids=slots, now=now)
    context = {
        "title": gettext("Cancel this mission?"),
        "text": found.title,
        "consequences": [people_line(people), gettext("A cancelled mission cannot be shown again.")],
        "form": form,
        "action_label": gettext("Cancel the mission"),
        "danger": True,
        "cancel_url": reverse("volunteering:desk-mission", args=[organisation_id, mission_id]),
    }
    return render(request, "foundation/confirm.html", context, status=400 if form.errors else 200)


def people_line(people: int) -> str:
    """Say how many people a change concerns, before it is made."""
    if not people:
        return gettext("Nobody has a place there: nobody needs to be told.")
    return ngettext(
        "%(count)d person who has or awaits a place will be told at once, with other slots nearby.",
        "%(count)d people who have or await a place will be told at once, with other slots nearby.",
        people,
    ) % {"count": people}


def told_line(told: int) -> str:
    """Say how many people are told of what was cancelled."""
    if not told:
        return gettext("It is cancelled. Nobody had a place.")
    return ngettext(
        "It is cancelled, and %(count)d person is being told.",
        "It is cancelled, and %(count)d people are being told.",
        told,
    ) % {"count": told}


def _open_steps(found: Mission) -> list[str]:
    state = MissionState(found.state)
    return [
        word
        for word, target in _STEPS.items()
        if MISSION_MOVES.may(source=state, target=target, actor=Actor.ORGANISATION)
    ]


def _state_now(found: Mission) -> str:
    return gettext("Nothing was changed: the mission is now “%(state)s”. Somebody may have changed it meanwhile.") % {
        "state": labels.called(labels.MISSION_STATES, found.state)
    }
