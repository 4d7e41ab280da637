"""Partners: added, changed, given another key; each in the journal."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from entraide.accounts.api import Deed
from entraide.exchange.models import Partner
from entraide.exchange.rules.words import FeedKind, Moderation
from entraide.foundation import jobs
from entraide.foundation.secrets import digest_of, new_secret
from entraide.journal import api as journal

# How long the former key still opens, so that a partner changes it without an hour of silence.
KEY_OVERLAP = timedelta(days=2)


class ChangedMeanwhile(Exception):
    """Somebody else changed the partner after the operator had read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerDetails:
    """What an operator says of a partner."""

    name: str
    website: str
    moderation: Moderation
    sends_missions: bool
    sends_alerts: bool
    feed_url: str
    feed_kind: FeedKind
    is_active: bool


@transaction.atomic
def add_partner(*, details: PartnerDetails, deed: Deed) -> tuple[Partner, str]:
    """Add a partner and return it with its key, which cannot be had again. Raises IntegrityError for a name taken."""
    key = new_secret("partner")
    partner = Partner.objects.create(**asdict(details), key_digest=digest_of(key), key_made_at=deed.now)
    _journal(partner.pk, "partner.added", deed)
    return partner, key


@transaction.atomic
def change_partner(*, partner_id: UUID, seen_version: int, details: PartnerDetails, deed: Deed) -> None:
    """Change what is said of a partner. Raises ChangedMeanwhile, IntegrityError for a name taken."""
    if not Partner.objects.filter(pk=partner_id, version=seen_version).update(**asdict(details)):
        raise ChangedMeanwhile
    _journal(partner_id, "partner.changed", deed)


@transaction.atomic
def rotate_key(*, partner_id: UUID, seen_version: int, deed: Deed) -> str:
    """Give a partner another key and return it; the former one opens for two days more. Raises ChangedMeanwhile."""
    key = new_secret("partner")
    row = Partner.objects.select_for_update().filter(pk=partner_id, version=seen_version).first()
    if row is None:
        raise ChangedMeanwhile
    row.former_key_digest, row.former_key_until = row.key_digest, deed.now + KEY_OVERLAP
    row.key_digest, row.key_made_at = digest_of(key), deed.now
    row.save()
    _journal(partner_id, "partner.key_rotated", deed)
    return key


@transaction.atomic
def allow_shrink(*, partner_id: UUID, deed: Deed) -> None:
    """Let the next run withdraw whatever its feed does not name, and ask for that run."""
    if Partner.objects.filter(pk=partner_id).update(shrink_allowed=True):
        _journal(partner_id, "partner.shrink_allowed", deed)
        ask_to_pull(partner_id=partner_id)


def ask_to_pull(*, partner_id: UUID) -> None:
    """Have the worker fetch a partner's feed, once however often it is asked before it does."""
    key = str(partner_id)
    jobs.defer("exchange.pull", queueing_lock=f"exchange.pull:{key}", lock=f"exchange.pull:{key}", partner_id=key)


def _journal(partner_id: UUID, verb: str, deed: Deed) -> None:
    journal.record(actor=deed.actor, role=deed.role, verb=verb, thing_kind="partner", thing_id=partner_id, now=deed.now)
