"""Whose page it is: title, components, address, time zone. Taken from site.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from entraidectl.edge.site.declarations import Site, Status
from entraidectl.status.page.words import Language


@dataclass(frozen=True, slots=True)
class Subject:
    """What pages tell of. Addresses end in /; components are in the page's order, with a name in each language."""

    title: str
    address: str
    portal: str
    zone: ZoneInfo
    renewed_minutes: int
    components: Mapping[str, Mapping[Language, str]]

    def name_of(self, component: str, language: Language) -> str:
        """Return a component's name; one that is no more in site.toml is called as the history does."""
        return self.components.get(component, {}).get(language, component)


def subject_of(site: Site, status: Status) -> Subject:
    """Return whose page a site file describes."""
    port = "" if site.listen.https == 443 else f":{site.listen.https}"
    portal = f"https://{site.domains.portal}{port}/"
    return Subject(
        title=status.title,
        address=status.address or f"{portal}status/",
        portal=portal,
        zone=ZoneInfo(status.zone),
        renewed_minutes=status.renewed_minutes,
        components={each.id: {"fr": each.french, "en": each.english} for each in status.components},
    )
