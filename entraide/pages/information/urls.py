"""The addresses of the pages of information, within those of `pages`."""

from django.urls import path

from entraide.pages.information import views

information_patterns = [
    path("help/", views.help_page, name="help"),
    path("legal/", views.legal, name="legal"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
]
