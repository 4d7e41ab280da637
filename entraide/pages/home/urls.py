"""The address of the home page, below the language."""

from django.urls import path

from entraide.pages.home import views

home_patterns = [path("", views.home, name="home")]
