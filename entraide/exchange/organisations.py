"""Whom the missions of a batch come from: the organisations that a partner names, as rows of ours."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from entraide.accounts import api as accounts
from entraide.exchange.models import Partner, PartnerOrganisation
from entraide.exchange.rules.document import Document
from entraide.exchange.rules.judging import is_web_address
from entraide.exchange.rules.plain_text import from_html
from entraide.foundation.rows import insert_rows, update_rows


def details_of(document: Document, *, partner: Partner) -> accounts.OrganisationDetails:
    """Return what a document says of its organisation, the partner itself when it names none."""
    siret = _number(document.organization_siret, accounts.clean_siret)
    website = (document.organization_url or "").strip()
    return accounts.OrganisationDetails(
        name=(from_html(document.organization_name or "") or partner.name)[:200],
        legal_form=_legal_form(document.organization_status_juridique or document.organization_type or ""),
        siren=_number(document.organization_siren, accounts.clean_siren) or siret[:9],
        siret=siret,
        rna=_number(document.organization_rna, accounts.clean_rna),
        description=from_html((document.organization_description or "")[:20_000])[:5_000],
        website=website if len(website) <= 300 and is_web_address(website) else "",
    )


def _number(given: str | None, clean: Callable[[str], str]) -> str:
    """Return a number as it is kept, nothing for one that cannot be."""
    try:
        return clean(given) if given else ""
    except accounts.BadNumber:
        return ""


def _legal_form(text: str) -> accounts.LegalForm:
    lowered = text.lower()
    if "asso" in lowered or "1901" in lowered:
        return accounts.LegalForm.ASSOCIATION
    if any(word in lowered for word in ("collectivit", "commune", "mairie", "département", "région")):
        return accounts.LegalForm.LOCAL_AUTHORITY
    if "publi" in lowered:
        return accounts.LegalForm.PUBLIC_BODY
    return accounts.LegalForm.PRIVATE_BODY if "priv" in lowered else accounts.LegalForm.OTHER


def key_of(document: Document, details: accounts.OrganisationDetails) -> str:
    """Return what stands for an organisation within its partner."""
    told = details.siren or details.rna or document.organization_client_id or details.name.lower()
    return hashlib.sha256(told.encode()).hexdigest()


def rows_of(
    wanted: Iterable[tuple[str, accounts.OrganisationDetails]], *, partner: Partner, now: datetime
) -> dict[str, UUID]:
    """Return the organisations of these keys, made or changed where they are not as told."""
    told = dict(wanted)
    known = {row.key: row for row in PartnerOrganisation.objects.filter(partner=partner, key__in=list(told))}
    other = [key for key in told if key not in known or known[key].digest != _digest(told[key])]
    given = [(known[key].organisation_id if key in known else None, told[key]) for key in other]
    written = dict(zip(other, accounts.put_unmanaged_organisations(given=given, now=now), strict=True)) if other else {}
    insert_rows(
        PartnerOrganisation(partner=partner, key=key, digest=_digest(told[key]), organisation_id=written[key])
        for key in other
        if key not in known
    )
    update_rows([_with_digest(known[key], _digest(told[key])) for key in other if key in known], ["digest"])
    return {key: written.get(key) or known[key].organisation_id for key in told}


def _with_digest(row: PartnerOrganisation, digest: str) -> PartnerOrganisation:
    row.digest = digest
    return row


def _digest(details: accounts.OrganisationDetails) -> str:
    return hashlib.sha256(repr(sorted(asdict(details).items())).encode()).hexdigest()
