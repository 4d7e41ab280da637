"""The operator's first page, the jobs and the journal."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from entraide.accounts import api as accounts
from entraide.crises import api as crises
from entraide.foundation import clock, health, job_failures, jobs, localised
from entraide.foundation.paging import from_the_start, page_of
from entraide.foundation.trouble import trouble
from entraide.journal import api as journal
from entraide.pages.operator import labels
from entraide.pages.operator.entries import shown
from entraide.pages.operator.forms import RetryForm
from entraide.pages.operator.line import badge_of
from entraide.volunteering import api as volunteering
from entraide.waiting import api as waiting_line

JOBS_TO_RETRY_SHOWN = 50
LATE_SECONDS = health.QUEUE_AGE_LIMIT_SECONDS


@accounts.operator_page
@require_safe
def operator(request: HttpRequest) -> HttpResponse:
    """Show how the platform stands: crises, queue, inbox, failures, mail, what was done last."""
    waiting, age = health.queue_state()
    now = clock.now()
    inbox = volunteering.inbox_state(now=now)
    bounced = accounts.bounced_count()
    line = waiting_line.line_state()
    language = get_language() or "fr"
    context = {
        "crises": [
            (each, localised.text(each.name, language), labels.LEVELS[each.level], labels.LEVEL_TONES[each.level])
            for each in crises.all_crises()
        ],
        "proposals": [
            (each, localised.text(each.name, language), labels.PROPOSALS[each.kind])
            for each in crises.proposals_waiting(now=now)
        ],
        "queue": {"waiting": waiting, "age": labels.duration(timedelta(seconds=age)), "late": age >= LATE_SECONDS},
        "inbox": {
            "waiting": inbox.waiting,
            "age": labels.duration(timedelta(seconds=inbox.oldest_seconds)),
            "late": inbox.oldest_seconds >= LATE_SECONDS,
        },
        "line": line,
        "line_badge": badge_of(line),
        "rejected": sum(inbox.rejected.values()),
        "trouble": trouble(now=now),
        "bounced": bounced,
        "entries": shown(journal.latest(limit=10)),
    }
    return render(request, "pages/operator/operator.html", context)


@accounts.operator_page
@from_the_start
@require_http_methods(["GET", "HEAD", "POST"])
def job_list(request: HttpRequest) -> HttpResponse:
    """Show the jobs that failed, why, and which run by themselves; put failed ones back into the queue."""
    page = job_failures.failed_jobs(after=request.GET.get("after", ""))
    failed = page.rows
    status = 200
    if request.method == "POST":
        form = RetryForm(request.POST, ids=[job.id for job in failed])
        if form.is_valid() and (form.cleaned_data["what"] == "all" or form.chosen()):
            _retry(request, [job.id for job in failed] if form.cleaned_data["what"] == "all" else form.chosen())
            return redirect("pages:operator-jobs")
        messages.error(request, gettext("Choose jobs of the list below; those that are gone were retried already."))
        status = 400
    runs = jobs.last_runs()
    context = {
        "failed": failed,
        "after": page.after,
        "total": trouble(now=clock.now()),
        "to_retry": job_failures.jobs_to_retry(limit=JOBS_TO_RETRY_SHOWN),
        "periodic": [(each, runs.get(each.name)) for each in sorted(jobs.PERIODIC, key=lambda each: each.name)],
    }
    return render(request, "pages/operator/jobs.html", context, status=status)


def _retry(request: HttpRequest, ids: list[int]) -> None:
    now = clock.now()
    retried = job_failures.retry_jobs(ids=ids, now=now)
    if retried:
        actor, role = accounts.journal_actor(request)
        journal.record(
            actor=actor,
            role=role,
            verb="job.retried",
            thing_kind="job",
            thing_id=str(retried[0]),
            now=now,
            detail={"count": len(retried), "jobs": list(retried)},
        )
        messages.success(
            request,
            ngettext("%(count)d job is back in the queue.", "%(count)d jobs are back in the queue.", len(retried))
            % {"count": len(retried)},
        )
    if left := len(set(ids)) - len(retried):
        messages.warning(
            request,
            ngettext(
                "%(count)d job stayed: somebody retried it already, or another like it waits.",
                "%(count)d jobs stayed: somebody retried them already, or others like them wait.",
                left,
            )
            % {"count": left},
        )


@accounts.operator_page
@from_the_start
@require_safe
def journal_page(request: HttpRequest) -> HttpResponse:
    """Show the journal, newest first."""
    page = page_of(journal.everything(), order=journal.AS_WRITTEN, after=request.GET.get("after", ""))
    return render(request, "pages/operator/journal.html", {"entries": shown(page.rows), "after": page.after})
