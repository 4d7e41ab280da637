"""Tags that every app's templates may load."""

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of a static file, also when the manifest that gives its hashed name is what is broken.

    Error pages use this instead of `static`, which raises when a name is missing.
    """
    try:
        return static(name)
    except ValueError:
        return f"{settings.STATIC_URL}{name}"


# In characters of one tag, of which a page that everybody reads has some. A key counts as so many.
MOST_KEPT = 3_000_000
KEY_SIZE = 200


class SameForNode(template.Node):
    """Renders its content once for each value of its keys and keeps the text."""

    # Where Django, and whoever reads templates, finds what is within.
    child_nodelists = ("_content",)

    def __init__(self, keys: list[template.base.FilterExpression], content: template.NodeList) -> None:
        self._keys = keys
        self._content = content
        self._kept: dict[tuple[object, ...], str] = {}
        self._size = 0

    def render(self, context: template.Context) -> str:
        """Return the text kept for these keys, or render and keep it."""
        keys = (get_language(), *(key.resolve(context) for key in self._keys))
        kept = self._kept.get(keys)
        if kept is None:
            kept = self._content.render(context)
            # Emptying all at once keeps the way to a hit short: it needs no lock and no order.
            if self._size > MOST_KEPT:
                self._kept.clear()
                self._size = 0
            self._kept[keys] = kept
            self._size += len(kept) + KEY_SIZE
        return kept


@register.tag
def samefor(parser: template.base.Parser, token: template.base.Token) -> SameForNode:
    """`{% samefor a b %}…{% endsamefor %}`: what stands between depends on nothing but `a`, `b` and the language.

    For the parts of public pages that a crowd asks for again and again. The keys are hashable and say it all: never
    around a form with a token, a message or anything of a person.
    """
    keys = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    content = parser.parse(("endsamefor",))
    parser.delete_first_token()
    return SameForNode(keys, content)
