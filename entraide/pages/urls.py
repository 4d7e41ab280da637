"""The addresses of pages, all below the language."""

from entraide.pages.home.urls import home_patterns
from entraide.pages.information.urls import information_patterns
from entraide.pages.operator.urls import operator_patterns

app_name = "pages"
urlpatterns = [
    *home_patterns,
    *information_patterns,
    *operator_patterns,
]
