"""What the steps of a profile are called and ask, and whose profile a request is about."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from entraide.accounts import api as accounts
from entraide.volunteering.models import Volunteer
from entraide.volunteering.queries.mine import volunteer_of
from entraide.volunteering.rules.reserve import Step, may_pause
from entraide.volunteering.rules.words import ReserveState


@dataclass(frozen=True, slots=True)
class Words:
    """What a step is called in the list of steps, and what it asks."""

    label: object
    question: object
    help: object = ""


WORDS = {
    Step.IDENTITY: Words(_("You"), _("Who are you?"), _("This makes you a volunteer.")),
    Step.PLACE: Words(
        _("Where"),
        _("Where can you help?"),
        _("You are shown, and called for, what is within your reach."),
    ),
    Step.CAUSES: Words(
        _("What"),
        _("What would you like to do?"),
        _("Tick what you like: nothing ticked means that you are open to anything."),
    ),
    Step.AVAILABILITY: Words(
        _("When"),
        _("When do you have time?"),
        _("A rough idea is enough. It commits you to nothing: you say yes or no to each slot."),
    ),
    Step.LANGUAGES: Words(
        _("Languages"),
        _("Which languages do you speak?"),
        _("Some people need help in their own language."),
    ),
    Step.PHONE: Words(
        _("Phone"),
        _("Can you be reached by phone?"),
        _("For the hour before a slot, when a mail comes too late."),
    ),
}


def whose(request: HttpRequest) -> tuple[accounts.Person, Volunteer | None]:
    person = request.user
    assert isinstance(person, accounts.Person)  # noqa: S101 (private pages have one)
    return person, volunteer_of(person_id=UUID(str(person.pk)))


def standing(volunteer: Volunteer) -> dict[str, object]:
    """Return what the part of a page shows that says whether a volunteer is called."""
    state = ReserveState(volunteer.reserve_state)
    tones = {ReserveState.AVAILABLE: "success", ReserveState.PAUSED: "warning", ReserveState.ENGAGED: "success"}
    return {
        "state": state.value,
        "tone": tones.get(state, "neutral"),
        "may_pause": may_pause(state),
        "is_paused": state is ReserveState.PAUSED,
    }
