"""Telling: one question at a time, each answer saved as it comes, none of them required."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from entraide.accounts import api as accounts
from entraide.foundation import clock
from entraide.foundation.http_cache import private_page
from entraide.volunteering.actions.profiles import (
    NewProfile,
    Wishes,
    change_profile,
    open_profile,
)
from entraide.volunteering.forms import profile as profile_forms
from entraide.volunteering.models import Volunteer
from entraide.volunteering.rules.reserve import Step, steps_to_take
from entraide.volunteering.rules.zones import local_day
from entraide.volunteering.views.profile.words import WORDS, whose

# The field that says that one part is changed by itself, from the overview, and leads back there.
ALONE = "alone"


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, step: Step) -> HttpResponseBase:
    """Ask one thing, save the answer and go on. Whoever is no volunteer yet becomes one by the first step."""
    person, volunteer = whose(request)
    if step is Step.IDENTITY:
        return _identity(request, person, volunteer)
    if volunteer is None:
        return redirect("volunteering:profile-step", step=Step.IDENTITY)
    form = _form(request, step, person, volunteer)
    if not form.is_bound or not form.is_valid():
        return _ask(request, step, form, volunteer)
    if isinstance(form, profile_forms.PhoneForm):
        _keep_phone(person, form.cleaned_data["phone"])
        return _go_on(request, step, volunteer)
    change_profile(acting=accounts.acting_in(request), wishes=form.wishes(), now=clock.now())
    if isinstance(form, profile_forms.PlaceForm) and form.asks_commune_next:
        return redirect(f"{address_of(step)}?commune=ask{f'&{ALONE}=1' if _is_alone(request) else ''}")
    return _go_on(request, step, volunteer)


Form = profile_forms.PlaceForm | profile_forms.PhoneForm | profile_forms.BoxesForm


def _form(request: HttpRequest, step: Step, person: accounts.Person, volunteer: Volunteer) -> Form:
    data = request.POST if request.method == "POST" else None
    match step:
        case Step.PLACE:
            ask = request.GET.get("commune") == "ask"
            return profile_forms.PlaceForm(data, volunteer=volunteer, ask_commune=ask)
        case Step.CAUSES:
            return profile_forms.CausesForm(data, volunteer=volunteer)
        case Step.AVAILABILITY:
            return profile_forms.AvailabilityForm(data, volunteer=volunteer)
        case Step.LANGUAGES:
            return profile_forms.LanguagesForm(data, volunteer=volunteer)
        case _:
            return profile_forms.PhoneForm(data, initial={"phone": person.phone})


def _identity(request: HttpRequest, person: accounts.Person, volunteer: Volunteer | None) -> HttpResponseBase:
    now = clock.now()
    born: date | None = volunteer.birth_date if volunteer else None
    form = profile_forms.IdentityForm(
        request.POST if request.method == "POST" else None,
        today=local_day(now),
        is_new=volunteer is None,
        initial={"first_name": person.first_name, "last_name": person.last_name, "birth_date": born},
    )
    if not form.is_bound or not form.is_valid():
        return _ask(request, Step.IDENTITY, form, volunteer)
    data, person_id = form.cleaned_data, UUID(str(person.pk))
    accounts.change_profile(person_id=person_id, profile=_profile_of(person, data))
    if volunteer is None:
        opened = NewProfile(birth_date=data["birth_date"], postcode=data["postcode"])
        open_profile(person_id=person_id, profile=opened, now=now)
        messages.success(request, _("You are a volunteer now. Tell us a little more, or go straight to the missions."))
    else:
        wishes = Wishes(birth_date=data["birth_date"])
        change_profile(acting=accounts.acting_in(request), wishes=wishes, now=now)
    return _go_on(request, Step.IDENTITY, volunteer)


def _profile_of(person: accounts.Person, changes: dict[str, Any]) -> accounts.Profile:
    names = ("first_name", "last_name", "phone", "locale")
    return accounts.Profile(**{name: changes.get(name, getattr(person, name)) for name in names})


def _keep_phone(person: accounts.Person, phone: str) -> None:
    accounts.change_profile(person_id=UUID(str(person.pk)), profile=_profile_of(person, {"phone": phone}))


def _ask(request: HttpRequest, step: Step, form: forms.Form, volunteer: Volunteer | None) -> HttpResponse:
    steps = steps_around(step, volunteer)
    place = steps.index(step)
    alone = _is_alone(request)
    context = {
        "step": step.value,
        "form": form,
        "words": WORDS[step],
        "is_new": volunteer is None,
        "alone": alone,
        "steps": [WORDS[each].label for each in steps],
        "current": place + 1,
        "skip_path": "" if volunteer is None else _address_after(step, steps),
        "back_path": address_of(steps[place - 1]) if place else "",
        "asks_commune": request.GET.get("commune") == "ask",
    }
    return render(request, "volunteering/profile/step.html", context, status=400 if form.errors else 200)


def steps_around(step: Step, volunteer: Volunteer | None) -> tuple[Step, ...]:
    """Return the steps in whose course this one is asked."""
    knows = volunteer is not None and volunteer.birth_date is not None and step is not Step.IDENTITY
    return steps_to_take(knows_identity=knows)


def _is_alone(request: HttpRequest) -> bool:
    return bool(request.POST.get(ALONE) or request.GET.get(ALONE))


def _go_on(request: HttpRequest, step: Step, volunteer: Volunteer | None) -> HttpResponse:
    if _is_alone(request):
        messages.success(request, _("Your details were saved."))
        return redirect("volunteering:profile")
    return redirect(_address_after(step, steps_around(step, volunteer)))


def address_of(step: Step) -> str:
    return reverse("volunteering:profile-step", args=[step])


def _address_after(step: Step, steps: tuple[Step, ...]) -> str:
    place = steps.index(step) + 1
    return address_of(steps[place]) if place < len(steps) else reverse("volunteering:profile-ready")
