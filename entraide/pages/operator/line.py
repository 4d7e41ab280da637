"""The waiting line as an operator sees it: how long, how fast, what the public is told; pausing and bounding it."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from entraide.accounts import api as accounts
from entraide.foundation import clock
from entraide.foundation.paging import from_the_start, page_of
from entraide.journal import api as journal
from entraide.pages.operator.entries import shown
from entraide.pages.operator.forms import BoundForm, PauseForm
from entraide.waiting import api as waiting

HISTORY_ROWS = 20
# An idle line is moved every ten seconds; one that stood for longer has no process that moves it.
STANDS_AFTER = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class Badge:
    """How the line stands, in a word and a colour."""

    label: object
    tone: str


@accounts.operator_page
@from_the_start
@require_safe
def line(request: HttpRequest) -> HttpResponse:
    """Show the line."""
    return _page(request, waiting.line_state(), after=request.GET.get("after", ""))


@accounts.operator_page
@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Let nobody in any more."""
    told = gettext("Nobody is let in any more. Every process knows within two seconds.")
    return _set_paused(request, PauseForm(request.POST, reasons=waiting.TO_PAUSE), paused=True, told=told)


@accounts.operator_page
@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """Let people in again."""
    told = gettext("People are let in again, in the order in which they came.")
    return _set_paused(request, PauseForm(request.POST, reasons=waiting.TO_RESUME), paused=False, told=told)


@accounts.operator_page
@require_POST
def bound(request: HttpRequest) -> HttpResponse:
    """Let in at most so many each second, or as many as can be kept."""
    form = BoundForm(request.POST)
    if not form.is_valid():
        return _page(request, waiting.line_state(), bound_form=form, status=400)
    actor, role = accounts.journal_actor(request)
    waiting.set_bound(most_per_second=form.cleaned_data["most"], actor=actor, role=role, now=clock.now())
    messages.success(request, gettext("The bound was changed. The line follows within two seconds."))
    return redirect("pages:operator-line")


def _set_paused(request: HttpRequest, form: PauseForm, *, paused: bool, told: str) -> HttpResponse:
    if not form.is_valid():
        return _page(request, waiting.line_state(), pause_form=form, status=400)
    actor, role = accounts.journal_actor(request)
    reason = waiting.Reason(form.cleaned_data["reason"])
    if waiting.set_paused(paused=paused, reason=reason, actor=actor, role=role, now=clock.now()):
        messages.success(request, told)
    else:
        messages.warning(request, gettext("Nothing was changed: somebody did so already. The history below says who."))
    return redirect("pages:operator-line")


def badge_of(state: waiting.LineState) -> Badge:
    """Return the word for how the line stands."""
    if state.is_paused:
        return Badge(gettext("Paused"), "danger")
    return Badge(gettext("Open"), "success") if state.is_open else Badge(gettext("People wait"), "warning")


def _page(
    request: HttpRequest,
    state: waiting.LineState,
    *,
    pause_form: PauseForm | None = None,
    bound_form: BoundForm | None = None,
    after: str | None = None,
    status: int = 200,
) -> HttpResponse:
    most = None if state.most_per_second is None else int(state.most_per_second)
    history = journal.of_thing(thing_kind="line", thing_id="1")
    entries = page_of(history, order=journal.NEWEST_FIRST, after=after or "", size=HISTORY_ROWS)
    context = {
        "state": state,
        "badge": badge_of(state),
        "share": round(100 * state.share_coming),
        "wait": _wait(state),
        "to_tell": waiting.count_to_tell(),
        "stands": state.moved_at is not None and clock.now() - state.moved_at > STANDS_AFTER,
        "public_address": f"/v1/queue?language={get_language()}",
        "pause_form": pause_form or PauseForm(reasons=waiting.TO_RESUME if state.is_paused else waiting.TO_PAUSE),
        "bound_form": bound_form or BoundForm(initial={"most": most}),
        "entries": shown(entries.rows),
        "after": None if after is None else entries.after,
    }
    return render(request, "pages/operator/line.html", context, status=status)


def _wait(state: waiting.LineState) -> str:
    """Return the range that whoever comes now is told, as short as a figure."""
    if state.is_open:
        return gettext("none")
    if state.minutes is None:
        return gettext("unknown")
    least, most = state.minutes
    if most > 120:
        return gettext("%(least)s to %(most)s h") % {"least": least // 60, "most": -(-most // 60)}
    return gettext("%(least)s to %(most)s min") % {"least": least, "most": most}
