"""Passkeys: signing in with one, adding and removing them. The ceremony is django-allauth's, the script ours."""

import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from entraide.accounts.actions.passkeys import name_passkey
from entraide.accounts.bounds import count_passkey
from entraide.accounts.forms.sign_in import AddPasskeyForm, PasskeyForm, PasskeyNameForm
from entraide.accounts.middleware import deed_of
from entraide.foundation import clock
from entraide.foundation.errors import too_many
from entraide.foundation.http_cache import private_page
from entraide.guard.api import TooMany
from entraide.journal import api as journal

RECENT_SECONDS = 30 * 60


def after_recent_sign_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Ask people to sign in again before they change how they sign in, unless they did within half an hour.

    A session left open on another's computer cannot then be made to last.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        records = get_authentication_records(request, request.user)
        if not records or time.time() - records[-1]["at"] > RECENT_SECONDS:
            return render(request, "accounts/sign_in_again.html", {"next": request.path}, status=403)
        return view(request, *args, **kwargs)

    return checked


class PasskeySignInView(LoginWebAuthnView):  # type: ignore[misc]  # allauth has no types.
    """Gives the script a challenge, then takes the answer of the passkey."""

    form_class = PasskeyForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, or refuse when too many tried from one place."""
        try:
            count_passkey(request, now=clock.now())
        except TooMany as bound:
            return too_many(request, retry_after=bound.retry_after)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


@private_page
@require_safe
def passkeys(request: HttpRequest) -> HttpResponse:
    """List the person's passkeys."""
    rows = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN).order_by("created_at")
    return render(
        request,
        "accounts/passkeys.html",
        {"passkeys": [{"id": row.pk, "name": row.wrap().name, "row": row} for row in rows]},
    )


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for another name of one of the person's passkeys, and write it."""
    theirs = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN)
    passkey = get_object_or_404(theirs, pk=pk)
    name = passkey.wrap().name
    form = PasskeyNameForm(request.POST if request.method == "POST" else None, initial={"name": name})
    if form.is_bound and form.is_valid():
        name_passkey(passkey_id=pk, name=form.cleaned_data["name"])
        messages.success(request, gettext("The passkey was renamed."))
        return redirect("mfa_list_webauthn")
    context = {"form": form, "name": name}
    return render(request, "accounts/rename_passkey.html", context, status=400 if form.errors else 200)


@method_decorator([private_page, after_recent_sign_in], name="dispatch")
class AddPasskeyView(AddWebAuthnView):  # type: ignore[misc]  # allauth has no types.
    """Adds a passkey to the person who is signed in."""

    form_class = AddPasskeyForm
    template_name = "accounts/add_passkey.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the script what the browser needs to make a passkey that can sign in by itself."""
        context: dict[str, Any] = super(AddWebAuthnView, self).get_context_data(**kwargs)
        options = auth.begin_registration(self.request.user, True)
        return {**context, "options": json.dumps(options, cls=DjangoJSONEncoder, indent=1)}

    def form_valid(self, form: AddPasskeyForm) -> HttpResponse:
        """Keep the passkey, write to the person, and say so."""
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            _write(self.request, "add_passkey")
        messages.success(self.request, gettext("The passkey was added. You can sign in with it from now on."))
        return response

    def form_invalid(self, form: AddPasskeyForm) -> HttpResponse:
        """Say that the passkey was not accepted, with a new challenge."""
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 400
        return response

    def get_success_url(self) -> str:
        """Return to the list."""
        return reverse("mfa_list_webauthn")


@method_decorator([private_page, after_recent_sign_in], name="dispatch")
class RemovePasskeyView(RemoveWebAuthnView):  # type: ignore[misc]  # allauth has no types.
    """Asks, then removes one of the person's passkeys."""

    template_name = "accounts/remove_passkey.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove the passkey, write to the person, and say so."""
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            _write(self.request, "remove_passkey")
        messages.success(self.request, gettext("The passkey was removed."))
        return response


def _write(request: HttpRequest, verb: str) -> None:
    deed = deed_of(request, now=clock.now())
    journal.record(
        actor=deed.actor, role=deed.role, verb=verb, thing_kind="person", thing_id=str(request.user.pk), now=deed.now
    )
