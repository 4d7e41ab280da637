"""Coming with fewer people than one had said: the places of the others go back at once."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from entraide.accounts.api import acting_in
from entraide.foundation import clock
from entraide.foundation.http_cache import private_page
from entraide.volunteering.actions.leaving import OnlyFewer, TooLateToCancel, come_with_fewer
from entraide.volunteering.forms.joining import SeatsForm
from entraide.volunteering.queries import mine
from entraide.volunteering.views.places_held import place_held


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def fewer(request: HttpRequest, participation_id: UUID) -> HttpResponse:
    """Ask with how many people somebody comes after all, and give the other places back."""
    now = clock.now()
    row = mine.my_participation(person_id=UUID(str(request.user.pk)), participation_id=participation_id)
    if row is None:
        raise Http404
    place = place_held(row, now=now)
    if not place.fewer_path:
        return redirect("volunteering:participation", participation_id=participation_id)
    form = SeatsForm(request.POST if request.method == "POST" else None, most=row.seats)
    if not form.is_bound or not form.is_valid():
        context = {"form": form, "place": place}
        return render(request, "volunteering/fewer.html", context, status=400 if form.errors else 200)
    seats = form.cleaned_data["seats"]
    try:
        come_with_fewer(acting=acting_in(request), participation_id=participation_id, seats=seats, now=now)
    except (OnlyFewer, TooLateToCancel):
        messages.error(request, _("It is too late to change this here: tell the organisation."))
    else:
        said = ngettext("You keep %(seats)s place.", "You keep %(seats)s places.", seats)
        messages.success(request, said % {"seats": seats})
    return redirect("volunteering:participation", participation_id=participation_id)
