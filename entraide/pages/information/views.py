"""Views of the pages of information: the same for everyone, so shared caches keep them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from entraide.foundation.http_cache import public_page

# A change of the crisis banner shows within this time on a page that a cache keeps.
KEPT_SECONDS = 60


@public_page(s_maxage=KEPT_SECONDS)
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Answer what volunteers and organisations ask most."""
    context = {"code_minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60}
    return render(request, "pages/information/help.html", context)


@public_page(s_maxage=KEPT_SECONDS)
@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    """Name the publisher and the host."""
    return render(request, "pages/information/legal.html")


@public_page(s_maxage=KEPT_SECONDS)
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """State how accessible the portal is, and whom to tell of an obstacle."""
    return render(request, "pages/information/accessibility.html")


@public_page(s_maxage=KEPT_SECONDS)
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Tell what is kept of people, why, for how long, who sees it and how to take it back."""
    context = {
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "form_cookie": settings.CSRF_COOKIE_NAME,
        "session_days": settings.SESSION_COOKIE_AGE // 86_400,
    }
    return render(request, "pages/information/privacy.html", context)
