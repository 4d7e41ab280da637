"""What time zones, roles and the states of media servers are called on pages and in mails."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from entraide.foundation.zones import MAINLAND, OVERSEAS
from entraide.meetings.rules.roles import Role
from entraide.meetings.rules.words import EndReason, EventKind, Health, Standing

_NAMES = {
    "971": _("Guadeloupe"),
    "972": _("Martinique"),
    "973": _("French Guiana"),
    "974": _("Réunion"),
    "975": _("Saint-Pierre and Miquelon"),
    "976": _("Mayotte"),
    "977": _("Saint-Barthélemy"),
    "978": _("Saint-Martin"),
    "984": _("French Southern Territories"),
    "986": _("Wallis and Futuna"),
    "987": _("French Polynesia"),
    "988": _("New Caledonia"),
}
ZONES = {MAINLAND: _("Mainland France")} | {zone: _NAMES[code] for code, zone in OVERSEAS.items()}
ROLES = {
    Role.OWNER.value: _("Host"),
    Role.MODERATOR.value: _("Hosts with you"),
    Role.SPEAKER.value: _("Speaks"),
    Role.LISTENER.value: _("Listens"),
}
HEALTHS: Mapping[str, object] = {
    Health.FRESH.value: _("well"),
    Health.SUSPECT.value: _("doubtful"),
    Health.DEAD.value: _("dead"),
    Health.RETURNING.value: _("coming back"),
}
HEALTH_TONES = {
    Health.FRESH.value: "success",
    Health.SUSPECT.value: "warning",
    Health.DEAD.value: "danger",
    Health.RETURNING.value: "neutral",
}
STANDINGS: Mapping[str, object] = {
    Standing.IN_SERVICE.value: _("in service"),
    Standing.DRAINING.value: _("gets no more meetings"),
    Standing.RETIRED.value: _("taken out"),
}
HAPPENED: Mapping[str, object] = {
    "placed": _("A meeting came"),
    "placed_again": _("A meeting came from another server"),
    EndReason.ROOM_ENDED.value: _("A meeting ended"),
    EndReason.DEMOTED.value: _("A meeting went on directly, between two browsers"),
    EndReason.MOVED.value: _("A meeting moved to another server"),
    EndReason.NODE_DEAD.value: _("A meeting was lost by this server, and goes to another"),
    EventKind.ADDED.value: _("The server was added"),
    EventKind.HEALTH.value: _("The server changed"),
    EventKind.STANDING.value: _("The server changed"),
}
STATES = {**HEALTHS, **STANDINGS}
