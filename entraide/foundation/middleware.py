"""What happens around every Django request: its id and log line, its measurements, the security headers."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware

from entraide.foundation import logs, metrics
from entraide.foundation.http import client_address, request_id_from

GetResponse = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger("entraide.request")

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class RequestContextMiddleware:
    """Gives each request an id, which its log lines, journal entries and answer carry, and measures it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request within its context."""
        started = time.perf_counter()
        token = logs.request_id.set(request_id_from(request.headers.get("X-Request-ID", "")))
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = logs.request_id.get()
            _measure(request, response, time.perf_counter() - started)
            return response
        finally:
            logs.request_id.reset(token)


def _measure(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    view = request.resolver_match.view_name if request.resolver_match else "unmatched"
    metrics.requests.labels(view, request.method or "", response.status_code).inc()
    metrics.request_seconds.labels(view).observe(seconds)
    if response.status_code >= 500 or logger.isEnabledFor(logging.DEBUG):
        logger.log(
            logging.ERROR if response.status_code >= 500 else logging.DEBUG,
            "%s %s %s",
            request.method,
            request.path,
            response.status_code,
            extra={"seconds": round(seconds, 4), "view": view},
        )


class SecurityHeadersMiddleware:
    """Puts the same strict headers on every answer: pages run no inline code and load nothing from elsewhere."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request and add the headers that the view did not set itself."""
        response = self.get_response(request)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}")
        return response


class LanguageMiddleware(LocaleMiddleware):
    """Django's choice of language, except that a public answer does not vary on it.

    A public page has its language in the path, or is in none, as the completion of communes is.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Take back the Vary header that Django adds to whatever has no language prefix."""
        answered = super().process_response(request, response)
        is_public = answered.get("Cache-Control", "").startswith("public")
        if is_public and answered.get("Vary") == "Accept-Language":
            del answered["Vary"]
        return answered


def address_of(request: HttpRequest) -> str:
    """Return the client's address, as far as trusted proxies vouch for it."""
    return client_address(
        peer=request.META.get("REMOTE_ADDR", ""),
        forwarded_for=request.headers.get("X-Forwarded-For", ""),
        trusted=settings.TRUSTED_PROXIES,
    )
