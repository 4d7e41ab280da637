"""Tags that every app's templates may load."""

from django import template
from django.conf import settings
from django.templatetags.static import static

register = template.Library()


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of a static file, also when the manifest that gives its hashed name is what is broken.

    Error pages use this instead of `static`, which raises when a name is missing.
    """
    try:
        return static(name)
    except ValueError:
        return f"{settings.STATIC_URL}{name}"
