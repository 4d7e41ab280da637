"""How many come on one participation, as its volunteer and its organisation read it; nothing for somebody alone."""

from django.utils.translation import ngettext


def own_party(seats: int) -> str:
    """Return what a volunteer reads of those whom they bring."""
    others = seats - 1
    if not others:
        return ""
    return ngettext(
        "You and %(others)s other person: %(seats)s places",
        "You and %(others)s other people: %(seats)s places",
        others,
    ) % {"others": others, "seats": seats}


def company(seats: int) -> str:
    """Return what stands beside a volunteer's name, for the organisation."""
    others = seats - 1
    if not others:
        return ""
    return ngettext("with %(others)s other person", "with %(others)s other people", others) % {"others": others}
