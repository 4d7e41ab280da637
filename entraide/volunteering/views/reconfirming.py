"""Saying that one still comes, or that one does not: from one's space, or by the link of a mail without signing in."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from entraide.accounts.api import Acting, acting_in
from entraide.foundation import clock
from entraide.foundation.http_cache import no_store, private_page
from entraide.volunteering.actions.leaving import Leave, TooLateToCancel, cancel_participation
from entraide.volunteering.actions.reconfirming import NothingToReconfirm, reconfirm
from entraide.volunteering.models import Participation
from entraide.volunteering.place_links import NoSuchPlace, participation_of_link
from entraide.volunteering.queries import mine
from entraide.volunteering.rules.words import CancelReason
from entraide.volunteering.views.places_held import place_held

COMES, COMES_NOT = "come", "leave"


@private_page
@require_POST
def still_coming(request: HttpRequest, participation_id: UUID) -> HttpResponse:
    """Keep one's place."""
    try:
        reconfirm(acting=acting_in(request), participation_id=participation_id, now=clock.now())
    except Participation.DoesNotExist:
        raise Http404 from None
    except NothingToReconfirm:
        messages.error(request, _("This place is not yours any more: look whether another one is free."))
    else:
        messages.success(request, _("Thank you: you are expected."))
    return redirect("volunteering:participation", participation_id=participation_id)


@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, token: str) -> HttpResponse:
    """Show whoever opened the link their place, and keep it or give it back as they press."""
    now = clock.now()
    try:
        row = participation_of_link(token)
    except NoSuchPlace:
        return no_store(render(request, "volunteering/place_unknown.html", status=404))
    late = request.method == "POST" and not _answer(request, row)
    if request.method == "POST" and not late:
        return no_store(redirect("volunteering:place", token=token))
    context = {"place": place_held(row, now=now), "state": mine.state_at(row, now=now).value, "late": late}
    return no_store(render(request, "volunteering/place.html", context, status=409 if late else 200))


def _answer(request: HttpRequest, row: Participation) -> bool:
    """Do what the pressed button says, and say whether it could be; a button of nobody's making does nothing."""
    acting, now = Acting(row.volunteer.person_id), clock.now()
    try:
        if request.POST.get("answer") == COMES:
            reconfirm(acting=acting, participation_id=row.pk, now=now)
        elif request.POST.get("answer") == COMES_NOT:
            leave = Leave(row.pk, CancelReason.NOT_AVAILABLE)
            cancel_participation(acting=acting, leave=leave, now=now)
    except (NothingToReconfirm, TooLateToCancel):
        return False
    return True
