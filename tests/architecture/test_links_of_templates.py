"""Every link of every template leads to a route that there is: `{% url … as x %}` keeps silent about a wrong name."""

import re
from pathlib import Path

import pytest
from django.template import engines
from django.template.defaulttags import URLNode

from tests.sweep.routes import named_routes

APPS = Path(__file__).resolve().parents[2] / "entraide"
TEMPLATES = sorted(file for file in APPS.glob("*/templates/**/*.*") if file.suffix != ".md")
ROUTES = {(route.name, frozenset(route.parameters)) for route in named_routes()}


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.as_posix().split("/templates/")[1])
def test_its_links_lead_somewhere(file: Path) -> None:
    links = _links_of(file)
    # A tag of ours that hid what is within it would hide its links from this test.
    assert len(links) == len(re.findall(r"{%\s*url\s", file.read_text(encoding="utf-8")))
    assert [str(link) for link in links if not _leads_somewhere(link)] == []


def test_there_are_links_at_all() -> None:
    assert sum(bool(_links_of(file)) for file in TEMPLATES) > 30


def _links_of(file: Path) -> list[URLNode]:
    loaded = engines["django"].get_template(file.as_posix().split("/templates/")[1])
    return loaded.template.nodelist.get_nodes_by_type(URLNode)  # type: ignore[attr-defined, no-any-return]


def _leads_somewhere(link: URLNode) -> bool:
    name = link.view_name.var
    if link.kwargs:
        return (name, frozenset(link.kwargs)) in ROUTES
    return any(name == known and len(link.args) == len(parameters) for known, parameters in ROUTES)
