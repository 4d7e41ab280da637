"""What other apps may use of accounts."""

from entraide.accounts.actions.grants import LastOne, UnknownScope, grant_role, revoke_role
from entraide.accounts.actions.organisations import (
    OrganisationDetails,
    Step,
    edit_organisation,
    register_organisation,
    take_step,
)
from entraide.accounts.actions.partner_organisations import barred_numbers, put_unmanaged_organisations
from entraide.accounts.actions.people import (
    BadAddress,
    Deed,
    Made,
    NotActive,
    Profile,
    change_profile,
    create_people,
    create_person,
    erase_person,
    normal_address,
    record_bounce,
)
from entraide.accounts.actions.tokens import TokenBearer, bearer_of
from entraide.accounts.actions.work_mail import claim_work_mail
from entraide.accounts.arrivals import arrival_path
from entraide.accounts.guards import moderator_page, operator_page
from entraide.accounts.middleware import acting_in, deed_of, journal_actor
from entraide.accounts.models import Grant, Organisation, Person
from entraide.accounts.numbers import BadNumber, clean_rna, clean_siren, clean_siret
from entraide.accounts.own_data import data_of
from entraide.accounts.permissions import NOBODY, Acting, HeldRole
from entraide.accounts.queries import (
    bounced_count,
    held_roles,
    members,
    names_of,
    organisation_ids_of,
    organisations_to_moderate,
    people_with_bounced_mail,
    person_by_email,
    verified_email_of,
)
from entraide.accounts.readers import Reader, cadences_of, managers_to_tell, moderators_to_tell
from entraide.accounts.rules import (
    PLATFORM,
    Actor,
    ApiScope,
    Cadence,
    LegalForm,
    OrganisationState,
    OrganisationStep,
    Role,
    Scope,
    ScopeKind,
    WorkMail,
    work_mail_due,
)
from entraide.accounts.stop_links import stop_link

# What roles are called, by their word.
ROLE_NAMES = Grant.ROLES

__all__ = [
    "NOBODY",
    "PLATFORM",
    "ROLE_NAMES",
    "Acting",
    "Actor",
    "ApiScope",
    "BadAddress",
    "BadNumber",
    "Cadence",
    "Deed",
    "HeldRole",
    "LastOne",
    "LegalForm",
    "Made",
    "NotActive",
    "Organisation",
    "OrganisationDetails",
    "OrganisationState",
    "OrganisationStep",
    "Person",
    "Profile",
    "Reader",
    "Role",
    "Scope",
    "ScopeKind",
    "Step",
    "TokenBearer",
    "UnknownScope",
    "WorkMail",
    "acting_in",
    "arrival_path",
    "barred_numbers",
    "bearer_of",
    "bounced_count",
    "cadences_of",
    "change_profile",
    "claim_work_mail",
    "clean_rna",
    "clean_siren",
    "clean_siret",
    "create_people",
    "create_person",
    "data_of",
    "deed_of",
    "edit_organisation",
    "erase_person",
    "grant_role",
    "held_roles",
    "journal_actor",
    "managers_to_tell",
    "members",
    "moderator_page",
    "moderators_to_tell",
    "names_of",
    "normal_address",
    "operator_page",
    "organisation_ids_of",
    "organisations_to_moderate",
    "people_with_bounced_mail",
    "person_by_email",
    "put_unmanaged_organisations",
    "record_bounce",
    "register_organisation",
    "revoke_role",
    "stop_link",
    "take_step",
    "verified_email_of",
    "work_mail_due",
]
