"""Searches that somebody keeps: listed, saved, changed and deleted in one's own space; mails ended by a link."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entraide.accounts.api import acting_in
from entraide.foundation import clock
from entraide.foundation.http_cache import no_store, private_page
from entraide.foundation.mail import is_one_click
from entraide.volunteering.actions import saved_searches as actions
from entraide.volunteering.forms.saved_search import CADENCES, SavedSearchForm
from entraide.volunteering.models import SavedSearch
from entraide.volunteering.queries.meaning import meant_by
from entraide.volunteering.queries.saved_searches import my_searches, search_of
from entraide.volunteering.rules.mission_search import read_search
from entraide.volunteering.rules.saved_searches import LONGEST_NAME, LONGEST_QUERY, Cadence
from entraide.volunteering.views.chips import chips


@private_page
@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    """List a person's saved searches, each with its feed."""
    rows = [
        (
            search,
            CADENCES[search.cadence],
            f"{reverse('volunteering:missions')}{search.query}",
            request.build_absolute_uri(f"/{get_language()}/feeds/searches/{search.feed_token}.atom"),
        )
        for search in my_searches(person_id=UUID(str(request.user.pk)))
    ]
    return render(request, "volunteering/searches/list.html", {"rows": rows})


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Save the search that stands in the address."""
    query = read_search(request.GET).query(sort=None)
    if query == "?" or len(query) > LONGEST_QUERY:
        messages.error(request, _("There is nothing to save: choose words, a place or a filter first."))
        return redirect("volunteering:missions")
    first = {"name": _name_of(query), "cadence": Cadence.DAILY.value}
    form = SavedSearchForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        try:
            actions.save_search(acting=acting_in(request), query=query, saving=form.saving(), now=clock.now())
        except actions.TooManySaved:
            messages.error(request, _("You have saved as many searches as one may: delete one first."))
        else:
            messages.success(request, _("The search is saved."))
        return redirect("volunteering:searches")
    return _form_page(request, form, _("Save this search"), query)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """Change a saved search's name and how its person hears of something new."""
    found = _own(request, search_id)
    first = {"name": found.name, "cadence": found.cadence}
    form = SavedSearchForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        actions.change_search(acting=acting_in(request), search_id=search_id, saving=form.saving(), now=clock.now())
        messages.success(request, _("The search is saved."))
        return redirect("volunteering:searches")
    return _form_page(request, form, _("Change this search"), found.query)


@private_page
@require_POST
def delete(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """Forget a saved search. Its person finds it again by searching; so nothing is asked first."""
    actions.delete_search(acting=acting_in(request), search_id=search_id)
    messages.success(request, _("The search is deleted."))
    return redirect("volunteering:searches")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: UUID) -> HttpResponse:
    """End the mails of a search for whoever has the link of one, or for their mail program.

    Opening it asks first, since mail programs open links. The link itself is the proof that a form's token would be.
    """
    found = SavedSearch.objects.filter(stop_token=token).first()
    if found is None:
        return no_store(render(request, "volunteering/searches/stop.html", {"is_gone": True}, status=404))
    if request.method == "POST":
        actions.stop_mails(token=token)
        if not is_one_click(request):
            return redirect("volunteering:stop-search", token)
    is_stopped = request.method == "POST" or found.cadence == Cadence.FEED.value
    context = {"search": found, "is_stopped": is_stopped}
    return no_store(render(request, "volunteering/searches/stop.html", context))


def _own(request: HttpRequest, search_id: UUID) -> SavedSearch:
    found = SavedSearch.objects.filter(person_id=UUID(str(request.user.pk)), pk=search_id).first()
    if found is None:
        raise Http404
    return found


def _form_page(request: HttpRequest, form: SavedSearchForm, title: str, query: str) -> HttpResponse:
    context = {"form": form, "title": title, "said": _chips_of(query)}
    return render(request, "volunteering/searches/form.html", context, status=400 if form.errors else 200)


def _chips_of(query: str) -> list[str]:
    """Return what a search asks for, in words."""
    typed, labels = _said_by(query)
    return [*([_("“%(text)s”") % {"text": typed}] if typed else []), *labels]


def _name_of(query: str) -> str:
    typed, labels = _said_by(query)
    return ", ".join([*([typed] if typed else []), *labels])[:LONGEST_NAME]


def _said_by(query: str) -> tuple[str, list[str]]:
    """Return the words that a search looks for, without the place among them, and all else that it asks for."""
    search = search_of(query)
    meant = meant_by(search)
    return meant.words.strip(), [chip.label for chip in chips(search, meant.place, is_heard=meant.is_heard)]
