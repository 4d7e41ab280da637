"""Ending the mails about what waits for a role, by the link of one, without signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from entraide.accounts.actions.work_mail import choose_cadences
from entraide.accounts.models import WorkMailWish
from entraide.accounts.rules import Cadence
from entraide.accounts.stop_links import NoSuchMail, read_stop_link
from entraide.foundation.http_cache import no_store
from entraide.foundation.mail import is_one_click


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_work_mail(request: HttpRequest, token: str) -> HttpResponse:
    """End one kind of mail for whoever has the link of one, or for their mail program.

    Opening it asks first, since mail programs open links. The link itself is the proof that a form's token would be.
    """
    page = "accounts/stop_work_mail.html"
    try:
        person_id, kind = read_stop_link(token)
    except NoSuchMail:
        return no_store(render(request, page, {"is_gone": True}, status=404))
    if request.method == "POST":
        choose_cadences(person_id=person_id, wishes={kind: Cadence.NEVER})
        if not is_one_click(request):
            return redirect("accounts:stop-work-mail", token)
    stopped = WorkMailWish.objects.filter(person_id=person_id, kind=kind.value, cadence=Cadence.NEVER.value)
    return no_store(render(request, page, {"is_stopped": stopped.exists()}))
