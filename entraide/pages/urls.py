"""The addresses of pages, all below the language."""

from entraide.pages.operator.urls import operator_patterns

app_name = "pages"
urlpatterns = [
    *operator_patterns,
]
