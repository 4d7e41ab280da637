"""What was told, whether the volunteer is called, and what happens next."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from entraide.accounts import api as accounts
from entraide.foundation import clock
from entraide.foundation.http_cache import private_page
from entraide.volunteering import labels
from entraide.volunteering.actions.profiles import (
    NothingToPause,
    pause_volunteer,
    resume_volunteer,
)
from entraide.volunteering.cards import cards
from entraide.volunteering.models import Volunteer
from entraide.volunteering.queries.reserve import missions_near, told_steps
from entraide.volunteering.rules.reserve import Step
from entraide.volunteering.views.profile.steps import address_of, steps_around
from entraide.volunteering.views.profile.words import WORDS, standing, whose


@private_page
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """Show all that a volunteer told, each part with its way to change it, and whether they are called."""
    person, volunteer = whose(request)
    if volunteer is None:
        return redirect("volunteering:profile-step", step=Step.IDENTITY)
    told = told_steps(volunteer, phone=person.phone)
    context = {
        "volunteer": volunteer,
        "parts": [
            {"step": step.value, "label": WORDS[step].label, "told": _said(step, person, volunteer)} for step in Step
        ],
        "first_open": next((step.value for step in Step if step not in told), ""),
        **standing(volunteer),
    }
    return render(request, "volunteering/profile/overview.html", context)


def _said(step: Step, person: accounts.Person, volunteer: Volunteer) -> list[str]:
    """Return what was told in a step as lines to read; none when nothing was."""
    match step:
        case Step.IDENTITY:
            born = volunteer.birth_date
            return [line for line in (person.get_full_name(), f"{born:%d/%m/%Y}" if born else "") if line]
        case Step.PLACE:
            name = volunteer.commune.name if volunteer.commune else ""
            reach = _("up to %(km)s km") % {"km": volunteer.radius_km}
            return [f"{volunteer.postcode} {name}".strip(), reach] if volunteer.postcode else []
        case Step.CAUSES:
            causes = [labels.named(word, "Domain") for word in volunteer.domains]
            return causes + [labels.named(word, "Activity") for word in volunteer.activities]
        case Step.AVAILABILITY:
            return [labels.named(word, "Availability") for word in volunteer.availability]
        case Step.LANGUAGES:
            return [labels.named(word, "Language") for word in volunteer.languages]
        case Step.PHONE:
            return [person.phone] if person.phone else []


@private_page
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Say what happens next, and offer the missions near."""
    person, volunteer = whose(request)
    if volunteer is None:
        return redirect("volunteering:profile-step", step=Step.IDENTITY)
    now = clock.now()
    steps = steps_around(Step.PHONE, volunteer)
    context = {
        "volunteer": volunteer,
        "cards": cards(missions_near(volunteer, now=now), language=get_language() or "fr", now=now),
        "steps": [WORDS[each].label for each in steps],
        "after_last": len(steps) + 1,
        "back_path": address_of(steps[-1]),
        "asks_availability": not volunteer.availability,
        "email": person.email,
        **standing(volunteer),
    }
    return render(request, "volunteering/profile/ready.html", context)


@private_page
@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Pause a volunteer or end the pause, as asked."""
    wanted = {"pause": pause_volunteer, "resume": resume_volunteer}.get(request.POST.get("wish", ""))
    if wanted is None or whose(request)[1] is None:
        messages.error(request, _("Choose whether you want to be called."))
        return redirect("volunteering:profile")
    try:
        wanted(acting=accounts.acting_in(request), now=clock.now())
    except NothingToPause:
        messages.info(request, _("Nothing was changed: it stands already as you see below."))
    else:
        paused = wanted is pause_volunteer
        said = _("Nobody calls you until you say so. You keep the slots that you have.")
        messages.success(request, said if paused else _("Welcome back: you can be called again."))
    return redirect("volunteering:profile")
