"""Mail as an operator sees it: what waits to leave, what could not be sent, whom nothing reaches."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entraide.accounts import api as accounts
from entraide.foundation import clock
from entraide.foundation import mail as outbox
from entraide.foundation.paging import from_the_start
from entraide.journal import api as journal
from entraide.pages.operator import labels


@accounts.operator_page
@from_the_start
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """Show the outbox, what was given up, and the people whose mail comes back. Reading addresses is journaled."""
    page = accounts.people_with_bounced_mail(after=request.GET.get("after", ""))
    if page.rows:
        _write(request, "mail.bounces_read", count=len(page.rows))
    standing = outbox.mail_standing(now=clock.now())
    context = {
        "standing": standing,
        "oldest": labels.duration(timedelta(seconds=max(standing.oldest_seconds.values()))),
        "left": labels.duration(standing.left),
        "failed": outbox.failed_mail() if standing.failed else [],
        "people": page.rows,
        "after": page.after,
        "total": accounts.bounced_count(),
    }
    return render(request, "pages/operator/mail.html", context)


@accounts.operator_page
@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Let what was given up be tried again."""
    count = outbox.retry_failed_mail()
    if count:
        _write(request, "mail.retried", count=count)
        told = ngettext("%(count)d mail waits to be sent again.", "%(count)d mails wait to be sent again.", count)
        messages.success(request, told % {"count": count})
    else:
        _say_nothing_was_left(request)
    return redirect("pages:operator-mail")


@accounts.operator_page
@require_http_methods(["GET", "HEAD", "POST"])
def forget(request: HttpRequest) -> HttpResponse:
    """Ask, then forget what was given up."""
    if request.method != "POST":
        return render(request, "foundation/confirm.html", _question())
    count = outbox.forget_failed_mail()
    if count:
        _write(request, "mail.forgotten", count=count)
        told = ngettext("%(count)d mail was forgotten.", "%(count)d mails were forgotten.", count)
        messages.success(request, told % {"count": count})
    else:
        _say_nothing_was_left(request)
    return redirect("pages:operator-mail")


def _question() -> dict[str, object]:
    return {
        "title": gettext("Forget the mail that failed"),
        "text": gettext(
            "It is deleted and nobody gets it. What it told of a slot stays in the space of whom it was for."
        ),
        "action_label": gettext("Forget this mail"),
        "danger": True,
        "cancel_url": reverse("pages:operator-mail"),
    }


def _say_nothing_was_left(request: HttpRequest) -> None:
    messages.warning(request, gettext("There was none left: somebody did so already."))


def _write(request: HttpRequest, verb: str, *, count: int) -> None:
    actor, role = accounts.journal_actor(request)
    journal.record(
        actor=actor, role=role, verb=verb, thing_kind="mail", thing_id="", now=clock.now(), detail={"count": count}
    )
