"""What a drill makes and reads in the tables of its node: `python -m tests.drills.portal_rows make|read`, with JSON.

It runs in a process of its own, since Django has one database for each process.
"""

import json
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

# The apps must be loaded before their models are.
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from entraide.accounts.actions.tokens import create_token  # noqa: E402
from entraide.accounts.api import ApiScope, Deed  # noqa: E402
from entraide.volunteering.models import Notice, Participation  # noqa: E402
from entraide.volunteering.rules.words import Source  # noqa: E402
from tests.volunteering.situations import (  # noqa: E402
    books_balance,
    mission_online,
    organisation_validated,
    slot_tomorrow,
    volunteer_adult,
)

MAILS_SQL = """
SELECT key::text, substring(context->>'address' FROM '/me/participations/([0-9a-f-]{36})/')
FROM foundation_mail WHERE template = 'volunteering/mail/notice'
"""
SLOTS, PLACES = 4, 2


def make(people: int) -> dict[str, Any]:
    """Make slots of few places, half with instant admission and half with review, and volunteers with tokens.

    The slots are far enough ahead that nobody is reminded of one yet.
    """
    now = timezone.now()
    organisation = organisation_validated(now=now)
    missions = [
        mission_online(now=now, organisation=organisation, admission=each, groups_welcome=True)
        for each in ("instant", "review")
    ]
    slots = [
        slot_tomorrow(mission, now=now, capacity=PLACES, hours=240 + 3 * (2 * number + turn))
        for turn, mission in enumerate(missions)
        for number in range(SLOTS // 2)
    ]
    return {"slots": [str(slot.pk) for slot in slots], "tokens": [_token() for _ in range(people)]}


def _token() -> str:
    person_id = volunteer_adult().person_id
    deed = Deed(actor=person_id, role="", now=timezone.now())
    lasts = timedelta(hours=1)
    return create_token(person_id=person_id, name="drill", scopes=list(ApiScope), lasts=lasts, deed=deed)[1]


def read() -> dict[str, Any]:
    """Return the applications that came over HTTP, their notices and the mails that wait; fail when books are wrong."""
    books_balance()
    rows = Participation.objects.filter(source=Source.API.value)
    notices = Notice.objects.filter(participation__in=rows)
    with connection.cursor() as cursor:
        cursor.execute(MAILS_SQL)
        mails = dict(cursor.fetchall())
    return {
        "rows": {
            str(row.pk): {"state": row.state, "key": str(row.idempotency_key), "seats": row.seats} for row in rows
        },
        "notices": [[str(row.participation_id), row.kind, row.sent_at is not None] for row in notices],
        "mails": mails,
    }


if __name__ == "__main__":
    done = make(int(sys.argv[2])) if sys.argv[1] == "make" else read()
    sys.stdout.write(json.dumps(done))
