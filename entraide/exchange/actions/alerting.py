"""An official alert: kept as it came, and proposed to the operators when it asks for something."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from entraide.crises import api as crises
from entraide.exchange.models import Alert, Partner
from entraide.exchange.parsing.cap import read_alert
from entraide.exchange.rules.alerts import AlertMessage, AlertOutcome, Info, Wish, decide
from entraide.exchange.zones import departements_of

_GRAVE = ("Extreme", "Severe")
LONGEST_NAME, LONGEST_TEXT = 120, 2_000


@transaction.atomic
def receive_alert(*, partner: Partner, document: bytes, now: datetime) -> tuple[Alert, bool]:
    """Keep an alert and act on it; the second value says whether it is new. A repeated one changes nothing.

    Raises BadAlert.
    """
    message = read_alert(document)
    with connection.cursor() as cursor:
        # Alerts of one sender follow one another: an update must not overtake what it updates.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"alert:{message.sender}"])
    known = Alert.objects.filter(sender=message.sender, identifier=message.identifier).first()
    if known is not None:
        return known, False
    outcome, proposal = _act(partner, message, now)
    alert = Alert.objects.create(
        partner=partner,
        identifier=message.identifier,
        sender=message.sender,
        sent=message.sent,
        status=message.status,
        message_type=message.message_type,
        outcome=outcome.value,
        proposal_id=proposal.pk if proposal else None,
        is_signed=message.is_signed,
        document=document,
    )
    return alert, True


def _act(partner: Partner, message: AlertMessage, now: datetime) -> tuple[AlertOutcome, crises.Proposal | None]:
    wish = decide(message, now=now)
    if isinstance(wish, AlertOutcome):
        return wish, None
    # Only the partner that sent an alert may change what it proposed.
    follows = [
        each
        for reference in message.references
        for each in Alert.objects.filter(
            partner=partner, sender=reference.sender, identifier=reference.identifier, proposal_id__isnull=False
        ).values_list("proposal_id", flat=True)
        if each
    ]
    if wish is Wish.CANCEL:
        closing = crises.withdraw(follows=follows, source=message.sender, now=now)
        return (AlertOutcome.CANCELLED if follows else AlertOutcome.NOTHING_ASKED), closing
    zones, is_understood = departements_of([area for info in message.infos for area in info.areas])
    if is_understood and not zones:
        return AlertOutcome.ELSEWHERE, None
    if not message.infos:
        return AlertOutcome.NOTHING_ASKED, None
    proposal = crises.propose(draft=_draft(message, zones), follows=follows, now=now)
    return (AlertOutcome.UPDATED if follows else AlertOutcome.PROPOSED), proposal


def _draft(message: AlertMessage, zones: Sequence[str]) -> crises.Draft:
    first = message.infos[0]
    french = _in("fr", message.infos) or first
    english = _in("en", message.infos) or first
    is_grave = any(info.severity in _GRAVE for info in message.infos)
    return crises.Draft(
        name={
            "fr": (french.headline or french.event)[:LONGEST_NAME],
            "en": (english.headline or english.event)[:LONGEST_NAME],
        },
        text={"fr": french.description[:LONGEST_TEXT], "en": english.description[:LONGEST_TEXT]},
        crisis_kind=crises.Kind(first.category),
        level=crises.Level.ALERT if is_grave else crises.Level.WATCH,
        zones=zones,
        areas=", ".join(dict.fromkeys(area.description for info in message.infos for area in info.areas))[
            :LONGEST_TEXT
        ],
        source=message.sender,
        expires_at=message.expires_at,
    )


def _in(language: str, infos: Sequence[Info]) -> Info | None:
    return next((info for info in infos if info.language.lower().startswith(language)), None)
