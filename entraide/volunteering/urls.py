"""The addresses of volunteering, all below the language."""

from entraide.volunteering import signup_urls

app_name = "volunteering"
urlpatterns = [*signup_urls.urlpatterns]
