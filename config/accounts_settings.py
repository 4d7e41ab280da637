"""Settings of sign-in (django-allauth), sessions and identity providers."""

from collections.abc import Mapping, Sequence
from typing import Any


def values(*, providers: Sequence[Mapping[str, Any]], secure: bool) -> dict[str, Any]:
    """Return the settings; `providers` are the OpenID Connect providers, `secure` whether the portal is on https."""
    return {
        **_SIGN_IN,
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "https" if secure else "http",
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not secure,
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": [_provider(given) for given in providers]}},
    }


_SIGN_IN: Mapping[str, Any] = {
    "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
    "LOGIN_URL": "account_login",
    "LOGIN_REDIRECT_URL": "accounts:profile",
    "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
    "ACCOUNT_LOGIN_METHODS": {"email"},
    "ACCOUNT_SIGNUP_FIELDS": ["email*"],
    "ACCOUNT_LOGIN_BY_CODE_ENABLED": True,
    "MFA_SUPPORTED_TYPES": ["webauthn"],
    "MFA_PASSKEY_LOGIN_ENABLED": True,
}


def _provider(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "provider_id": given["provider_id"],
        "name": given["name"],
        "client_id": given["client_id"],
        "secret": given["secret"],
        "settings": {"server_url": given["server_url"]},
    }
