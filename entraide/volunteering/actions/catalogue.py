"""Loads the catalogue of templates. Loading twice changes nothing; a changed template needs a new version.

A template that was taken out and comes back in a version that was loaded before is put on offer again.
"""

import json
from pathlib import Path

from django.db import transaction

from entraide.volunteering.models import Template
from entraide.volunteering.rules.catalogue import BadCatalogue, CatalogueTemplate, read_catalogue
from entraide.volunteering.rules.words import TemplateState

FILE = Path(__file__).parent.parent / "catalogue" / "templates.json"


@transaction.atomic
def load_templates(*, path: Path = FILE) -> int:
    """Offer the catalogue's versions and no others, and return how many were not on offer before.

    Raises BadCatalogue when a version that is loaded already has another content, or when the version went down.
    """
    wanted = read_catalogue(json.loads(path.read_text(encoding="utf-8")))
    latest = _latest_versions()
    new = [template for template in wanted if _is_new(template, latest.get(template.slug))]
    kept = [latest[template.slug].pk for template in wanted if template not in new]
    Template.objects.on_offer().exclude(pk__in=kept).update(state=TemplateState.RETIRED.value)
    back = Template.objects.filter(pk__in=kept).exclude(state=TemplateState.ACTIVE.value)
    returned = back.update(state=TemplateState.ACTIVE.value)
    Template.objects.bulk_create(_row(template) for template in new)
    return len(new) + returned


def _latest_versions() -> dict[str, Template]:
    """Lock every version and return the highest of each template, on offer or not."""
    rows = Template.objects.order_by("slug", "template_version").select_for_update()
    return {row.slug: row for row in rows}


def _is_new(template: CatalogueTemplate, loaded: Template | None) -> bool:
    if loaded is None:
        return True
    if template.version < loaded.template_version:
        raise BadCatalogue(f"{template.slug}: version {loaded.template_version} is loaded, {template.version} is older")
    if template.version > loaded.template_version:
        return True
    if template.digest != loaded.digest:
        raise BadCatalogue(f"{template.slug}: version {template.version} has changed: give it a new version")
    return False


def _row(template: CatalogueTemplate) -> Template:
    return Template(
        slug=template.slug,
        template_version=template.version,
        digest=template.digest,
        kind=template.kind.value,
        domain=template.domain.value,
        activity=template.activity.value,
        mode=template.mode.value,
        admission=template.admission.value,
        title=template.title,
        subtitle=template.subtitle,
        objective=template.objective,
        description=template.description,
        safety=template.safety,
        requirements=template.requirements,
        publics=template.publics,
        age_min=template.age_min,
        duration_minutes=template.duration_minutes,
        capacity=template.capacity,
    )
