"""What the sweep stands on: an organisation at work, another one elsewhere, and people in every role."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from allauth.account.internal.flows import login

from entraide.accounts import api as accounts
from entraide.accounts.actions.addresses import ask_for_address
from entraide.accounts.actions.invitations import invite_member
from entraide.accounts.actions.tokens import create_token
from entraide.accounts.arrivals import arrival_path
from entraide.accounts.models import AddressChange, ApiToken, Grant, Invitation, Person
from entraide.accounts.rules import ApiScope
from entraide.crises.models import Crisis, Proposal
from entraide.exchange.models import External, Run
from entraide.foundation.secrets import digest_of, new_secret
from entraide.meetings import models as meetings
from entraide.meetings.actions.inviting import secret_for
from entraide.meetings.rules.guests import Guest
from entraide.meetings.rules.names import shown
from entraide.volunteering.check_in_links import token_of
from entraide.volunteering.models import Mission, SavedSearch
from entraide.volunteering.place_links import place_link
from tests.exchange.situations import mission_given, partner_of
from tests.meetings.situations import node_new, opened, planned, pool_named
from tests.strict_client import StrictClient
from tests.volunteering.desk_situations import Desk, desk, signed_in
from tests.volunteering.situations import volunteer_adult

ROLES = ("anonymous", "program", "volunteer", "manager", "referent", "operator")
HOST = "testserver"


@dataclass(frozen=True, slots=True)
class Ground:
    """The browsers by role, and the values of the routes' parameters.

    `foreign` are the same things of others; `mixed` is our organisation with things of others.
    """

    browsers: dict[str, StrictClient]
    ours: dict[str, str]
    foreign: dict[str, str]
    mixed: dict[str, str] = field(default_factory=dict)


def ground() -> Ground:
    """Return the situation in which everything is tried."""
    here, there = desk(), desk()
    accounts.Organisation.objects.filter(pk=there.organisation.pk).update(departement="75")
    Mission.objects.filter(pk=there.mission.pk).update(departement_code="75")
    person = here.candidates[0].volunteer.person
    volunteer = StrictClient()
    volunteer.force_login(person)
    secret = _token_of(person.pk)[1]
    signed_in("manager", there.organisation.pk)
    browsers = {
        "anonymous": StrictClient(),
        "program": StrictClient(headers={"authorization": f"Bearer {secret}"}),
        "volunteer": volunteer,
        "manager": signed_in("manager", here.organisation.pk),
        "referent": signed_in("referent", "67"),
        "operator": signed_in("operator", ""),
    }
    for role, browser in browsers.items():
        browser.raise_request_exception = False
        if role not in ("anonymous", "program"):
            _say_when_signed_in(browser)
    ours, foreign = _values(here), _values(there)
    return Ground(browsers, ours, foreign, {**foreign, "organisation_id": ours["organisation_id"]})


def _say_when_signed_in(browser: StrictClient) -> None:
    """Have somebody signed in a moment ago, which tokens and passkeys ask for."""
    session = browser.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "code", "at": time.time()}]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = session["_auth_user_id"]
    session.save()


def _token_of(person_id: UUID) -> tuple[str, str]:
    deed = accounts.Deed(actor=person_id, now=datetime.now(UTC))
    token, secret = create_token(
        person_id=person_id, name="feed", scopes=list(ApiScope), lasts=timedelta(days=1), deed=deed
    )
    # Noting the last use is no change of a thing: it is noted already, however long the sweep lasts.
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=deed.now + timedelta(days=1))
    return str(token.pk), secret


def _invitation(organisation_id: UUID) -> tuple[str, str]:
    deed = accounts.Deed(actor=None, now=datetime.now(UTC))
    address = f"{uuid4().hex}@example.org"
    role = accounts.Role.ORGANISATION_MEMBER
    made = invite_member(organisation_id=organisation_id, email=address, role=role, language="en", deed=deed)
    # The secret itself stands in the mail alone.
    token = new_secret("invitation")
    Invitation.objects.filter(pk=made.pk).update(digest=digest_of(token))
    return str(made.pk), token


def _undo_token(person_id: UUID) -> str:
    """Return what undoes a change of a person's address; another one waits for its code."""
    now, token = datetime.now(UTC), new_secret("undo")
    AddressChange.objects.create(
        person_id=person_id, from_address=f"{uuid4().hex}@example.org", to_address=f"{uuid4().hex}@example.org",
        code_ends_at=now, done_at=now, undo_digest=digest_of(token), undo_ends_at=now + timedelta(days=7),
    )  # fmt: skip
    deed = accounts.Deed(actor=person_id, now=now)
    ask_for_address(person_id=person_id, email=f"{uuid4().hex}@example.org", language="en", deed=deed)
    return token


