"""Addresses of the app. Names of communes are in no language, so these have no language prefix."""

from django.urls import path

from entraide.territories import views

app_name = "territories"
urlpatterns = [path("complete", views.complete, name="complete")]
