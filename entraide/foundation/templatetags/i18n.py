"""Django's tags of translation under their own name, with `translate` looking each fixed text up once for a language.

A page has dozens of fixed texts, and Django makes each one anew.
"""

from typing import Any

from django import template
from django.template.base import FilterExpression, Variable
from django.templatetags import i18n
from django.utils.translation import get_language

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class FixedTextNode(template.Node):
    """A text that depends on the language alone."""

    child_nodelists = ()

    def __init__(self, node: i18n.TranslateNode) -> None:
        self._node = node
        self._texts: dict[str | None, str] = {}

    def render(self, context: template.Context) -> Any:
        """Return the text in the active language."""
        language = get_language()
        text = self._texts.get(language)
        if text is None:
            text = self._texts[language] = self._node.render(context)
        return text


@register.tag("translate")
@register.tag("trans")
def translate(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """`{% translate "Missions" %}`, as Django's, with all that it takes."""
    node = i18n.do_translate(parser, token)
    is_fixed = _is_fixed(node.filter_expression) and (not node.message_context or _is_fixed(node.message_context))
    return FixedTextNode(node) if is_fixed and not node.asvar else node


def _is_fixed(expression: FilterExpression) -> bool:
    """Tell whether an expression is a text in quotes and nothing else."""
    is_text = isinstance(expression.var, str) or (
        # What Django's node makes of a text in quotes.
        isinstance(expression.var, Variable) and isinstance(expression.var.literal, str)
    )
    return is_text and not expression.filters
