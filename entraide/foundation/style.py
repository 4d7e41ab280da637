"""The living style page of a development node: every component in every state, for eyes, screenshots and axe-core."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from entraide.foundation.http_cache import no_store

LEVELS = ("watch", "alert", "mobilisation", "recovery")


class SampleForm(forms.Form):
    """One field of each kind that the portal uses."""

    name = forms.CharField(label="First name")
    email = forms.EmailField(label="E-mail address", help_text="The code to sign in is sent there.")
    day = forms.DateField(label="Day", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    domain = forms.ChoiceField(
        label="Domain", choices=[("", "Choose"), ("food", "Food aid"), ("homework", "Homework help")]
    )
    motivation = forms.CharField(label="Motivation", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    transport = forms.ChoiceField(
        label="How do you travel?", widget=forms.RadioSelect, choices=[("foot", "On foot"), ("car", "By car")]
    )
    languages = forms.MultipleChoiceField(
        label="Languages spoken",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("fr", "French"), ("en", "English"), ("lsf", "French sign language")],
    )
    consent = forms.BooleanField(
        label="I agree that the organisation sees my telephone number.", help_text="You may withdraw this at any time."
    )


class FilterForm(forms.Form):
    """A filter: nothing in it is required, so nothing is marked as optional."""

    all_optional = True
    where = forms.CharField(label="Commune or postcode", required=False)
    remote = forms.BooleanField(label="Remote only", required=False)


CARDS = [
    {
        "title": "Sort and deliver food parcels",
        "url": "#card-1",
        "kicker": "Banque alimentaire (demo)",
        "meta": [("place", "Rennes (35)"), ("calendar", "Sat 4 April, 9:00 to 12:00"), ("time", "3 hours")],
        "badges": [("Food aid", "accent"), ("Urgent", "danger")],
        "note": "4 places left",
    },
    {
        "title": "Call isolated neighbours",
        "url": "#card-2",
        "kicker": "Centre social du Blosne (demo)",
        "meta": [("remote", "Remote"), ("calendar", "Every weekday"), ("people", "From 18 years on")],
        "badges": [("Isolated people", "accent")],
        "note": "12 places left",
    },
    {
        "title": "Sew visors and masks with the makers of the district",
        "url": "#card-3",
        "kicker": "Atelier partagé (demo)",
        "meta": [("place", "Lyon 7e (69)"), ("calendar", "Sun 5 April, 14:00 to 18:00")],
        "badges": [("Protective equipment", "accent"), ("Full", "neutral")],
        "note": "Full: ask to be told when a place is free",
    },
]


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Show every component. `?level=` picks the banner's crisis level, `?chrome=private` the signed-in header."""
    level = request.GET.get("level", "alert")
    context = {
        "chrome": "foundation/private.html" if request.GET.get("chrome") == "private" else "foundation/public.html",
        "crisis": {
            "level": level if level in LEVELS else "alert",
            "name": "Epidemic (demo)",
            "text": "Organisations need people to deliver food and to call isolated neighbours.",
        },
        "form": SampleForm(),
        "form_with_errors": SampleForm({"email": "not-an-address", "name": ""}, auto_id="id_wrong_%s"),
        "filter_form": FilterForm(auto_id="id_filter_%s"),
        "cards": CARDS,
        "crumbs": [("Home", "/"), ("Missions", "#"), ("Sort and deliver food parcels", "")],
        "facts": [("Organisation", "Banque alimentaire (demo)"), ("Age", "From 16 years on"), ("Duration", "3 hours")],
        "steps": ["Your details", "Check your mail", "Choose a slot"],
        "now": datetime.fromisoformat("2020-04-04T09:00:00+02:00"),
    }
    if request.GET.get("chrome") == "private":
        signed_in = cast(Any, request)
        signed_in.user = SimpleNamespace(is_authenticated=True, first_name="Demo", email="demo@example.org")
        signed_in.acting = SimpleNamespace(role_label="Volunteer")
        messages.success(request, "Your place is confirmed.")
    return no_store(render(request, "foundation/dev/style.html", context))
