"""The certificate that a phone trusts to open a development node over HTTPS (`bin/serve --lan`)."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from entraide.foundation.http_cache import no_store


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """Send the local authority's certificate, public by nature; 404 where there is none."""
    file = settings.VAR_DIR / "lan" / "authority.pem"
    if not file.exists():
        raise Http404
    return no_store(HttpResponse(file.read_bytes(), content_type="application/x-x509-ca-cert"))
