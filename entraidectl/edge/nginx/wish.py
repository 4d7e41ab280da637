"""What a configuration is made of, and the words that several of its files share."""

from dataclasses import dataclass

from entraidectl.edge.blocks import Part
from entraidectl.edge.machine import BROTLI, CACHE_PURGE, Machine
from entraidectl.edge.places import HOME, Places
from entraidectl.edge.routes import Group, groups
from entraidectl.edge.site.declarations import Node, Rate, RouteRate, Site
from entraidectl.manifest import Manifest

YEAR_SECONDS = 31_536_000
HSTS = f'add_header Strict-Transport-Security "max-age={YEAR_SECONDS}" always;'
INSIDE = "edge_inside"


@dataclass(frozen=True, slots=True)
class Wish:
    """Everything that decides what is written."""

    site: Site
    manifest: Manifest
    machine: Machine
    places: Places
    node: Node | None = None

    @property
    def groups(self) -> list[Group]:
        """Return the routes in groups that one location serves."""
        return groups(self.manifest, self.site)

    @property
    def inspects(self) -> bool:
        """Tell whether the firewall looks at requests."""
        return self.site.firewall.level != "off"

    @property
    def serves_status(self) -> bool:
        """Tell whether the public status page lies here."""
        return bool(self.site.status and self.site.status.served)

    @property
    def has_brotli(self) -> bool:
        """Tell whether nginx can send brotli."""
        return self.machine.modules.issuperset(BROTLI)

    @property
    def modules(self) -> list[str]:
        """Return the modules to load."""
        return [
            *(BROTLI if self.has_brotli else ()),
            *(("ngx_http_modsecurity_module",) if self.inspects else ()),
            *((CACHE_PURGE,) if self.site.purge else ()),
        ]

    @property
    def cache_key(self) -> str:
        """Return by what a kept page of the portal is known, whichever server of ours is asked for it."""
        return f"{self.site.domains.portal}$request_uri$edge_encoding"

    def origin(self, domain: str) -> str:
        """Return a domain as it stands in addresses and in Host: with the port unless it is HTTPS's own."""
        return domain if self.site.listen.https == 443 else f"{domain}:{self.site.listen.https}"

    def include(self, name: str) -> str:
        """Return the line that includes another file of this configuration."""
        return f"include {HOME}/{name};"


def zone_of(rate: RouteRate, site: Site) -> str:
    """Return the name under which a route's own bound is counted."""
    return f"route_{site.rates.routes.index(rate)}"


def bounded(zone: str, rate: Rate | RouteRate) -> str:
    """Return the line that holds requests to a rate: those within the burst are not made to wait."""
    return f"limit_req zone=rate_{zone} burst={rate.burst} nodelay;"


def quoted(text: str) -> str:
    """Return a text as one word of nginx's, in which nothing is a variable.

    nginx knows no way to write a dollar sign in a value, so that it may not stand there.
    """
    if "$" in text or "\n" in text:
        raise ValueError(f"{text!r} cannot be written for nginx")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def headers(*, host: str, **values: str) -> list[Part]:
    """Return the headers that a server behind is told, whatever the client said in them.

    All others that some framework believes are emptied: nobody behind has to know which proxies lie.
    """
    told = {
        "Host": host,
        "Connection": '""',
        "X-Forwarded-For": "$remote_addr",
        "X-Forwarded-Proto": "https",
        "X-Request-ID": "$request_id",
        "Accept-Encoding": '""',
        # What somebody searched for stands in there too, as free as in its field: the origin is all that counts.
        "Referer": "$edge_referer",
        **{name.replace("_", "-"): value for name, value in values.items()},
    }
    emptied = (
        "Forwarded", "HX-Current-URL", "Proxy", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix",
        "X-Forwarded-Server", "X-Forwarded-Scheme", "X-HTTP-Method-Override", "X-Original-URL", "X-Real-IP",
        "X-Rewrite-URL",
    )  # fmt: skip
    return [f"proxy_set_header {name} {value};" for name, value in {**told, **dict.fromkeys(emptied, '""')}.items()]
