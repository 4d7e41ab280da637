"""The addresses of feeds that are in a language, below it."""

from django.urls import path, register_converter

from entraide.exchange.views import doubles, feeds, partners


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
    path("feeds/missions.jsonld", feeds.volunteering_data, name="volunteering-data"),
    path("feeds/organisations/<uuid:organisation_id>.ics", feeds.organisation_calendar, name="organisation-calendar"),
    path("feeds/departements/<territory:code>.ics", feeds.departement_calendar, name="departement-calendar"),
    path("feeds/communes/<territory:code>.ics", feeds.commune_calendar, name="commune-calendar"),
    path("operator/partners/", partners.partners, name="partners"),
    path("operator/partners/new/", partners.new_partner, name="new-partner"),
    path("operator/partners/<uuid:partner_id>/", partners.partner, name="partner"),
    path("operator/partners/<uuid:partner_id>/key/", partners.rotate_key, name="rotate-key"),
    path("operator/partners/<uuid:partner_id>/pull/", partners.pull_now, name="pull-now"),
    path("operator/partners/<uuid:partner_id>/shrink/", partners.allow_shrink, name="allow-shrink"),
    path("operator/partners/<uuid:partner_id>/runs/<uuid:run_id>/", partners.run, name="run"),
    path("moderation/doubles/", doubles.doubles, name="doubles"),
    path("moderation/doubles/<uuid:external_id>/apart/", doubles.apart, name="take-apart"),
]
