"""The referent's queue: missions of the territory, with what the machine noticed, decided one or many at once."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from entraide.accounts import api as accounts
from entraide.foundation import clock, localised
from entraide.foundation.paging import from_the_start, page_of
from entraide.journal import api as journal
from entraide.volunteering import deeds, labels
from entraide.volunteering.actions import publishing
from entraide.volunteering.actions.details import set_priority
from entraide.volunteering.actions.outcomes import Outcome
from entraide.volunteering.forms.deciding import ChoiceOfRows, MessageForm
from entraide.volunteering.models import Mission
from entraide.volunteering.queries import desk as queries
from entraide.volunteering.queries.moderation import QUEUE_ORDER, missions_to_moderate, moderated_last
from entraide.volunteering.rules.screening import Finding, Screened, findings, is_urgent
from entraide.volunteering.rules.states import MISSION_MOVES, MISSION_PUBLIC, MissionState
from entraide.volunteering.rules.states import Actor as MissionActor
from entraide.volunteering.views.desk.overview import TONES

SLOTS_SHOWN = 12
ENTRIES_SHOWN = 30
ORGANISATIONS_SHOWN = 5
MOST_NAMED = 8
_NEEDS_MESSAGE = {"ask": publishing.ask_more_info, "flag": publishing.flag_missions}
_TARGETS = {"validate": MissionState.ONLINE, "ask": MissionState.MORE_INFO, "flag": MissionState.FLAGGED}


@accounts.moderator_page
@from_the_start
@require_http_methods(["GET", "HEAD", "POST"])
def moderation(request: HttpRequest) -> HttpResponse:
    """List the missions to check, those that begin soon first, and decide about those that were ticked."""
    acting = accounts.acting_in(request)
    if request.method == "POST":
        return _decide(request)
    now = clock.now()
    queue = missions_to_moderate(acting=acting, now=now)
    shown = page_of(queue, order=QUEUE_ORDER, after=request.GET.get("after", ""))
    organisations = accounts.organisations_to_moderate(departements=acting.departements)
    context = {
        "missions": [(each, is_urgent(each.starts_at, now=now), _findings(each, now)) for each in shown.rows],
        "after": shown.after,
        "total": queue.count(),
        "organisations": list(organisations[:ORGANISATIONS_SHOWN]),
        "organisations_total": organisations.count(),
        "last": moderated_last(acting=acting),
        "tones": TONES,
        "now": now,
    }
    return render(request, "volunteering/moderation/queue.html", context)


@accounts.moderator_page
@from_the_start
@require_http_methods(["GET", "HEAD"])
def mission(request: HttpRequest, mission_id: UUID) -> HttpResponse:
    """Show one mission whole: its text beside the template's, who asks, what was noticed, what happened to it."""
    acting, now = accounts.acting_in(request), clock.now()
    found = queries.desk_mission(acting=acting, mission_id=mission_id)
    if found is None or not acting.moderates(found.departement_code):
        raise Http404
    actor = MissionActor.OPERATOR if acting.is_operator else MissionActor.REFERENT
    state = MissionState(found.state)
    history = journal.of_thing(thing_kind="mission", thing_id=str(found.pk))
    entries = page_of(history, order=journal.NEWEST_FIRST, after=request.GET.get("after", ""), size=ENTRIES_SHOWN)
    names = accounts.names_of(person_ids={entry.actor for entry in entries.rows if entry.actor})
    slot_count = found.slots.count()
    context = {
        "mission": found,
        "tone": TONES.get(found.state, "neutral"),
        "findings": _findings(found, now),
        "template_text": localised.text(found.template.description, found.language),
        "slots": found.slots.select_related("place__commune").order_by("starts_at")[:SLOTS_SHOWN],
        "slot_count": slot_count,
        "may_prioritise": found.state in MISSION_PUBLIC,
        "more_slots": max(0, slot_count - SLOTS_SHOWN),
        "after": entries.after,
        "decisions": [
            word for word, target in _TARGETS.items() if MISSION_MOVES.may(source=state, target=target, actor=actor)
        ],
        "entries": [
            (each, deeds.called(each.verb), names.get(each.actor, "") if each.actor else "") for each in entries.rows
        ],
    }
    return render(request, "volunteering/moderation/mission.html", context)