def _of_partner(work: Desk) -> dict[str, str]:
    """Return what a partner has here: itself, a run, a mission behind one of ours, and the proposal of an alert."""
    now, name = datetime.now(UTC), uuid4().hex[:8]
    partner, _ = partner_of(now, name=name, feed_url="https://feed.example/")
    run = Run.objects.create(partner=partner, started_at=now, state="held")
    double = External.objects.create(
        partner=partner, client_id=name, checksum="", content=mission_given(name), same_as=work.mission
    )
    proposal = Proposal.objects.create(
        kind="open", name={"fr": f"Crue {name}", "en": f"Flood {name}"}, zones=["67"], source="meteo@example.org"
    )
    return {
        "partner_id": str(partner.pk), "run_id": str(run.pk), "external_id": str(double.pk),
        "proposal_id": str(proposal.pk), "client_id": name, "publisher_id": str(partner.pk), "rest": "diffusion-rule",
    }  # fmt: skip


def _of_meeting(host: Person) -> dict[str, str]:
    """Return what somebody has planned, and the links to it."""
    meeting = planned(host, Guest(f"{uuid4().hex}@example.org"))
    link = meetings.Invitation.objects.get(meeting=meeting)
    return {"meeting_id": str(meeting.pk), "link_id": str(link.pk), "with secret": secret_for(link)}


def _values(work: Desk) -> dict[str, str]:
    candidate, now = work.candidates[0], datetime.now(UTC)
    person: Person = candidate.volunteer.person
    crisis = Crisis.objects.create(
        slug=f"storm-{uuid4().hex[:8]}", name={"en": "Storm"}, kind="Met", level="watch", starts_at=now,
        level_changed_at=now,
    )  # fmt: skip
    invitation, invitation_token = _invitation(work.organisation.pk)
    newcomer = volunteer_adult()
    # Whoever has its token ends its mails, as is meant: these have none.
    search = SavedSearch.objects.create(
        person=person, name="Parcels", query="?q=colis", cadence="feed", looked_at=now, feed_token=(token := uuid4()),
        stop_token=token,
    )  # fmt: skip
    return {
        "organisation_id": str(work.organisation.pk),
        "mission_id": str(work.mission.pk),
        "slot_id": str(work.slot.pk),
        "participation_id": str(candidate.pk),
        "search_id": str(search.pk),
        "searches token": str(token),
        "map code": "67",
        "person_id": str(person.pk),
        "crisis_id": str(crisis.pk),
        "token_id": _token_of(person.pk)[0],
        "grant_id": str(Grant.objects.get(scope_id=str(work.organisation.pk)).pk),
        "invitation_id": invitation,
        "calendar token": str(newcomer.calendar_token),
        "welcome token": urlsplit(arrival_path(person=newcomer.person, then="/en/me/")).path.split("/")[-2],
        "invitation token": invitation_token,
        "place token": place_link(candidate, email=person.email, language="en").split("/")[-2],
        "here token": token_of(work.slot.pk),
        "undo token": _undo_token(person.pk),
        # Whoever has a true one ends mails without signing in, as is meant.
        "mail token": f"{person.pk.hex}.candidates:forged",
        **_of_partner(work),
        "key": str(uuid4()),
        "pk": "1",
        "provider_id": "nobody",
        "deed": "suspend",
        "step": "place",
        **_of_meeting(person),
        "meet name": shown(opened(pool_named("public")).room.name),
        "meetings name": "waiting",
        "api call": "create",
        # Whoever has a true one comes in with it, as is meant.
        "enter secret": "forged",
        "node": str(node_new(f"sweep-{uuid4().hex[:8]}", pool=pool_named("public")).pk),
        "departements code": "67",
        "communes code": "67482",
    }
