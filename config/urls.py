"""Which app answers which address."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from config.api import api
from entraide.accounts import hooks, sign_in_urls
from entraide.foundation import authority, devmail, errors, health, style
from entraide.pages.home import views as home
from entraide.volunteering.views import calendar

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.language, name="language"),
    path("calendar/<uuid:token>.ics", calendar.feed, name="calendar"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/", api.urls),
    path("metrics", health.metrics_page, name="metrics"),
    *sign_in_urls.callback_patterns,
    path("territories/", include("entraide.territories.urls")),
    path("", include("entraide.exchange.program_urls")),
    path("", include("entraide.meetings.program_urls")),
    *i18n_patterns(
        # First what a crowd asks for: every pattern before an address is tried on it.
        path("", include("entraide.volunteering.urls")),
        path("account/", include("entraide.accounts.sign_in_urls")),
        path("", include("entraide.accounts.urls")),
        path("", include("entraide.exchange.urls")),
        path("", include("entraide.meetings.urls")),
        path("", include("entraide.pages.urls")),
    ),
]
if settings.MAIL_HOOK_PROVIDER:
    urlpatterns += hooks.hook_patterns(provider=settings.MAIL_HOOK_PROVIDER)
if not settings.PRODUCTION:
    urlpatterns += [
        path("dev/authority.crt", authority.download, name="dev-authority"),
        path("dev/mail/", devmail.mailbox, name="dev-mail"),
        path("dev/mail/<uuid:key>/", devmail.message, name="dev-mail-message"),
        path("dev/mail/<uuid:key>/page/", devmail.page, name="dev-mail-page"),
        path("dev/style/", style.style, name="dev-style"),
    ]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
