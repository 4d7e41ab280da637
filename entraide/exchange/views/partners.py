"""The operator's pages of partners: who they are, their keys, the runs of their feeds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entraide.accounts import api as accounts
from entraide.exchange.actions import partners as actions
from entraide.exchange.forms import PartnerForm, SeenForm
from entraide.exchange.models import External, Line, Partner, Run
from entraide.exchange.rules.refusals import REFUSALS, RUNS
from entraide.exchange.rules.words import RunState
from entraide.foundation import clock
from entraide.foundation.paging import from_the_start, page_of

RUNS_SHOWN = 20
TONES = {
    RunState.RUNNING.value: "accent",
    RunState.DONE.value: "success",
    RunState.HELD.value: "warning",
    RunState.FAILED.value: "danger",
}


@accounts.operator_page
@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    """List the partners, with how the last run of each went."""
    latest = {run.partner_id: run for run in Run.objects.order_by("partner", "-started_at").distinct("partner")}
    rows = [(each, _shown(latest[each.pk]) if each.pk in latest else None) for each in Partner.objects.order_by("name")]
    return render(request, "exchange/partners.html", {"rows": rows})


@accounts.operator_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_partner(request: HttpRequest) -> HttpResponse:
    """Add a partner; its key is on this answer alone."""
    form = PartnerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                partner, key = actions.add_partner(
                    details=form.details(), deed=accounts.deed_of(request, now=clock.now())
                )
        except IntegrityError:
            form.add_error("name", gettext("There is a partner of this name already."))
        else:
            return render(request, "exchange/partner_key.html", {"partner": partner, "key": key})
    return render(request, "exchange/new_partner.html", {"form": form}, status=400 if form.errors else 200)


@accounts.operator_page
@from_the_start
@require_http_methods(["GET", "HEAD", "POST"])
def partner(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Show a partner with its runs, and change what is said of it."""
    found = _partner(partner_id)
    form = PartnerForm(request.POST if request.method == "POST" else None, initial=PartnerForm.of(found))
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                actions.change_partner(
                    partner_id=found.pk,
                    seen_version=form.cleaned_data["seen"] or 0,
                    details=form.details(),
                    deed=accounts.deed_of(request, now=clock.now()),
                )
        except IntegrityError:
            form.add_error("name", gettext("There is a partner of this name already."))
        except actions.ChangedMeanwhile:
            form.add_error(None, _changed())
        else:
            messages.success(request, gettext("The partner was changed."))
            return redirect("exchange:partner", found.pk)
    runs = page_of(
        Run.objects.filter(partner=found),
        order={"-started_at": datetime, "-pk": UUID},
        after=request.GET.get("after", ""),
        size=RUNS_SHOWN,
    )
    rows = External.objects.of_partner(found.pk).present()
    context = {
        "partner": found,
        "form": form,
        "runs": [_shown(run) for run in runs.rows],
        "after": runs.after,
        "sent": rows.count(),
        "refused": rows.exclude(code="").count(),
        "held": Run.objects.filter(partner=found).order_by("-started_at").values_list("state", flat=True).first()
        == RunState.HELD,
    }
    return render(request, "exchange/partner.html", context, status=400 if form.errors else 200)


@accounts.operator_page
@require_POST
def rotate_key(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Give a partner another key, which is on this answer alone."""
    found, form = _partner(partner_id), SeenForm(request.POST)
    try:
        if not form.is_valid():
            raise actions.ChangedMeanwhile
        key = actions.rotate_key(
            partner_id=found.pk, seen_version=form.cleaned_data["seen"], deed=accounts.deed_of(request, now=clock.now())
        )
    except actions.ChangedMeanwhile:
        messages.error(request, _changed())
        return redirect("exchange:partner", found.pk)
    found.refresh_from_db()
    return render(request, "exchange/partner_key.html", {"partner": found, "key": key, "former": True})


@accounts.operator_page
@require_POST
def pull_now(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Have a partner's feed fetched now."""
    found = _partner(partner_id)
    if found.feed_url and found.is_active:
        actions.ask_to_pull(partner_id=found.pk)
        messages.success(request, gettext("The feed is about to be fetched. Load this page again to see the run."))
    else:
        messages.error(request, gettext("This partner has no feed to fetch."))
    return redirect("exchange:partner", found.pk)


@accounts.operator_page
@require_POST
def allow_shrink(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Let the next run withdraw whatever the feed does not name."""
    found = _partner(partner_id)
    if found.feed_url and found.is_active:
        actions.allow_shrink(partner_id=found.pk, deed=accounts.deed_of(request, now=clock.now()))
        messages.success(request, gettext("The next run withdraws what the feed does not name."))
    else:
        messages.error(request, gettext("This partner has no feed to fetch."))
    return redirect("exchange:partner", found.pk)


@accounts.operator_page
@from_the_start
@require_safe
def run(request: HttpRequest, partner_id: UUID, run_id: UUID) -> HttpResponse:
    """Show one run, line by line."""
    found = Run.objects.filter(pk=run_id, partner_id=partner_id).select_related("partner").first()
    if found is None:
        raise Http404
    lines = page_of(Line.objects.filter(run=found), order={"id": int}, after=request.GET.get("after", ""))
    context = {
        "partner": found.partner,
        "shown": _shown(found),
        "lines": [(line, _sentence(REFUSALS, line.code)) for line in lines.rows],
        "after": lines.after,
    }
    return render(request, "exchange/run.html", context)


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A run, its tone, and why it ended as it did."""

    run: Run
    tone: str
    why: str


def _shown(run: Run) -> ShownRun:
    return ShownRun(run, TONES.get(run.state, "neutral"), _sentence(RUNS, run.reason))


def _sentence(sentences: Mapping[str, str], code: str) -> str:
    message = sentences.get(code, code)
    return gettext(message) if message else ""


def _partner(partner_id: UUID) -> Partner:
    found = Partner.objects.filter(pk=partner_id).first()
    if found is None:
        raise Http404
    return found


def _changed() -> str:
    return gettext("Somebody else changed this partner meanwhile. Look at it as it is now, then do it again.")
