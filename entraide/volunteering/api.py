"""What other apps may use of volunteering: pages read numbers and missions."""

from entraide.volunteering.actions.attendance import mark_absent, mark_present
from entraide.volunteering.actions.catalogue import load_templates
from entraide.volunteering.actions.deciding import accept_candidates, refuse_candidates
from entraide.volunteering.actions.drain_signups import drain_signups
from entraide.volunteering.actions.holds import expire_holds
from entraide.volunteering.actions.joining import JoinRefused, Wish, join_slot
from entraide.volunteering.actions.leaving import Leave, cancel_participation
from entraide.volunteering.actions.missions import NewMission, NewPlace, create_mission
from entraide.volunteering.actions.partner_missions import (
    PartnerMission,
    PartnerPlace,
    Written,
    end_partner_missions,
    put_partner_missions,
    tell_also_at,
)
from entraide.volunteering.actions.passing_time import advance_slots
from entraide.volunteering.actions.profiles import NewProfile, open_profile
from entraide.volunteering.actions.publishing import submit_mission
from entraide.volunteering.actions.slots import NewSlots, add_slots
from entraide.volunteering.calendars import calendar
from entraide.volunteering.cards import Card, cards
from entraide.volunteering.deeds import DEEDS
from entraide.volunteering.forms.ages import OLDEST, AgesInOrder
from entraide.volunteering.labels import ACTIVITIES, DOMAINS, KINDS
from entraide.volunteering.models import Template
from entraide.volunteering.queries.desk import templates_on_offer
from entraide.volunteering.queries.fingerprints import FingerprintsSql, fingerprints_sql
from entraide.volunteering.queries.home import HomeNumbers, home_numbers
from entraide.volunteering.queries.inbox import inbox_state
from entraide.volunteering.queries.mine import volunteer_of
from entraide.volunteering.queries.own_data import my_data
from entraide.volunteering.queries.published import (
    Published,
    PublishedOrganisation,
    PublishedPlace,
    PublishedSlot,
    published,
)
from entraide.volunteering.queries.published_ids import (
    Facets,
    PublishedFilter,
    count_published,
    published_facets,
    published_ids,
)
from entraide.volunteering.queries.published_organisations import OrganisationFilter, published_organisations
from entraide.volunteering.queries.reconciling import reconcile
from entraide.volunteering.queries.saved_searches import feed_of
from entraide.volunteering.queries.schedules import (
    ScheduledSlot,
    mission_states,
    places_ahead,
    requirement_codes,
    scheduled_slots,
)
from entraide.volunteering.queries.search import Circle, MissionFilter, MissionRow, count_open_missions, open_missions
from entraide.volunteering.queries.shown_in import ShownIn, shown_in
from entraide.volunteering.queries.sightings import OwnMission, not_public, own_missions_of, states_and_reasons
from entraide.volunteering.rules.ordering import Order
from entraide.volunteering.rules.repetition import Window
from entraide.volunteering.rules.states import MissionState
from entraide.volunteering.rules.words import Activity, Admission, CancelReason, Domain, Kind, Mode, RefusalReason
from entraide.volunteering.rules.zones import zone_of

__all__ = [
    "ACTIVITIES",
    "DEEDS",
    "DOMAINS",
    "KINDS",
    "OLDEST",
    "Activity",
    "Admission",
    "AgesInOrder",
    "CancelReason",
    "Card",
    "Circle",
    "Domain",
    "Facets",
    "FingerprintsSql",
    "HomeNumbers",
    "JoinRefused",
    "Kind",
    "Leave",
    "MissionFilter",
    "MissionRow",
    "MissionState",
    "Mode",
    "NewMission",
    "NewPlace",
    "NewProfile",
    "NewSlots",
    "Order",
    "OrganisationFilter",
    "OwnMission",
    "PartnerMission",
    "PartnerPlace",
    "Published",
    "PublishedFilter",
    "PublishedOrganisation",
    "PublishedPlace",
    "PublishedSlot",
    "RefusalReason",
    "ScheduledSlot",
    "ShownIn",
    "Template",
    "Window",
    "Wish",
    "Written",
    "accept_candidates",
    "add_slots",
    "advance_slots",
    "calendar",
    "cancel_participation",
    "cards",
    "count_open_missions",
    "count_published",
    "create_mission",
    "drain_signups",
    "end_partner_missions",
    "expire_holds",
    "feed_of",
    "fingerprints_sql",
    "home_numbers",
    "inbox_state",
    "join_slot",
    "load_templates",
    "mark_absent",
    "mark_present",
    "mission_states",
    "my_data",
    "not_public",
    "open_missions",
    "open_profile",
    "own_missions_of",
    "places_ahead",
    "published",
    "published_facets",
    "published_ids",
    "published_organisations",
    "put_partner_missions",
    "reconcile",
    "refuse_candidates",
    "requirement_codes",
    "scheduled_slots",
    "shown_in",
    "states_and_reasons",
    "submit_mission",
    "tell_also_at",
    "templates_on_offer",
    "volunteer_of",
    "zone_of",
]
