"""Loading the catalogue of templates."""

import json
from pathlib import Path

import pytest

from entraide.volunteering.actions.catalogue import FILE, load_templates
from entraide.volunteering.models import Template
from entraide.volunteering.rules.catalogue import BadCatalogue

pytestmark = pytest.mark.django_db


def changed(tmp_path: Path, **changes: object) -> Path:
    data = json.loads(FILE.read_text(encoding="utf-8"))
    data["templates"][0].update(changes)
    path = tmp_path / "templates.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_loading_twice_changes_nothing() -> None:
    first = load_templates()
    rows = list(Template.objects.values_list("pk", "version").order_by("pk"))
    assert (first, load_templates()) == (len(rows), 0)
    assert list(Template.objects.values_list("pk", "version").order_by("pk")) == rows


def test_a_new_version_retires_the_one_before(tmp_path: Path) -> None:
    load_templates()
    path = changed(tmp_path, version=2, capacity=99)
    assert load_templates(path=path) == 1
    slug = json.loads(path.read_text(encoding="utf-8"))["templates"][0]["slug"]
    versions = Template.objects.filter(slug=slug).order_by("template_version")
    assert [(row.template_version, row.state) for row in versions] == [(1, "retired"), (2, "active")]


def test_a_version_that_was_loaded_is_never_rewritten(tmp_path: Path) -> None:
    load_templates()
    with pytest.raises(BadCatalogue, match="give it a new version"):
        load_templates(path=changed(tmp_path, capacity=99))
