"""Journal entries as people read them. The journal holds ids and words; names are looked up when it is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from entraide.accounts import api as accounts
from entraide.pages.operator import labels
from entraide.volunteering import api as volunteering

VERBS: Mapping[str, object] = {
    "crisis.opened": _("opened the crisis"),
    "crisis.level_changed": _("changed the level"),
    "crisis.banner_changed": _("changed the banner"),
    "crisis.limits_changed": _("changed the limits"),
    "crisis.zones_changed": _("changed the départements of the crisis"),
    "crisis.proposed": _("proposed a crisis after an official alert"),
    "crisis.proposal_dismissed": _("set the proposal of an alert aside"),
    "partner.added": _("added a partner"),
    "partner.changed": _("changed a partner"),
    "partner.key_rotated": _("gave a partner another key"),
    "partner.shrink_allowed": _("let a feed withdraw what it does not name"),
    "mission.taken_apart": _("took two missions apart"),
    "line.paused": _("let nobody in any more"),
    "line.resumed": _("let people in again"),
    "line.bounded": _("changed how many are let in each second"),
    "job.retried": _("retried jobs"),
    "mail.retried": _("let mail that had failed be tried again"),
    "mail.forgotten": _("forgot mail that had failed"),
    "mail.bounces_read": _("read the addresses that mail came back from"),
    "media_node.draining": _("gave a media server no more meetings"),
    "media_node.in_service": _("put a media server back into service"),
    "create_person": _("made an account"),
    "suspend_person": _("suspended a person"),
    "reinstate_person": _("reinstated a person"),
    "erase_person": _("erased a person"),
    "change_address": _("changed a person's address"),
    "undo_address": _("gave a person's former address back"),
    "sign_out_everywhere": _("signed a person out everywhere"),
    "grant_role": _("gave a role"),
    "extend_role": _("extended a role"),
    "revoke_role": _("took a role back"),
    "invite_member": _("invited somebody"),
    "accept_invitation": _("accepted an invitation"),
    "take_back_invitation": _("took an invitation back"),
    "create_token": _("made a token"),
    "revoke_token": _("revoked a token"),
    "add_passkey": _("added a passkey"),
    "remove_passkey": _("removed a passkey"),
    "register_organisation": _("registered an organisation"),
    "edit_organisation": _("changed an organisation"),
    "submit_organisation": _("sent an organisation to be checked"),
    "take_up_organisation": _("took up the check of an organisation"),
    "validate_organisation": _("validated an organisation"),
    "ask_more_organisation": _("asked an organisation for more"),
    "suspend_organisation": _("suspended an organisation"),
    "reinstate_organisation": _("reinstated an organisation"),
    "flag_organisation": _("flagged an organisation"),
    "deregister_organisation": _("deregistered an organisation"),
    **volunteering.DEEDS,
}
# Roles are those of the apps; who acts for themselves as a volunteer needs no word.
ROLES: Mapping[str, object] = {
    **accounts.ROLE_NAMES,
    "volunteer": _("Volunteer"),
    "system": "",
    "demo": _("Demonstration"),
}
_TEXTUAL = ("from", "to", "state", "level", "count", "most_per_second", "reason")


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One line of the journal. `verb` is the word as written when it has no label."""

    id: int
    at: datetime
    who: str
    role: str
    verb: str
    thing_kind: str
    thing_id: str
    detail: str
    request_id: str


def shown(entries: Iterable[Any]) -> list[ShownEntry]:
    """Return entries with the names of those who acted, read with one query."""
    rows = list(entries)
    names = accounts.names_of(person_ids={row.actor for row in rows if row.actor})
    return [
        ShownEntry(
            id=row.pk,
            at=row.at,
            who=_who(row.actor, names),
            role=str(ROLES.get(row.role, row.role)),
            verb=str(VERBS.get(row.verb, row.verb)),
            thing_kind=row.thing_kind,
            thing_id=row.thing_id,
            detail=_detail(row.detail),
            request_id=row.request_id,
        )
        for row in rows
    ]


def told(at: datetime) -> str:
    """Return a moment in the reader's language and the platform's time zone."""
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def _who(actor: UUID | None, names: Mapping[UUID, str]) -> str:
    if actor is None:
        return str(_("the platform"))
    return names.get(actor) or str(_("somebody erased"))


def _detail(detail: Mapping[str, Any]) -> str:
    """Return the states and counts of an entry; ids say nothing to a reader."""
    if "from" in detail and "to" in detail:
        return f"{_word(detail['from'])} → {_word(detail['to'])}"
    return ", ".join(str(_word(detail[key])) for key in _TEXTUAL if detail.get(key))


def _word(value: object) -> object:
    return labels.LEVELS.get(str(value)) or labels.REASONS.get(str(value), value)
