"""A search near whoever is signed in: their own place goes into the address of the list, which knows nobody."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entraide.foundation.http_cache import private_page
from entraide.volunteering.queries.mine import volunteer_of
from entraide.volunteering.rules.mission_search import read_search
from entraide.volunteering.rules.reserve import Step
from entraide.volunteering.rules.search_address import WIDEST


@private_page
@require_safe
def near_me(request: HttpRequest) -> HttpResponse:
    """Lead to the same search round the place of one's profile, or to where that is told."""
    volunteer = volunteer_of(person_id=UUID(str(request.user.pk)))
    where = (volunteer.commune.label if volunteer.commune else volunteer.postcode) if volunteer else ""
    if volunteer is None or not where:
        messages.info(request, _("Your profile does not say yet where you live: say it here, then search again."))
        return redirect(f"{reverse('volunteering:profile-step', args=[Step.PLACE])}?alone=1")
    query = read_search(request.GET).query(where=where, km=min(volunteer.radius_km, WIDEST))
    return redirect(f"{reverse('volunteering:missions')}{query}")
