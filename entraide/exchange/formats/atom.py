"""Missions as an Atom feed (RFC 4287), the last published first."""

from collections.abc import Sequence

from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from entraide.exchange.formats.addresses import legible, mission_url, url
from entraide.volunteering import api as volunteering

MEDIA_TYPE = "application/atom+xml; charset=utf-8"


def write(missions: Sequence[volunteering.Published], *, language: str, address: str, title: str = "") -> str:
    """Return the feed, under a title of its own if one is given. `address` is the feed's own.

    Times are in UTC; titles are in the missions' own languages.
    """
    feed = Atom1Feed(
        title=title or _("Missions online"),
        link=url("volunteering:missions", language=language),
        description=_("Missions for volunteers, the last published first."),
        language=language,
        feed_url=address,
        feed_guid=address,
    )
    for mission in missions:
        link = mission_url(mission.id, language=language)
        feed.add_item(
            title=legible(mission.title),
            link=link,
            description=_summary(mission),
            unique_id=f"urn:uuid:{mission.id}",
            author_name=legible(mission.organisation.name),
            pubdate=mission.published_at,
            updateddate=max(mission.changed_at, mission.published_at),
            categories=(mission.kind, mission.domain, *((mission.departement_code,) * bool(mission.departement_code))),
        )
    return feed.writeString("utf-8")


def _summary(mission: volunteering.Published) -> str:
    """Return an HTML text, which Atom1Feed escapes: where, and what is written about the mission."""
    where = f"{mission.commune} ({mission.departement_code})" if mission.commune else ""
    source = _("Apply on %(name)s") % {"name": mission.partner} if mission.partner else ""
    return _paragraphs(legible(where), legible(mission.description), legible(source))


def _paragraphs(*lines: str) -> str:
    """Return plain lines as HTML paragraphs, whatever they hold."""
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line)
