"""The pure decisions: scopes, states, numbers, what a role allows."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.accounts import numbers
from entraide.accounts.permissions import NOBODY, Acting, HeldRole, actor_towards, may_grant
from entraide.accounts.rules import (
    PLATFORM,
    TRANSITIONS,
    Actor,
    LegalForm,
    OrganisationState,
    OrganisationStep,
    RefusedStep,
    Role,
    Scope,
    ScopeKind,
    UnfitScope,
    check_scope,
    is_in_force,
    missing_to_submit,
    next_state,
    steps_open_to,
)

STATES, STEPS = OrganisationState, OrganisationStep


def held(role: Role, scope: Scope, departements: frozenset[str] = frozenset()) -> Acting:
    """Return someone acting in a role."""
    return Acting(
        uuid4(),
        HeldRole(grant_id=uuid4(), role=role, scope=scope, scope_name="", role_name="", departements=departements),
    )


def of_organisation(organisation_id: object) -> Scope:
    """Return the scope of an organisation."""
    return Scope(kind=ScopeKind.ORGANISATION, id=str(organisation_id))


@pytest.mark.parametrize(
    ("state", "step", "actor", "target"),
    [
        (STATES.DRAFT, STEPS.SUBMIT, Actor.MANAGER, STATES.SUBMITTED),
        (STATES.DRAFT, STEPS.SUBMIT, Actor.SYSTEM, STATES.SUBMITTED),
        (STATES.SUBMITTED, STEPS.TAKE_UP, Actor.REFERENT, STATES.IN_REVIEW),
        (STATES.SUBMITTED, STEPS.VALIDATE, Actor.REFERENT, STATES.VALIDATED),
        (STATES.IN_REVIEW, STEPS.VALIDATE, Actor.OPERATOR, STATES.VALIDATED),
        (STATES.SUBMITTED, STEPS.VALIDATE, Actor.SYSTEM, STATES.VALIDATED),
        (STATES.IN_REVIEW, STEPS.ASK_MORE, Actor.REFERENT, STATES.MORE_INFO),
        (STATES.MORE_INFO, STEPS.SUBMIT, Actor.MANAGER, STATES.SUBMITTED),
        (STATES.VALIDATED, STEPS.SUSPEND, Actor.REFERENT, STATES.SUSPENDED),
        (STATES.SUSPENDED, STEPS.REINSTATE, Actor.REFERENT, STATES.VALIDATED),
        (STATES.VALIDATED, STEPS.FLAG, Actor.OPERATOR, STATES.FLAGGED),
        (STATES.VALIDATED, STEPS.DEREGISTER, Actor.MANAGER, STATES.DEREGISTERED),
    ],
)
def test_steps_of_the_specification_lead_where_it_says(
    state: OrganisationState, step: OrganisationStep, actor: Actor, target: OrganisationState
) -> None:
    assert next_state(state=state, step=step, actor=actor, reason="why") is target


@pytest.mark.parametrize(
    ("state", "step", "actor", "reason", "code"),
    [
        (STATES.SUBMITTED, STEPS.VALIDATE, Actor.MANAGER, "", "actor"),
        (STATES.VALIDATED, STEPS.FLAG, Actor.REFERENT, "why", "actor"),
        (STATES.DRAFT, STEPS.VALIDATE, Actor.OPERATOR, "", "state"),
        (STATES.DEREGISTERED, STEPS.FLAG, Actor.OPERATOR, "why", "state"),
        (STATES.SUBMITTED, STEPS.ASK_MORE, Actor.REFERENT, "  ", "reason"),
    ],
)
def test_a_refused_step_says_what_stands_against_it(
    state: OrganisationState, step: OrganisationStep, actor: Actor, reason: str, code: str
) -> None:
    with pytest.raises(RefusedStep) as refusal:
        next_state(state=state, step=step, actor=actor, reason=reason)
    assert refusal.value.code == code


@given(st.sampled_from(STATES), st.sampled_from(STEPS), st.sampled_from(Actor))
def test_the_steps_offered_are_exactly_those_that_are_accepted(
    state: OrganisationState, step: OrganisationStep, actor: Actor
) -> None:
    offered = step in steps_open_to(state=state, actor=actor)
    try:
        target = next_state(state=state, step=step, actor=actor, reason="why")
    except RefusedStep:
        assert not offered
    else:
        assert offered
        assert target is not state


def test_nothing_leaves_the_deregistered_state() -> None:
    assert all(STATES.DEREGISTERED not in line.sources for line in TRANSITIONS.values())


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.OPERATOR, Scope(kind=ScopeKind.DEPARTEMENT, id="67")),
        (Role.REFERENT, PLATFORM),
        (Role.REFERENT, Scope(kind=ScopeKind.DEPARTEMENT)),
        (Role.OPERATOR, Scope(kind=ScopeKind.PLATFORM, id="x")),
        (Role.ORGANISATION_MANAGER, Scope(kind=ScopeKind.CRISIS, id="00000000-0000-7000-8000-000000000000")),
    ],
)
def test_a_role_is_granted_only_on_what_it_exists_for(role: Role, scope: Scope) -> None:
    with pytest.raises(UnfitScope):
        check_scope(role=role, scope=scope)


def test_at_its_very_end_a_grant_counts_no_more(now: datetime) -> None:
    assert is_in_force(expires_at=now + timedelta(seconds=1), revoked_at=None, now=now)
    assert not is_in_force(expires_at=now, revoked_at=None, now=now)
    assert not is_in_force(expires_at=None, revoked_at=now, now=now)


@pytest.mark.parametrize(
    ("legal_form", "filled", "missing"),
    [
        (LegalForm.ASSOCIATION, {"name", "commune", "contact_email", "description", "rna"}, []),
        (LegalForm.ASSOCIATION, {"name", "commune", "contact_email", "rna"}, ["description"]),
        (LegalForm.LOCAL_AUTHORITY, {"name", "commune", "contact_email", "siren"}, []),
        (LegalForm.LOCAL_AUTHORITY, {"name", "commune", "contact_email", "rna"}, ["number"]),
        (LegalForm.OTHER, {"name", "description"}, ["commune", "contact_email"]),
    ],
)
def test_what_is_missing_before_a_check(legal_form: LegalForm, filled: set[str], missing: list[str]) -> None:
    assert missing_to_submit(legal_form=legal_form, filled=frozenset(filled)) == missing


@pytest.mark.parametrize("text", ["732829320", "732 829 320", " 732829320 "])
def test_a_siren_is_read_with_and_without_spaces(text: str) -> None:
    assert numbers.clean_siren(text) == "732829320"


@pytest.mark.parametrize("text", ["732829321", "", "abc", "73282932", "7328293200", "٧٣٢٨٢٩٣٢٠", "7" * 10_000])
def test_a_siren_with_a_wrong_figure_is_refused(text: str) -> None:
    with pytest.raises(numbers.BadNumber):
        numbers.clean_siren(text)


@pytest.mark.parametrize("text", ["73282932000074", "732 829 320 00074"])
def test_a_siret_is_read_with_and_without_spaces(text: str) -> None:
    assert numbers.clean_siret(text) == "73282932000074"


@pytest.mark.parametrize("text", ["73282932000075", "732829320", "x" * 14])
def test_a_siret_with_a_wrong_figure_is_refused(text: str) -> None:
    with pytest.raises(numbers.BadNumber):
        numbers.clean_siret(text)


@pytest.mark.parametrize(
    ("text", "kept"), [("W751234567", "W751234567"), ("w 751 234 567", "W751234567"), ("W9R2000123", "W9R2000123")]
)
def test_an_rna_number_is_read_by_its_form(text: str, kept: str) -> None:
    assert numbers.clean_rna(text) == kept


@pytest.mark.parametrize("text", ["751234567", "W75123456", "W7512345678", "WABCDEFGHI", "W75123456٧"])
def test_an_rna_number_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(numbers.BadNumber):
        numbers.clean_rna(text)


@given(st.text(max_size=40))
def test_no_text_breaks_the_readers_of_numbers(text: str) -> None:
    for clean in (numbers.clean_siren, numbers.clean_siret, numbers.clean_rna):
        try:
            assert clean(text)
        except numbers.BadNumber:
            continue


def test_a_role_reaches_no_further_than_its_scope() -> None:
    mine, other = uuid4(), uuid4()
    manager = held(Role.ORGANISATION_MANAGER, of_organisation(mine))
    member = held(Role.ORGANISATION_MEMBER, of_organisation(mine))
    assert manager.manages(mine)
    assert not manager.manages(other)
    assert member.belongs_to(mine)
    assert not member.manages(mine)
    referent = held(Role.REFERENT, Scope(kind=ScopeKind.DEPARTEMENT, id="67"), frozenset({"67"}))
    assert referent.moderates("67")
    assert not referent.moderates("68")
    assert not manager.moderates("67")
    assert not NOBODY.moderates("67")
    operator = held(Role.OPERATOR, PLATFORM)
    assert operator.moderates("976")
    assert not operator.manages(mine)


def test_an_organisation_without_a_departement_is_checked_by_operators_alone() -> None:
    referent = held(Role.REFERENT, Scope(kind=ScopeKind.DEPARTEMENT, id="67"), frozenset({"67"}))
    organisation_id = uuid4()
    assert actor_towards(acting=referent, organisation_id=organisation_id, departement="") is None
    assert actor_towards(acting=held(Role.OPERATOR, PLATFORM), organisation_id=organisation_id, departement="") is (
        Actor.OPERATOR
    )


def test_managers_give_roles_of_their_organisation_alone() -> None:
    mine, other = uuid4(), uuid4()
    manager = held(Role.ORGANISATION_MANAGER, of_organisation(mine))
    assert may_grant(acting=manager, role=Role.ORGANISATION_MEMBER, scope=of_organisation(mine))
    assert not may_grant(acting=manager, role=Role.ORGANISATION_MEMBER, scope=of_organisation(other))
    assert not may_grant(acting=manager, role=Role.OPERATOR, scope=PLATFORM)
    member = held(Role.ORGANISATION_MEMBER, of_organisation(mine))
    assert not may_grant(acting=member, role=Role.ORGANISATION_MEMBER, scope=of_organisation(mine))
