"""Signing in through an OpenID Connect provider. The flow is django-allauth's."""

import logging
from typing import Any

from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from requests import RequestException

from entraide.foundation.http_cache import no_store

logger = logging.getLogger(__name__)


class CarefulReader(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types.
    """Reads what a provider says of a person; what cannot be read ends on the page for providers that fail."""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Return the sign-in that the claims describe. Raises OAuth2Error for claims of another shape."""
        try:
            return super().complete_login(request, app, token, **kwargs)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("the provider's claims cannot be read") from error


def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the person to the provider, after a question when they came by a link."""
    try:
        return _answer(OAuth2LoginView, request, provider_id)
    except RequestException:
        logger.warning("the identity provider %s cannot be reached", provider_id)
        return no_store(render(request, "socialaccount/authentication_error.html", status=401))


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the person back from the provider."""
    return _answer(OAuth2CallbackView, request, provider_id)


def _answer(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        response: HttpResponse = view.adapter_view(CarefulReader(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    return response
