"""The words of the fleet as operators read them."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from entraide.meetings.rules.words import EndReason, EventKind, Health, Standing

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
