"""The addresses of meetings, below a language."""

from django.urls import path

from entraide.meetings.views import fleet, inviting, planning, rooms

app_name = "meetings"
_PLAN = "meet/planned/<uuid:meeting_id>/"
urlpatterns = [
    path("meet/", rooms.start, name="start"),
    path("meet/find/", rooms.find, name="find"),
    path("meet/capacity/", fleet.capacity, name="capacity"),
    path("meet/planned/", planning.mine, name="mine"),
    path("meet/planned/new/", planning.new, name="new"),
    path("meet/planned/new/<uuid:organisation_id>/", planning.new, name="new-of-organisation"),
    path(_PLAN, planning.plan, name="plan"),
    path(f"{_PLAN}edit/", planning.edit, name="edit"),
    path(f"{_PLAN}cancel/", planning.cancel, name="cancel"),
    path(f"{_PLAN}invite/", inviting.invite, name="invite"),
    path(f"{_PLAN}guests/", inviting.guests, name="guests"),
    path(f"{_PLAN}links/<uuid:link_id>/revoke/", inviting.revoke, name="revoke"),
    path("meet/with/<str:secret>/", rooms.invited, name="invited"),
    path("meet/<str:name>/", rooms.room, name="room"),
    path("meet/<str:name>/door/", rooms.door, name="door"),
    path("operator/meetings/", fleet.fleet, name="fleet"),
    path("operator/meetings/<slug:name>/", fleet.node, name="node"),
]
