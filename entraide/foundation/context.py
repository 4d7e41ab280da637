"""What every template knows of the site."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language


def site(request: HttpRequest) -> dict[str, object]:
    """Return the site's own facts and this page's address in each language."""
    language = get_language() or settings.LANGUAGE_CODE
    rest = request.path_info[len(language) + 1 :] if request.path_info.startswith(f"/{language}/") else "/"
    return {
        "language": language,
        "translations": [(code, name, f"/{code}{rest}") for code, name in settings.LANGUAGES],
        "publisher_name": settings.PUBLISHER_NAME,
        "publisher_contact": settings.PUBLISHER_CONTACT,
        "hosting_name": settings.HOSTING_NAME,
        "development": not settings.PRODUCTION,
    }
