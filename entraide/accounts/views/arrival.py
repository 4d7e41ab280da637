"""Coming in for the first time by the link of the first mail.

Opening the link spends nothing, since mail programs open links before their readers do; its button does.
"""

from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods

from entraide.accounts.actions.people import arrive
from entraide.accounts.arrivals import COUNTS_FOR, LinkSpent, person_of_link
from entraide.accounts.bounds import count_arrival
from entraide.accounts.models import Person
from entraide.foundation import clock
from entraide.foundation.errors import too_many
from entraide.foundation.http_cache import no_store
from entraide.guard.api import TooMany

METHOD = "link"


@require_http_methods(["GET", "HEAD", "POST"])
def arrival(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whoever opened the link to come in, and sign them in when they do."""
    after = get_next_redirect_url(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
    try:
        count_arrival(request, now=clock.now())
        person = person_of_link(token)
        if request.method != "POST":
            context = {"person": person, "next": after, "other": _other(request, person)}
            return no_store(render(request, "accounts/arrival.html", context))
        return no_store(_come_in(request, person, after))
    except TooMany as bound:
        return too_many(request, retry_after=bound.retry_after)
    except LinkSpent:
        # Whoever has come in already by this link only wants to go where it leads.
        if request.user.is_authenticated:
            return no_store(redirect(after))
        context = {"next": after, "days": COUNTS_FOR.days}
        return no_store(render(request, "accounts/arrival_spent.html", context, status=410))


@transaction.atomic
def _come_in(request: HttpRequest, person: Person, after: str) -> HttpResponse:
    arrive(person_id=person.pk, now=clock.now())
    record_authentication(request, person, method=METHOD, email=person.email)
    verify_email_indirectly(request, person, person.email)
    login = Login(user=person, redirect_url=after, email=person.email)
    response: HttpResponse = perform_login(request, login)
    return response


def _other(request: HttpRequest, person: Person) -> bool:
    """Return whether somebody else is signed in here, who would be signed out."""
    return request.user.is_authenticated and request.user.pk != person.pk
