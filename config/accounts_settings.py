"""Settings of sign-in: django-allauth and identity providers."""

from collections.abc import Mapping, Sequence
from typing import Any

from entraide.foundation.env import SettingError

CODE_SECONDS = 10 * 60
CODE_ATTEMPTS = 3


def sign_in(*, production: bool, secure: bool) -> dict[str, Any]:
    """Return the settings of django-allauth; `secure` says that the portal is on https.

    Passkeys check the page's origin, except on a developer's machine without https.
    """
    return {
        **_SIGN_IN,
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "https" if secure else "http",
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not production and not secure,
    }


def providers(given: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return the OpenID Connect providers of the setting OIDC_PROVIDERS as django-allauth wants them."""
    return {"openid_connect": {"APPS": [_provider(each) for each in given]}}


_SIGN_IN: Mapping[str, Any] = {
    "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
    "LOGIN_URL": "account_login",
    "LOGIN_REDIRECT_URL": "volunteering:space",
    "ACCOUNT_LOGOUT_REDIRECT_URL": "/",
    "ACCOUNT_ADAPTER": "entraide.accounts.adapters.AccountAdapter",
    "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
    "ACCOUNT_LOGIN_METHODS": {"email"},
    "ACCOUNT_SIGNUP_FIELDS": ["email*"],
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_EMAIL_NOTIFICATIONS": True,
    "ACCOUNT_LOGIN_BY_CODE_ENABLED": True,
    # Two groups of four figures: easy to copy from a telephone, and with the bounds on guesses one in thousands a year.
    "ACCOUNT_LOGIN_BY_CODE_FORMAT": {"numeric": True, "dashed": True, "length": 8},
    "ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS": CODE_ATTEMPTS,
    "ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND": True,
    # The bounds are those of `entraide.accounts.bounds`: counted in the database, for all processes, without races.
    "ACCOUNT_RATE_LIMITS": False,
    "MFA_RATE_LIMITS": False,
    "MFA_ADAPTER": "entraide.accounts.adapters.PasskeyAdapter",
    "MFA_SUPPORTED_TYPES": ["webauthn"],
    "MFA_PASSKEY_LOGIN_ENABLED": True,
    # `after_recent_sign_in` asks for it instead, in a way that a lost passkey does not lock.
    "MFA_REAUTHENTICATION_REQUIRED": False,
    "SOCIALACCOUNT_ADAPTER": "entraide.accounts.adapters.ProviderAdapter",
    "SOCIALACCOUNT_EMAIL_AUTHENTICATION": True,
    "SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT": True,
    "SOCIALACCOUNT_EMAIL_VERIFICATION": "none",
    "SOCIALACCOUNT_STORE_TOKENS": False,
    "SOCIALACCOUNT_REQUESTS_TIMEOUT": 10,
}


def _provider(given: Mapping[str, Any]) -> dict[str, Any]:
    missing = [key for key in ("provider_id", "name", "client_id", "secret", "server_url") if not given.get(key)]
    if missing:
        raise SettingError(f"OIDC_PROVIDERS: a provider has no {', '.join(missing)}.")
    return {
        "provider_id": given["provider_id"],
        "name": given["name"],
        "client_id": given["client_id"],
        "secret": given["secret"],
        "settings": {"server_url": given["server_url"], **given.get("settings", {})},
    }