@accounts.moderator_page
@require_POST
def priority(request: HttpRequest, mission_id: UUID) -> HttpResponse:
    """Name a mission first where the public looks for what is needed now, or no longer."""
    acting, wanted = accounts.acting_in(request), request.POST.get("priority") == "yes"
    found = queries.desk_mission(acting=acting, mission_id=mission_id)
    if found is None or not acting.moderates(found.departement_code):
        raise Http404
    try:
        set_priority(acting=acting, mission_id=mission_id, is_priority=wanted, now=clock.now())
    except publishing.WrongState:
        messages.error(request, gettext("Nothing was changed: the public does not read this mission now."))
    else:
        said = (
            gettext("It is named first among what is needed now.")
            if wanted
            else gettext("It is no longer named first.")
        )
        messages.success(request, said)
    return redirect("volunteering:moderated-mission", mission_id)


def _findings(found: Mission, now: datetime) -> tuple[Finding, ...]:
    screened = Screened(
        own_text=f"{'' if found.follows_template else found.description}\n{found.information}\n{found.title}",
        length=len(found.description.strip()),
        follows_template=found.follows_template,
        first_start_at=found.starts_at,
        organisation=publishing.standing_of(found.organisation.state),
    )
    return findings(screened, now=now)


def _decide(request: HttpRequest) -> HttpResponse:
    acting, now = accounts.acting_in(request), clock.now()
    choice = ChoiceOfRows(request.POST, decisions=(*_TARGETS, "told-ask", "told-flag"))
    if not choice.is_valid():
        messages.error(request, choice.complaint)
        return redirect("volunteering:moderation")
    chosen: list[UUID] = choice.cleaned_data["chosen"]
    if choice.decision == "validate":
        outcome = publishing.validate_missions(acting=acting, mission_ids=chosen, now=now)
    else:
        told, word = choice.decision.startswith("told-"), choice.decision.removeprefix("told-")
        form = MessageForm(request.POST if told else None)
        if not form.is_bound or not form.is_valid():
            return _ask_message(request, word, chosen, form)
        outcome = _NEEDS_MESSAGE[word](acting=acting, mission_ids=chosen, reason=form.cleaned_data["text"], now=now)
    _tell(request, acting, outcome)
    return redirect("volunteering:moderation")


def _ask_message(request: HttpRequest, word: str, chosen: list[UUID], form: MessageForm) -> HttpResponse:
    """Ask for what the organisations will read, on a page of its own that works without a script."""
    acting = accounts.acting_in(request)
    rows = list(Mission.objects.in_departements(acting.departements).filter(pk__in=chosen).order_by("pk"))
    titles: Mapping[str, str] = {
        "ask": gettext("Ask for more about what is ticked?"),
        "flag": gettext("Flag what is ticked?"),
    }
    context = {
        "title": titles[word],
        "word": word,
        "consequences": [f"{each.title} – {each.commune_name}" for each in rows[:MOST_NAMED]],
        "more": max(0, len(rows) - MOST_NAMED),
        "chosen": [each.pk for each in rows],
        "people": queries.expected_on(mission_ids=[each.pk for each in rows], now=clock.now()),
        "form": form,
        "action_label": gettext("Flag") if word == "flag" else gettext("Send the message"),
        "danger": word == "flag",
        "cancel_url": reverse("volunteering:moderation"),
    }
    return render(request, "volunteering/moderation/message.html", context, status=400 if form.errors else 200)


def _tell(request: HttpRequest, acting: accounts.Acting, outcome: Outcome) -> None:
    """Say what was decided, and of what was left, how it stands now."""
    if outcome.done:
        said = ngettext("%(count)d mission was decided.", "%(count)d missions were decided.", len(outcome.done))
        messages.success(request, said % {"count": len(outcome.done)})
    rows = Mission.objects.in_departements(acting.departements).filter(pk__in=list(outcome.left)).order_by("pk")
    named = list(rows[:MOST_NAMED])
    for each in named:
        said = gettext("“%(title)s” was left: it is already “%(state)s”. Somebody else decided about it meanwhile.")
        values = {"title": each.title, "state": labels.called(labels.MISSION_STATES, each.state)}
        messages.warning(request, said % values)
    if unnamed := len(outcome.left) - len(named):
        said = ngettext("%(count)d other was left as it is.", "%(count)d others were left as they are.", unnamed)
        messages.warning(request, said % {"count": unnamed})
