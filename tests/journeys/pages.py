"""The one list of all pages: who sees each. Most addresses are found by following links, as that person would."""

import html
import re
from collections import deque
from urllib.parse import urlsplit
from uuid import UUID

from django.urls import Resolver404, resolve
from django.utils import translation
from playwright.sync_api import APIRequestContext

from entraide.accounts.api import Role

# The longer of the two languages, which overflows first.
LANGUAGE = "fr"
LINK = re.compile(r'href="(/fr/[^"#]*)')

ANYONE = "anyone"
VOLUNTEER = "volunteer"
Visitor = Role | str

PAGES: dict[Visitor, tuple[str, ...]] = {
    ANYONE: (
        "pages:home", "pages:help", "pages:legal", "pages:accessibility", "pages:privacy",
        "volunteering:missions", "volunteering:map", "volunteering:departement-map",
        "volunteering:mission", "volunteering:signup", "volunteering:join", "account_login",
        "exchange:about", "meetings:start", "meetings:capacity",
    ),
    VOLUNTEER: (
        "volunteering:space", "volunteering:participation", "volunteering:cancel", "volunteering:fewer",
        "volunteering:erase", "volunteering:profile", "volunteering:profile-step", "volunteering:searches",
        "accounts:profile", "accounts:address", "accounts:roles", "accounts:tokens", "accounts:work-mail",
        "accounts:register", "mfa_index", "mfa_add_webauthn", "meetings:mine", "meetings:new",
    ),
    Role.ORGANISATION_MANAGER: (
        "volunteering:desk", "volunteering:new-mission", "volunteering:desk-mission", "volunteering:mission-terms",
        "volunteering:mission-details", "volunteering:edit-mission", "volunteering:cancel-mission",
        "volunteering:add-slots", "volunteering:attendance",
        "volunteering:change-slot", "volunteering:door", "volunteering:cancel-slot", "volunteering:candidates",
        "accounts:members", "accounts:organisation", "volunteering:mission-meeting", "meetings:new-of-organisation",
    ),
    Role.REFERENT: (
        "volunteering:moderation", "volunteering:moderated-mission", "volunteering:explained", "volunteering:asked",
        "accounts:organisations",
        "accounts:find-organisations", "exchange:doubles",
    ),
    Role.CRISIS_COORDINATOR: ("pages:operator-crisis", "pages:operator-level", "pages:operator-limits"),
    Role.OPERATOR: (
        "pages:operator", "pages:operator-open-crisis", "pages:operator-line", "pages:operator-jobs",
        "pages:operator-mail", "pages:operator-journal", "accounts:people", "accounts:person", "accounts:change-person",
        "exchange:partners", "exchange:new-partner", "meetings:fleet",
    ),
}  # fmt: skip
# Pages that no link leads to, or only one on a page that is gone by then, with their status.
UNLINKED: dict[str, tuple[Visitor, str, int]] = {
    "pages:operator-mail-forget": (Role.OPERATOR, "/fr/operator/mail/forget/", 200),
    "account_logout": (VOLUNTEER, "/fr/account/logout/", 200),
    "account_inactive": (ANYONE, "/fr/account/inactive/", 200),
    "socialaccount_login_cancelled": (ANYONE, "/fr/account/provider/cancelled/", 200),
    "socialaccount_login_error": (ANYONE, "/fr/account/provider/error/", 401),
    "volunteering:erased": (ANYONE, "/fr/erased/", 200),
    "volunteering:messages": (VOLUNTEER, "/fr/me/messages/", 200),
    "volunteering:profile-ready": (VOLUNTEER, "/fr/me/volunteer/ready/", 200),
    "volunteering:new-search": (VOLUNTEER, "/fr/me/searches/new/?q=colis+strasbourg", 200),
    "volunteering:check-in": (VOLUNTEER, "/fr/here/x/", 404),
    "volunteering:stop-search": (ANYONE, f"/fr/searches/{UUID(int=0)}/stop/", 404),
    "accounts:stop-work-mail": (ANYONE, "/fr/work-mail/x/stop/", 404),
    "volunteering:signup-received": (ANYONE, "/fr/signup/received/", 200),
    "dev-mail": (ANYONE, "/dev/mail/", 200),
    "dev-style": (ANYONE, "/dev/style/", 200),
}
# Pages that something must happen for; the tests that make it happen look at them.
LOOKED_AT_WHERE_THEY_COME = {
    "account_confirm_login_code": "test_every_page.test_the_page_for_the_code",
    "accounts:address-code": "test_change_address.test_an_address_is_changed_and_taken_back",
    "accounts:undo-address": "test_change_address.test_an_address_is_changed_and_taken_back",
    "accounts:arrival": "test_every_page.test_the_page_of_the_first_link",
    "accounts:invitation": "test_every_page.test_the_page_of_an_invitation",
    "volunteering:place": "test_take_part.test_a_newcomer_takes_a_place_sees_it_and_gives_it_back",
    "volunteering:change-search": "test_search.test_a_search_is_saved_changed_and_deleted",
    "exchange:partner": "test_partners.test_a_partner_is_added_and_its_feed_looked_at",
    "exchange:run": "test_partners.test_a_partner_is_added_and_its_feed_looked_at",
    "pages:operator-proposal": "test_partners.test_an_alert_becomes_a_crisis",
    "dev-mail-message": "test_every_page.test_the_page_of_a_mail",
    "mfa_edit_webauthn": "test_passkeys.test_a_passkey_is_added_signs_in_and_is_removed",
    "meetings:node": "test_meeting_over_a_server.test_an_operator_sees_the_fleet_and_drains_a_server",
    "meetings:plan": "test_planned_meeting.test_a_meeting_is_planned_changed_come_to_and_cancelled",
    "meetings:edit": "test_planned_meeting.test_a_meeting_is_planned_changed_come_to_and_cancelled",
    "meetings:cancel": "test_planned_meeting.test_a_meeting_is_planned_changed_come_to_and_cancelled",
    "meetings:invited": "test_planned_meeting.test_a_meeting_is_planned_changed_come_to_and_cancelled",
    "meetings:room": "test_meeting.test_two_see_and_hear_each_other_from_browser_to_browser",
    "mfa_remove_webauthn": "test_passkeys.test_a_passkey_is_added_signs_in_and_is_removed",
}
NO_PAGES = {
    "it leads on to another page": {
        "language", "account_signup", "openid_connect_login", "openid_connect_callback", "account_request_login_code",
        "volunteering:signup-correct", "volunteering:near-me", "mfa_list_webauthn",
        "meetings:find", "meetings-enter",
    },
    "it is sent to, and never shown": {
        "accounts:end-sessions", "accounts:revoke-token", "accounts:organisation-step", "accounts:remove-member",
        "accounts:withdraw-invitation", "accounts:take-back", "volunteering:new-calendar", "volunteering:pause",
        "volunteering:mission-step", "volunteering:mission-priority", "volunteering:keep-place",
        "volunteering:delete-search",
        "pages:operator-line-pause", "pages:operator-line-resume", "pages:operator-line-bound",
        "pages:operator-mail-retry",
        "pages:operator-proposal-dismiss", "exchange:rotate-key", "exchange:pull-now", "exchange:allow-shrink",
        "exchange:take-apart", "meetings:door", "meetings:invite", "meetings:guests", "meetings:revoke",
    },
    "it is shown within another page": {"dev-mail-page"},
    "it is a document for programs": {
        "calendar", "healthz", "readyz", "metrics", "territories:complete", "volunteering:event",
        "volunteering:my-data", "mfa_login_webauthn", "dev-authority",
        "exchange:atom", "exchange:table", "exchange:organisation-calendar", "exchange:departement-calendar",
        "exchange:commune-calendar", "exchange:volunteering-data", "exchange:search-feed",
        "changes", "v0-missions", "v0-search", "v0-mission", "v0-mine", "v0-mine-one",
        "v0-runs", "v0-run", "v0-organisations", "v0-publishers", "v0-publisher", "v0-nothing", "v2-missions",
        "v2-mission", "v2-nothing", "cap-alerts", "meetings-call", "media-node-report",
        "bbb", "bbb-call", "bbb-root",
    },
}  # fmt: skip
FOR_PROGRAMS = "api-1:"


def name_of(path: str) -> str:
    """Return the name of the route of a path, empty for none."""
    with translation.override(LANGUAGE):
        try:
            return resolve(urlsplit(path).path).view_name
        except Resolver404:
            return ""


def pages_reached(visitor: APIRequestContext, *, start: str) -> dict[str, str]:
    """Follow links from a page on and return the first path of each route that answers with a page."""
    reached: dict[str, str] = {}
    waiting, seen = deque([start]), {name_of(start)}
    while waiting:
        path = waiting.popleft()
        answer = visitor.get(path)
        if answer.status != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        reached[name_of(path)] = path
        for link in LINK.findall(html.unescape(answer.text())):
            name = name_of(link)
            if name and name not in seen:
                seen.add(name)
                waiting.append(link)
    return reached
