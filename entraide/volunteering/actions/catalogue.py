"""Loads the catalogue of templates. Loading twice changes nothing; a changed template needs a new version."""

import json
from pathlib import Path

from django.db import transaction

from entraide.volunteering.models import Template
from entraide.volunteering.rules.catalogue import BadCatalogue, CatalogueTemplate, read_catalogue
from entraide.volunteering.rules.words import TemplateState

FILE = Path(__file__).parent.parent / "catalogue" / "templates.json"


@transaction.atomic
def load_templates(*, path: Path = FILE) -> int:
    """Load the catalogue's versions that are not there yet, retire those they follow, and return how many were new.

    Raises BadCatalogue when a version that is loaded already has another content, or when the version went down.
    """
    wanted = read_catalogue(json.loads(path.read_text(encoding="utf-8")))
    loaded = {row.slug: row for row in Template.objects.on_offer().select_for_update()}
    new = [template for template in wanted if _is_new(template, loaded.get(template.slug))]
    Template.objects.filter(pk__in=[loaded[t.slug].pk for t in new if t.slug in loaded]).update(
        state=TemplateState.RETIRED.value
    )
    Template.objects.bulk_create(_row(template) for template in new)
    gone = set(loaded) - {template.slug for template in wanted}
    Template.objects.on_offer().filter(slug__in=gone).update(state=TemplateState.RETIRED.value)
    return len(new)


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
