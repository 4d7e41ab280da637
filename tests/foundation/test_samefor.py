"""`samefor` renders once for each value of its keys and each language, and no oftener."""

from django.template import Context, Template
from django.utils import translation

SOURCE = "{% load entraide i18n %}{% samefor key %}{{ key }} {{ count.up }} {% translate 'Help' %}{% endsamefor %}"


class Count:
    """Counts how often it was rendered."""

    value = 0

    def up(self) -> int:
        self.value += 1
        return self.value


def test_the_same_key_is_rendered_once() -> None:
    template, count = Template(SOURCE), Count()
    with translation.override("en"):
        first = template.render(Context({"key": "a", "count": count}))
        again = template.render(Context({"key": "a", "count": count}))
        other = template.render(Context({"key": "<b>", "count": count}))
    assert first == again == "a 1 Help"
    assert other == "&lt;b&gt; 2 Help"


def test_each_language_has_its_own() -> None:
    template, count = Template(SOURCE), Count()
    for language in ("en", "fr", "en"):
        with translation.override(language):
            template.render(Context({"key": 1, "count": count}))
    assert count.value == 2
