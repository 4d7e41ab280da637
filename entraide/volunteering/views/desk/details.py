"""Adding to a mission what is not asked when it is posted."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from entraide.accounts import api as accounts
from entraide.foundation import clock
from entraide.volunteering.actions.details import DetailsRefused, details_of, set_details
from entraide.volunteering.actions.missions import NotEditable, TextsChangedMeanwhile
from entraide.volunteering.forms.details import DetailsForm
from entraide.volunteering.models import Mission
from entraide.volunteering.views.desk.access import desk_page, mission_of_desk


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, organisation_id: UUID, mission_id: UUID) -> HttpResponse:
    """Show what may be added to a mission, and write it. Of two who do so at once, the second is told."""
    found = mission_of_desk(request, organisation_id, mission_id)
    form = DetailsForm(request.POST if request.method == "POST" else None, details=details_of(found), mode=found.mode)
    if not form.is_bound or not form.is_valid():
        return _page(request, found, form)
    try:
        set_details(
            acting=accounts.acting_in(request),
            mission_id=mission_id,
            wanted=form.wanted(),
            seen=form.cleaned_data["seen"],
            now=clock.now(),
        )
    except DetailsRefused as refused:
        form.tell(refused.problems)
        return _page(request, found, form)
    except TextsChangedMeanwhile:
        messages.error(
            request, gettext("Somebody else changed this mission meanwhile. Look at it, then change it again.")
        )
        return redirect("volunteering:mission-details", organisation_id, mission_id)
    except NotEditable:
        messages.error(request, gettext("Nothing was changed: this mission is finished, or a referent is reading it."))
    else:
        messages.success(request, gettext("The details were saved."))
    return redirect("volunteering:desk-mission", organisation_id, mission_id)


def _page(request: HttpRequest, found: Mission, form: DetailsForm) -> HttpResponse:
    context = {"organisation": found.organisation, "mission": found, "form": form}
    return render(request, "volunteering/desk/details.html", context, status=400 if form.errors else 200)
