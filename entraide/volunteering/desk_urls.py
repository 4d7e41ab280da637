"""The addresses of an organisation's desk and of a referent's moderation."""

from django.urls import path

from entraide.volunteering.views import explained, moderation
from entraide.volunteering.views.desk import (
    attendance,
    candidates,
    details,
    door,
    meeting,
    missions,
    overview,
    posting,
    slots,
    terms,
)

_DESK = "organisation/<uuid:organisation_id>/"
urlpatterns = [
    path(_DESK, overview.desk, name="desk"),
    path(f"{_DESK}missions/new/", posting.new_mission, name="new-mission"),
    path(f"{_DESK}missions/<uuid:mission_id>/", missions.mission, name="desk-mission"),
    path(f"{_DESK}missions/<uuid:mission_id>/edit/", missions.edit, name="edit-mission"),
    path(f"{_DESK}missions/<uuid:mission_id>/terms/", terms.terms, name="mission-terms"),
    path(f"{_DESK}missions/<uuid:mission_id>/details/", details.details, name="mission-details"),
    path(f"{_DESK}missions/<uuid:mission_id>/step/", missions.step, name="mission-step"),
    path(f"{_DESK}missions/<uuid:mission_id>/cancel/", missions.cancel, name="cancel-mission"),
    path(f"{_DESK}missions/<uuid:mission_id>/meeting/", meeting.meeting, name="mission-meeting"),
    path(f"{_DESK}missions/<uuid:mission_id>/slots/", slots.add_slots, name="add-slots"),
    path(f"{_DESK}slots/<uuid:slot_id>/", slots.slot, name="change-slot"),
    path(f"{_DESK}slots/<uuid:slot_id>/cancel/", slots.cancel_slot, name="cancel-slot"),
    path(f"{_DESK}slots/<uuid:slot_id>/attendance/", attendance.attendance, name="attendance"),
    path(f"{_DESK}slots/<uuid:slot_id>/door/", door.door, name="door"),
    path(f"{_DESK}candidates/", candidates.candidates, name="candidates"),
    path("moderation/", moderation.moderation, name="moderation"),
    path("moderation/asked/", explained.asked, name="asked"),
    path("moderation/search/", explained.explained, name="explained"),
    path("moderation/missions/<uuid:mission_id>/", moderation.mission, name="moderated-mission"),
    path("moderation/missions/<uuid:mission_id>/priority/", moderation.priority, name="mission-priority"),
]
