"""Who is told by mail of what waits for their role: where they work, how often they want it, when they were told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from entraide.accounts.models import Grant, Person, WorkMailWish
from entraide.accounts.queries import described
from entraide.accounts.rules import (
    USUAL_CADENCE,
    WORK_MAIL_OF_ROLE,
    Cadence,
    MailState,
    Role,
    ScopeKind,
    WorkMail,
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody to tell. `organisations` are those they manage, `departements` those they moderate.

    `everywhere` are operators, who look after what nobody else does.
    """

    person_id: UUID
    email: str
    locale: str
    cadence: Cadence
    told_at: datetime | None
    organisations: frozenset[UUID] = frozenset()
    departements: frozenset[str] = frozenset()
    everywhere: bool = False


def managers_to_tell(*, organisation_ids: Iterable[UUID], now: datetime) -> list[Reader]:
    """Return the managers of organisations whom mail reaches, each once. Two queries."""
    ids = [str(each) for each in organisation_ids]
    grants = _grants(now).filter(role=Role.ORGANISATION_MANAGER, scope_kind=ScopeKind.ORGANISATION, scope_id__in=ids)
    managed: dict[UUID, set[UUID]] = defaultdict(set)
    people: dict[UUID, Person] = {}
    for grant in grants:
        people[grant.person_id] = grant.person
        managed[grant.person_id].add(UUID(grant.scope_id))
    wishes = _wishes(WorkMail.CANDIDATES, people)
    return [
        Reader(pk, each.email, each.locale, *wishes[pk], organisations=frozenset(managed[pk]))
        for pk, each in sorted(people.items())
    ]


def moderators_to_tell(*, now: datetime) -> list[Reader]:
    """Return referents and operators whom mail reaches, each once. Three queries at most."""
    grants = list(_grants(now).filter(role__in=[Role.REFERENT, Role.OPERATOR]))
    held = described(grants)
    people = {grant.person_id: grant.person for grant in grants}
    moderated: dict[UUID, set[str]] = defaultdict(set)
    for grant, role in zip(grants, held, strict=True):
        moderated[grant.person_id] |= role.departements
    operators = {grant.person_id for grant in grants if grant.role == Role.OPERATOR}
    wishes = _wishes(WorkMail.MODERATION, people)
    return [
        Reader(
            pk,
            each.email,
            each.locale,
            *wishes[pk],
            departements=frozenset(moderated[pk]),
            everywhere=pk in operators,
        )
        for pk, each in sorted(people.items())
    ]


def cadences_of(*, person_id: UUID, now: datetime) -> dict[WorkMail, Cadence]:
    """Return how often a person is told of each kind of thing that one of their roles is about. Two queries."""
    roles = Grant.objects.in_force(now).filter(person_id=person_id).values_list("role", flat=True)
    kinds = {WORK_MAIL_OF_ROLE[Role(role)] for role in roles if Role(role) in WORK_MAIL_OF_ROLE}
    chosen = dict(WorkMailWish.objects.filter(person_id=person_id).values_list("kind", "cadence"))
    return {kind: Cadence(chosen.get(kind.value, USUAL_CADENCE[kind])) for kind in WorkMail if kind in kinds}


def _grants(now: datetime) -> QuerySet[Grant]:
    reached = Grant.objects.in_force(now).filter(person__mail_state=MailState.OK)
    return reached.select_related("person").order_by("pk")


def _wishes(kind: WorkMail, people: Mapping[UUID, Person]) -> Mapping[UUID, tuple[Cadence, datetime | None]]:
    wishes: dict[UUID, tuple[Cadence, datetime | None]] = dict.fromkeys(people, (USUAL_CADENCE[kind], None))
    for wish in WorkMailWish.objects.filter(kind=kind.value, person__in=people):
        wishes[wish.person_id] = (Cadence(wish.cadence), wish.told_at)
    return wishes
