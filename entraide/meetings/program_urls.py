"""The addresses that programs ask, which are in no language: gateways, and agents of media nodes."""

from django.urls import path

from entraide.meetings.rules.seats import PATH
from entraide.meetings.views import calls, nodes

urlpatterns = [
    path(f"{PATH.removeprefix('/')}<str:name>", calls.call, name="meetings-call"),
    path("v1/media-nodes/<uuid:node>/report", nodes.report, name="media-node-report"),
]
