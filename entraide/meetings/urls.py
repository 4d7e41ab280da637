"""The addresses of meetings, below a language."""

from django.urls import path

from entraide.meetings.views import rooms

app_name = "meetings"
urlpatterns = [
    path("meet/", rooms.start, name="start"),
    path("meet/find/", rooms.find, name="find"),
    path("meet/<str:name>/", rooms.room, name="room"),
    path("meet/<str:name>/door/", rooms.door, name="door"),
]
