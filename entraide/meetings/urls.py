"""The addresses of meetings, below a language."""

from django.urls import path

from entraide.meetings.views import fleet, rooms

app_name = "meetings"
urlpatterns = [
    path("meet/", rooms.start, name="start"),
    path("meet/find/", rooms.find, name="find"),
    path("meet/capacity/", fleet.capacity, name="capacity"),
    path("meet/<str:name>/", rooms.room, name="room"),
    path("meet/<str:name>/door/", rooms.door, name="door"),
    path("operator/meetings/", fleet.fleet, name="fleet"),
    path("operator/meetings/<slug:name>/", fleet.node, name="node"),
]
