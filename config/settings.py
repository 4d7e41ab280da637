"""Django's settings, made from the settings of `config.environment`."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from psycopg.conninfo import conninfo_to_dict

from config import accounts_settings, mail_domains
from config import environment as names
from config.process import secret_key
from entraide.foundation import logs

django_stubs_ext.monkeypatch()

environment = names.from_process()
read = environment.value

BASE_DIR = names.ROOT
VAR_DIR: Path = read(names.VAR_DIR)
SEARCH_DIR: Path = read(names.SEARCH_DIR) or VAR_DIR / "search"
PRODUCTION = read(names.MODE) == "production"
DEBUG = False
SECRET_KEY = secret_key(environment)

PUBLIC_URL = read(names.PUBLIC_URL).rstrip("/")
CERTIFICATES_URL = read(names.CERTIFICATES_URL).rstrip("/")
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or "localhost"
ALLOWED_HOSTS = [PUBLIC_HOST, *read(names.ALLOWED_HOSTS)]
if not PRODUCTION:
    ALLOWED_HOSTS = ["*"]
TRUSTED_PROXIES = read(names.TRUSTED_PROXIES)
MAIL_DOMAINS = mail_domains.read_from(environment)
FEED_NETWORKS, CALLBACK_NETWORKS = read(names.FEED_NETWORKS), read(names.CALLBACK_NETWORKS)
EDGES, EDGE_SECRET = read(names.EDGES), read(names.EDGE_SECRET)
names.require_edge_secret(environment)

INSTALLED_APPS = [
    "entraide.pages",
    "entraide.exchange",
    "entraide.volunteering",
    "entraide.meetings",
    "entraide.accounts",
    "entraide.search",
    "entraide.waiting",
    "entraide.guard",
    "entraide.journal",
    "entraide.crises",
    "entraide.territories",
    "entraide.foundation",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "template_partials",
    "procrastinate.contrib.django",
    "anymail",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "entraide.foundation.middleware.RequestContextMiddleware",
    "entraide.foundation.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "entraide.foundation.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "entraide.foundation.sent.SentFormMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "entraide.accounts.middleware.ActingMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = None
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "entraide.foundation.context.site",
                "entraide.crises.context.banner",
            ],
        },
    }
]
FORM_RENDERER = "entraide.foundation.forms.FormRenderer"
# The foundation's tags of translation stand in for Django's under the same name; a test sees that no others do.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]


def _database(url: str) -> dict[str, Any]:
    if not url:
        from entraide.foundation import postgres  # Only a node with the embedded database needs its launcher.

        url = postgres.url(VAR_DIR)
    parts = conninfo_to_dict(url)
    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {
        "ENGINE": "entraide.foundation.database",
        **{key: str(parts.pop(name, "") or "") for key, name in named.items()},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**parts, "application_name": "entraide"},
    }


DATABASES = {"default": _database(read(names.DATABASE_URL))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [("built", VAR_DIR / "assets")] if (VAR_DIR / "assets").is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 60

SESSION_COOKIE_NAME = "entraide_session"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
CSRF_COOKIE_NAME = "entraide_csrf"
CSRF_FAILURE_VIEW = "entraide.foundation.errors.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION and PUBLIC_URL.startswith("https://") else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

_mail_url = read(names.MAIL_URL)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = read(names.MAIL_FROM)
MAIL_DIR = VAR_DIR / "mail"
MEETINGS_RELAYS, MEETINGS_RELAY_SECRET = read(names.MEETINGS_RELAYS), read(names.MEETINGS_RELAY_SECRET)
MAIL_PER_SECOND, MAIL_SENDERS = read(names.MAIL_PER_SECOND), read(names.MAIL_SENDERS)
ANYMAIL: dict[str, Any] = {}
MAIL_HOOK_PROVIDER = ""
names.require_mail(environment)
if not _mail_url:
    EMAIL_BACKEND = "entraide.foundation.devmail.EmailBackend"
else:
    _mail = urlsplit(_mail_url)
    if _mail.scheme == "anymail":
        EMAIL_BACKEND = f"anymail.backends.{_mail.hostname}.EmailBackend"
        ANYMAIL = dict(*read(names.MAIL_PROVIDER_OPTIONS))
        if _hook_secret := read(names.MAIL_HOOK_SECRET):
            ANYMAIL["WEBHOOK_SECRET"], MAIL_HOOK_PROVIDER = _hook_secret, str(_mail.hostname)
    else:
        EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        EMAIL_HOST = _mail.hostname or "localhost"
        EMAIL_PORT = _mail.port or (465 if _mail.scheme == "smtps" else 587)
        EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.username or "", _mail.password or ""
        EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp" and bool(_mail.username)
        EMAIL_TIMEOUT = 20

LOGGING_CONFIG = None
logs.configure(level=read(names.LOG_LEVEL), as_json=PRODUCTION)


PUBLISHER_NAME = read(names.PUBLISHER_NAME)
PUBLISHER_CONTACT = read(names.PUBLISHER_CONTACT)
HOSTING_NAME = read(names.HOSTING_NAME)

AUTH_USER_MODEL = "accounts.Person"
# Jobs of higher apps that accounts defers when a person or an organisation changes; accounts/actions/followers.py.
FOLLOWERS: dict[str, tuple[str, ...]] = {
    "person": ("volunteering.follow_person", "meetings.follow_person"),
    "organisation": ("volunteering.follow_organisation",),
    "organisation_details": ("volunteering.show_organisation",),
}
_https = PUBLIC_URL.startswith("https://")
SOCIALACCOUNT_PROVIDERS = accounts_settings.providers(read(names.OIDC_PROVIDERS))
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = accounts_settings.CODE_SECONDS
# The rest of django-allauth's settings stand in a file of their own because they are many.
globals().update(accounts_settings.sign_in(production=PRODUCTION, secure=_https))
