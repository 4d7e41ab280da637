"""Where missions of partners come from."""

from collections.abc import Collection, Sequence
from uuid import UUID

from entraide.exchange.formats.engagement import Origin
from entraide.exchange.models import External, Partner


def origins_of(*, mission_ids: Sequence[UUID]) -> dict[UUID, Origin]:
    """Return, of those of these missions that partners sent, who sent each and as what. One query."""
    rows = External.objects.filter(mission__in=mission_ids).select_related("partner")
    return {
        row.mission_id: Origin(row.partner_id, row.partner.name, row.partner.website, row.client_id, row.content)
        for row in rows
        if row.mission_id
    }


def names_of_partners(*, ids: Collection[str]) -> dict[str, str]:
    """Return the names of partners by their ids, those that there are."""
    return {str(row.pk): row.name for row in Partner.objects.filter(pk__in=[each for each in ids if _is_id(each)])}


def missions_named(*, client_ids: Collection[str]) -> tuple[UUID, ...]:
    """Return the missions that go by these ids: their own here, or those that their partner gave them."""
    theirs = External.objects.filter(client_id__in=client_ids, mission__isnull=False).values_list(
        "mission_id", flat=True
    )
    ours = [UUID(each) for each in client_ids if _is_id(each)]
    return (*ours, *(each for each in theirs if each))


def missions_told(*, field: str, values: Collection[object], among: bool = True) -> tuple[UUID, ...]:
    """Return the partners' missions whose document has one of some values in a field, or, not `among`, another one."""
    rows = External.objects.filter(mission__isnull=False, **{f"content__{field}__isnull": False})
    wanted = {f"content__{field}__in": list(values)}
    rows = rows.filter(**wanted) if among else rows.exclude(**wanted)
    return tuple(each for each in rows.values_list("mission_id", flat=True) if each)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
