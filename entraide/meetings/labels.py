"""What time zones and roles are called on pages and in mails."""

from django.utils.translation import gettext_lazy as _

from entraide.foundation.zones import MAINLAND, OVERSEAS
from entraide.meetings.rules.roles import Role

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
