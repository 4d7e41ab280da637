"""The addresses that programs ask, which are in no language: gateways, agents of media nodes, learning platforms."""

from django.urls import path

from entraide.meetings.rules.seats import PATH
from entraide.meetings.views import bbb, calls, nodes, passes

urlpatterns = [
    path(f"{PATH.removeprefix('/')}<str:name>", calls.call, name="meetings-call"),
    path("v1/media-nodes/<uuid:node>/report", nodes.report, name="media-node-report"),
    path("bigbluebutton/api", bbb.api, name="bbb"),
    path("bigbluebutton/api/<path:call>", bbb.api, name="bbb-call"),
    path("bigbluebutton/api/", bbb.api, name="bbb-root"),
    path("bigbluebutton/enter/<str:secret>", passes.enter, name="meetings-enter"),
]
