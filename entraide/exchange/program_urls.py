"""The addresses for programs, which are in no language."""

from django.urls import path

from entraide.exchange.endpoints import alerts, changes, missions_in, missions_out, others_out, runs

urlpatterns = [
    path("feeds/changes", changes.feed, name="changes"),
    path("api/v0/mission", missions_out.missions, name="v0-missions"),
    path("api/v0/mission/search", missions_out.search, name="v0-search"),
    path("api/v0/mission/<str:mission_id>", missions_out.mission, name="v0-mission"),
    path("api/v0/mymission", missions_in.mine, name="v0-mine"),
    path("api/v0/mymission/<str:client_id>", missions_in.mine_one, name="v0-mine-one"),
    path("api/v0/myimport", runs.runs, name="v0-runs"),
    path("api/v0/myimport/<uuid:run_id>", runs.run, name="v0-run"),
    path("api/v0/organization", others_out.organisations, name="v0-organisations"),
    path("api/v0/publisher", others_out.publishers, name="v0-publishers"),
    path("api/v0/publisher/<uuid:publisher_id>", others_out.publisher, name="v0-publisher"),
    path("api/v2/mission", missions_in.collection, name="v2-missions"),
    path("api/v2/mission/<str:client_id>", missions_in.item, name="v2-mission"),
    path("api/v0/<path:rest>", others_out.nothing_here, name="v0-nothing"),
    path("api/v2/<path:rest>", others_out.nothing_here, name="v2-nothing"),
    path("api/cap/alerts", alerts.alerts, name="cap-alerts"),
]
