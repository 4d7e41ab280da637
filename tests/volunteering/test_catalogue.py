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


def without_the_first(tmp_path: Path) -> Path:
    data = json.loads(FILE.read_text(encoding="utf-8"))
    del data["templates"][0]
    path = tmp_path / "fewer.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_a_template_taken_out_comes_back_in_the_same_version(tmp_path: Path) -> None:
    load_templates()
    first = json.loads(FILE.read_text(encoding="utf-8"))["templates"][0]["slug"]
    row = Template.objects.get(slug=first)
    assert load_templates(path=without_the_first(tmp_path)) == 0
    assert not Template.objects.on_offer().filter(slug=first).exists()
    assert load_templates() == 1
    assert Template.objects.on_offer().get(slug=first).pk == row.pk, "missions that used it keep their version"


def test_a_template_taken_out_does_not_come_back_rewritten(tmp_path: Path) -> None:
    load_templates()
    load_templates(path=without_the_first(tmp_path))
    with pytest.raises(BadCatalogue, match="give it a new version"):
        load_templates(path=changed(tmp_path, capacity=99))
    assert load_templates(path=changed(tmp_path, version=2, capacity=99)) == 1
