"""Signing in by a code, and out. The flows are django-allauth's; bounds, pages and words are ours."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.socialaccount.adapter import get_adapter as get_provider_adapter
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from entraide.accounts.actions.addresses import signs_in_with
from entraide.accounts.bounds import count_code, count_guess
from entraide.accounts.forms.sign_in import CodeForm, SignInForm
from entraide.foundation import clock
from entraide.foundation.errors import too_many
from entraide.foundation.middleware import CONTENT_SECURITY_POLICY
from entraide.guard.api import TooMany


class SignInView(RequestLoginCodeView):  # type: ignore[misc]  # allauth has no types.
    """Asks for the mail address and sends a code, or says nothing else when nobody has that address."""

    form_class = SignInForm
    template_name = "accounts/sign_in.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, or refuse when too many codes were asked for."""
        try:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        except TooMany as bound:
            return too_many(request, retry_after=bound.retry_after)
        return _letting_forms_reach_providers(response)

    def form_valid(self, form: SignInForm) -> HttpResponse:
        """Queue the code and go on to the page that asks for it."""
        count_code(self.request, email=form.cleaned_data["email"], now=clock.now())
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
        return response

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        """Say what is wrong with the address."""
        return _refused(super().form_invalid(form))

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> HttpResponseRedirect:
        """Go on to the code that was sent, and remember what the person came for this time."""
        return HttpResponseRedirect(self.passthrough_next_url(reverse(stage.urlname)))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the identity providers."""
        providers = get_provider_adapter().list_providers(self.request)
        return {**super().get_context_data(**kwargs), "providers": [_offered(self.request, each) for each in providers]}


class CodeView(ConfirmLoginCodeView):  # type: ignore[misc]  # allauth has no types.
    """Asks for the code that was sent."""

    form_class = CodeForm
    template_name = "accounts/code.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Count the guess, or the new code asked for, before it is looked at."""
        email = self._process.state["email"]
        if self._process.user and not signs_in_with(person_id=self._process.user.pk, address=email):
            # Whoever changed their address did not mean a code that lies in the former mailbox to count.
            self._process.abort()
            messages.error(request, gettext("This code counts no more. Ask for a new one."))
            return redirect("account_login")
        try:
            if self._action == "resend":
                count_code(request, email=email, now=clock.now())
            else:
                count_guess(email=email, now=clock.now())
        except TooMany as bound:
            return too_many(request, retry_after=bound.retry_after)
        with transaction.atomic():
            response: HttpResponseBase = super().post(request, *args, **kwargs)
        return response

    def form_invalid(self, form: CodeForm) -> HttpResponse:
        """Say that the code is wrong; after the last attempt, lead back to where codes are asked for."""
        return _refused(super().form_invalid(form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add where the code went, and where another address can be given."""
        restart = self.passthrough_next_url(reverse("account_login"))
        return {
            **super().get_context_data(**kwargs),
            "email": self._process.state["email"],
            "can_resend": self._process.can_resend,
            "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
            "restart_url": restart,
        }


@require_safe
def sign_up(request: HttpRequest) -> HttpResponse:
    """Send whoever looks for allauth's sign-up to ours, with what they came for."""
    target = reverse("volunteering:signup")
    after = request.GET.get("next", "")
    if after and url_has_allowed_host_and_scheme(after, allowed_hosts=None):
        target = f"{target}?{urlencode({'next': after})}"
    return redirect(target)


def _refused(response: HttpResponse) -> HttpResponse:
    """Mark a page that shows a form again as what it is: the answer to a bad request."""
    if response.status_code == 200:
        response.status_code = 400
    return response


def _offered(request: HttpRequest, provider: Any) -> dict[str, str]:
    after = request.GET.get("next") or request.POST.get("next") or ""
    query = {"process": "login", **({"next": after} if after else {})}
    return {"name": provider.app.name, "url": provider.get_login_url(request, **query)}


def _letting_forms_reach_providers(response: HttpResponseBase) -> HttpResponseBase:
    """Allow the sign-in forms to be answered by a redirect to a provider, which browsers hold against `form-action`."""
    servers = [app["settings"]["server_url"] for app in settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]]
    if servers:
        origins = " ".join(sorted({f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in servers}))
        response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
            "form-action 'self'", f"form-action 'self' {origins}"
        )
    return response
