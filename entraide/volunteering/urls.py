"""The addresses of volunteering, all below the language."""

from django.urls import path

from entraide.volunteering import desk_urls, profile_urls, signup_urls
from entraide.volunteering.views import (
    calendar,
    check_in,
    fewer,
    join,
    map,
    near_me,
    public,
    reconfirming,
    saved_searches,
    space,
)

app_name = "volunteering"
urlpatterns = [
    path("missions/", public.missions, name="missions"),
    path("missions/map/", map.missions_map, name="map"),
    path("missions/map/<slug:code>/", map.departement_map, name="departement-map"),
    path("missions/<uuid:mission_id>/", public.mission, name="mission"),
    path("slots/<uuid:slot_id>/join/", join.join, name="join"),
    path("me/", space.space, name="space"),
    path("me/participations/<uuid:participation_id>/", space.participation, name="participation"),
    path("me/participations/<uuid:participation_id>/keep/", reconfirming.still_coming, name="keep-place"),
    path("here/<str:token>/", check_in.here, name="check-in"),
    path("place/<str:token>/", reconfirming.place, name="place"),
    path("me/participations/<uuid:participation_id>/cancel/", space.cancel, name="cancel"),
    path("me/participations/<uuid:participation_id>/fewer/", fewer.fewer, name="fewer"),
    path("me/participations/<uuid:participation_id>/entraide.ics", calendar.event, name="event"),
    path("me/messages/", space.messages_page, name="messages"),
    path("me/calendar/", space.new_calendar, name="new-calendar"),
    path("me/near/", near_me.near_me, name="near-me"),
    path("me/searches/", saved_searches.searches, name="searches"),
    path("me/searches/new/", saved_searches.new, name="new-search"),
    path("me/searches/<uuid:search_id>/", saved_searches.change, name="change-search"),
    path("me/searches/<uuid:search_id>/delete/", saved_searches.delete, name="delete-search"),
    path("searches/<uuid:token>/stop/", saved_searches.stop, name="stop-search"),
    path("me/data/", space.my_data, name="my-data"),
    path("me/erase/", space.erase, name="erase"),
    path("erased/", public.erased, name="erased"),
    *profile_urls.urlpatterns,
    *desk_urls.urlpatterns,
    *signup_urls.urlpatterns,
]
