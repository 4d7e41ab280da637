"""What the worker does for the exchange: it fetches feeds, notes changes and forgets reports."""

import tempfile
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_noop

from entraide.exchange.actions import alerting, noting, parting, partners, pulling
from entraide.exchange.fetching import Bounds, NotFetched, fetch
from entraide.exchange.models import Alert, External, Partner, Run
from entraide.exchange.parsing import cap
from entraide.exchange.rules.words import FeedKind, RunState
from entraide.foundation import clock, jobs
from entraide.foundation.tidying import delete_in_parts

RUNS_KEPT = timedelta(days=30)
ALERTS_KEPT = timedelta(days=730)


@jobs.task(name="exchange.pull")
def pull(*, partner_id: str) -> None:
    """Fetch a partner's feed. What goes wrong with it stands in the run's report, and the next run tries again."""
    partner = Partner.objects.to_pull().filter(pk=UUID(partner_id)).first()
    if partner is None:
        return
    if partner.feed_kind == FeedKind.ALERTS:
        pull_alert(partner)
    else:
        pulling.pull(partner_id=partner.pk)


def pull_alert(partner: Partner) -> Run:
    """Fetch the alert that a partner shows at its address, and act on it when it is another one than before."""
    run = Run.objects.create(partner=partner, started_at=clock.now())
    state, reason, detail = RunState.DONE, "", ""
    with tempfile.TemporaryFile() as fetched:
        try:
            run.size = fetch(partner.feed_url, fetched, bounds=Bounds(most_bytes=cap.MOST_BYTES, most_seconds=30))
            fetched.seek(0)
            _, is_new = alerting.receive_alert(partner=partner, document=fetched.read(), now=clock.now())
            run.seen, run.created, run.unchanged = 1, int(is_new), int(not is_new)
        except NotFetched as error:
            state, reason, detail = RunState.FAILED, error.reason, error.detail
        except cap.BadAlert as error:
            state, reason, detail = RunState.FAILED, "BAD_ALERT", str(error)[:300]
    run.state, run.reason, run.detail, run.ended_at = state.value, reason, detail, clock.now()
    run.save()
    return run


@jobs.periodic(
    cron="20 */6 * * *", name="exchange.pull_missions", help=gettext_noop("Fetch the missions of partner platforms.")
)
def pull_missions(timestamp: int) -> None:
    """Ask for a run of every partner's feed of missions."""
    for partner in Partner.objects.to_pull().filter(feed_kind=FeedKind.MISSIONS.value):
        partners.ask_to_pull(partner_id=partner.pk)


@jobs.periodic(cron="*/5 * * * *", name="exchange.pull_alerts", help=gettext_noop("Fetch official alerts."))
def pull_alerts(timestamp: int) -> None:
    """Ask for every partner's alert."""
    for partner in Partner.objects.to_pull().filter(feed_kind=FeedKind.ALERTS.value):
        partners.ask_to_pull(partner_id=partner.pk)


@jobs.periodic(cron="* * * * *", name="exchange.note_changes", help=gettext_noop("Note changes for those who follow."))
def note_changes(timestamp: int) -> None:
    """Bring the feed of changes up to now."""
    noting.note_changes(now=clock.now())


@jobs.periodic(
    cron="10 * * * *", name="exchange.show_hidden", help=gettext_noop("Show missions whose double has ended.")
)
def show_hidden(timestamp: int) -> None:
    """Show what stands behind missions that are gone."""
    parting.show_those_behind_the_past(now=clock.now())


@jobs.periodic(
    cron="40 3 * * *", name="exchange.forget_old", help=gettext_noop("Forget old reports of feeds and old alerts.")
)
def forget_old(timestamp: int) -> None:
    """Delete reports and withdrawn texts after a month, alerts after two years."""
    now = clock.now()
    delete_in_parts(Run.objects.filter(started_at__lt=now - RUNS_KEPT), at_once=20)
    delete_in_parts(Alert.objects.filter(created_at__lt=now - ALERTS_KEPT))
    # The id stays, so that a mission that comes back is known; its text may name people, so it goes.
    past = External.objects.filter(withdrawn_at__lt=now - RUNS_KEPT).exclude(content={})
    past.update(content={}, checksum="", title_key="")
