"""The portal's addresses as they are when a mail provider reports to it."""

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as portal_patterns
from entraide.accounts.hooks import hook_patterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*portal_patterns, *hook_patterns(provider="postmark")]
