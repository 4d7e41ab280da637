"""The search's periodic work."""

from django.utils.translation import gettext_noop

from entraide.foundation.jobs import periodic
from entraide.search.feed import prune


@periodic(
    cron="31 3 * * *",
    name="search.prune",
    help=gettext_noop("Delete changes that every node has read into its search index long ago."),
)
def prune_feed(timestamp: int) -> None:
    """Forget the changes of days ago."""
    prune()
