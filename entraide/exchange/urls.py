"""The addresses of feeds that are in a language, below it."""

from django.urls import path, register_converter

from entraide.exchange.views import feeds


class TerritoryCode:
    """The code of a commune or of a département, as it stands in addresses."""

    regex = "[0-9][0-9AB][0-9]{0,3}"

    def to_python(self, value: str) -> str:
        """Return the code."""
        return value

    def to_url(self, value: str) -> str:
        """Return the code."""
        return value


register_converter(TerritoryCode, "territory")

app_name = "exchange"
urlpatterns = [
    path("feeds/", feeds.about, name="about"),
    path("feeds/missions.atom", feeds.atom_feed, name="atom"),
    path("feeds/searches/<uuid:token>.atom", feeds.search_feed, name="search-feed"),
    path("feeds/missions.csv", feeds.table_feed, name="table"),
    path("feeds/organisations/<uuid:organisation_id>.ics", feeds.organisation_calendar, name="organisation-calendar"),
    path("feeds/departements/<territory:code>.ics", feeds.departement_calendar, name="departement-calendar"),
    path("feeds/communes/<territory:code>.ics", feeds.commune_calendar, name="commune-calendar"),
]
