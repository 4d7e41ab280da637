"""The tables of volunteering."""

from entraide.volunteering.models.asked_search import AskedSearch
from entraide.volunteering.models.mission import Mission, MissionPlace, MissionQuerySet
from entraide.volunteering.models.notice import Notice
from entraide.volunteering.models.participation import Participation, ParticipationQuerySet
from entraide.volunteering.models.saved_search import SavedSearch
from entraide.volunteering.models.signup import Settlement, SignUp
from entraide.volunteering.models.slot import Slot, SlotQuerySet
from entraide.volunteering.models.template import Template, TemplateQuerySet
from entraide.volunteering.models.volunteer import Volunteer

__all__ = [
    "AskedSearch",
    "Mission",
    "MissionPlace",
    "MissionQuerySet",
    "Notice",
    "Participation",
    "ParticipationQuerySet",
    "SavedSearch",
    "Settlement",
    "SignUp",
    "Slot",
    "SlotQuerySet",
    "Template",
    "TemplateQuerySet",
    "Volunteer",
]
