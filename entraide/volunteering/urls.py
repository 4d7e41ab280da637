"""The addresses of volunteering, all below the language."""

from django.urls import path

from entraide.volunteering import signup_urls
from entraide.volunteering.views import public

app_name = "volunteering"
urlpatterns = [
    path("missions/", public.missions, name="missions"),
    path("missions/<uuid:mission_id>/", public.mission, name="mission"),
    *signup_urls.urlpatterns,
]
