"""A fixed text of a template is looked up once for each language; one that depends on more is made each time."""

import pytest
from django.core.checks import Warning as CheckWarning
from django.template import Context, Template, engines
from django.utils import translation

from entraide.foundation.templatetags.i18n import FixedTextNode


def nodes(source: str) -> list[FixedTextNode]:
    found = Template("{% load i18n %}" + source).nodelist.get_nodes_by_type(FixedTextNode)
    return [node for node in found if isinstance(node, FixedTextNode)]


def rendered(template: Template, language: str, **context: object) -> str:
    with translation.override(language):
        return template.render(Context(context))


def test_a_fixed_text_follows_the_language() -> None:
    template = Template(
        "{% load i18n %}{% translate 'Help' %} {% trans 'From' context 'day' %} {% translate '100 %' %}"
    )
    english = rendered(template, "en")
    french = rendered(template, "fr")
    assert english == "Help From 100 %"
    assert french.startswith("Aide ")
    assert (rendered(template, "en"), rendered(template, "fr")) == (english, french)


@pytest.mark.parametrize("tag", ["{% translate 'Help' %}", '{% trans "Help" noop %}', "{% trans 'a' context 'b' %}"])
def test_a_text_in_quotes_is_kept(tag: str) -> None:
    assert len(nodes(tag)) == 1


@pytest.mark.parametrize(
    "tag",
    [
        "{% translate text %}",
        "{% translate 'help'|capfirst %}",
        "{% translate 'Help' as help %}",
        "{% translate 'Help' context where %}",
        "{% blocktranslate %}Help{% endblocktranslate %}",
    ],
)
def test_what_depends_on_more_is_not_kept(tag: str) -> None:
    assert not nodes(tag)


def test_a_variable_is_translated_anew_each_time() -> None:
    template = Template("{% load i18n %}{% translate text %}{% translate 'Help' as help %}[{{ help }}]")
    assert rendered(template, "en", text="Missions") == "Missions[Help]"
    assert rendered(template, "en", text="<b>") == "&lt;b&gt;[Help]"


def test_no_other_library_of_tags_stands_in_for_one_of_its_name() -> None:
    doubles = [found.msg for found in engines["django"].check() if isinstance(found, CheckWarning)]
    assert len(doubles) == 1
    assert "'i18n' is used for multiple template tag modules" in doubles[0]
