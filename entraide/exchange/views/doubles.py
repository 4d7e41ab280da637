"""The page of doubles: missions of partners that another one shows, taken apart by a referent where that is wrong."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from entraide.accounts import api as accounts
from entraide.exchange.actions.parting import NotTogether, take_apart
from entraide.exchange.models import External, ExternalQuerySet
from entraide.exchange.rules.judging import is_web_address
from entraide.exchange.rules.plain_text import from_html
from entraide.foundation import clock
from entraide.foundation.paging import from_the_start, page_of

EXCERPT = 300


@accounts.moderator_page
@from_the_start
@require_safe
def doubles(request: HttpRequest) -> HttpResponse:
    """List the doubles of a role's territory, each beside the mission that shows it."""
    rows = _of(accounts.acting_in(request)).select_related("partner", "same_as__organisation")
    page = page_of(rows, order={"-pk": UUID}, after=request.GET.get("after", ""))
    context = {
        "rows": [
            {
                "row": each,
                "title": from_html(str(each.content.get("title", ""))),
                "organisation": from_html(str(each.content.get("organizationName", ""))),
                "text": from_html(str(each.content.get("description", "")))[:EXCERPT],
                "url": address if is_web_address(address := str(each.content.get("applicationUrl", ""))) else "",
            }
            for each in page.rows
        ],
        "after": page.after,
    }
    return render(request, "exchange/doubles.html", context)


@accounts.moderator_page
@require_POST
def apart(request: HttpRequest, external_id: UUID) -> HttpResponse:
    """Take one apart from the mission that shows it, for good."""
    if not _of(accounts.acting_in(request)).filter(pk=external_id).exists():
        if not External.objects.filter(pk=external_id).exists():
            raise Http404
        messages.info(request, gettext("These two are not shown as one, or not any more."))
        return redirect("exchange:doubles")
    actor, role = accounts.journal_actor(request)
    try:
        take_apart(external_id=external_id, actor=actor, role=role, now=clock.now())
    except NotTogether:
        messages.info(request, gettext("These two are not shown as one, or not any more."))
    else:
        messages.success(request, gettext("From now on they are two missions."))
    return redirect("exchange:doubles")


def _of(acting: accounts.Acting) -> ExternalQuerySet:
    rows = External.objects.present().filter(same_as__isnull=False)
    return rows if acting.departements is None else rows.filter(same_as__departement_code__in=acting.departements)
