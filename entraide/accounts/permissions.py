"""Who may do what: the role that a person acts in, and what it allows. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from entraide.accounts.rules import Actor, OrganisationState, Role, Scope, ScopeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRole:
    """A grant in force, with what is needed to show it and to decide with it.

    `departements` are the codes of the départements that a referent's scope covers.
    """

    grant_id: UUID
    role: Role
    scope: Scope
    scope_name: str
    role_name: str
    departements: frozenset[str] = frozenset()
    expires_at: datetime | None = None

    @property
    def label(self) -> str:
        """The role and its scope, as people read it."""
        return f"{self.role_name} · {self.scope_name}" if self.scope_name else self.role_name


@dataclass(frozen=True, slots=True)
class Acting:
    """In whose name a request is made, and in which one role. Without a grant a person acts for themselves."""

    person_id: UUID | None
    grant: HeldRole | None = None

    @property
    def role(self) -> str:
        """The role's word, as the journal writes it; empty for a person who acts for themselves."""
        return self.grant.role.value if self.grant else ""

    @property
    def role_label(self) -> str:
        """The role and its scope as people read it, or nothing."""
        return self.grant.label if self.grant else ""

    @property
    def is_operator(self) -> bool:
        """Whether the whole platform is in this role's hands."""
        return self.grant is not None and self.grant.role is Role.OPERATOR

    @property
    def organisation_id(self) -> UUID | None:
        """The organisation that the role belongs to, if it is one of an organisation."""
        if self.grant is None or self.grant.scope.kind is not ScopeKind.ORGANISATION:
            return None
        return UUID(self.grant.scope.id)

    @property
    def departements(self) -> frozenset[str] | None:
        """The départements whose missions and organisations the role moderates; None means all of them."""
        if self.is_operator:
            return None
        return self.grant.departements if self.grant and self.grant.role is Role.REFERENT else frozenset()

    def belongs_to(self, organisation_id: UUID) -> bool:
        """Return whether the role is one of this organisation, as manager or member."""
        return self.organisation_id == organisation_id

    def manages(self, organisation_id: UUID) -> bool:
        """Return whether the role decides for this organisation."""
        return (
            self.grant is not None
            and self.grant.role is Role.ORGANISATION_MANAGER
            and self.organisation_id == organisation_id
        )

    def moderates(self, departement_code: str) -> bool:
        """Return whether the role checks what happens in this département."""
        return self.departements is None or departement_code in self.departements

    def coordinates(self, crisis_id: UUID) -> bool:
        """Return whether the role leads this crisis."""
        return self.is_operator or (
            self.grant is not None
            and self.grant.role is Role.CRISIS_COORDINATOR
            and self.grant.scope.id == str(crisis_id)
        )


NOBODY = Acting(None)


def actor_towards(*, acting: Acting, organisation_id: UUID, departement: str) -> Actor | None:
    """Return as whom a role stands before an organisation, or None when it has no say there."""
    if acting.is_operator:
        return Actor.OPERATOR
    if acting.manages(organisation_id):
        return Actor.MANAGER
    if acting.moderates(departement):
        return Actor.REFERENT
    return None


def may_see_organisation(*, acting: Acting, organisation_id: UUID, departement: str) -> bool:
    """Return whether the organisation's own page, with its contact details, is open to this role."""
    return (
        acting.belongs_to(organisation_id)
        or actor_towards(acting=acting, organisation_id=organisation_id, departement=departement) is not None
    )


def may_edit_organisation(*, acting: Acting, organisation_id: UUID, state: OrganisationState) -> bool:
    """Return whether the role may change the organisation's details, which stay as they were checked once flagged."""
    return acting.manages(organisation_id) and state not in (
        OrganisationState.FLAGGED,
        OrganisationState.DEREGISTERED,
    )


def may_grant(*, acting: Acting, role: Role, scope: Scope) -> bool:
    """Return whether the acting role may give or take back this role.

    Operators give every role; an organisation's managers give those of their organisation.
    """
    if acting.is_operator:
        return True
    return (
        role in (Role.ORGANISATION_MANAGER, Role.ORGANISATION_MEMBER)
        and scope.kind is ScopeKind.ORGANISATION
        and acting.organisation_id is not None
        and scope.id == str(acting.organisation_id)
        and acting.manages(acting.organisation_id)
    )
