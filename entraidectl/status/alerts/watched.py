"""What is asked from outside, and under which name each kind of measurement is kept."""

from collections.abc import Iterator
from dataclasses import dataclass

from entraidectl.edge.site.declarations import Site
from entraidectl.edge.site.supervision import Supervision

PROCESSES, MACHINES, EDGES = "entraide-processes", "entraide-machines", "entraide-edges"
SITE, ADDRESSES, READY, SIGN_UPS, SEALS = (
    "entraide-site", "entraide-addresses", "entraide-ready", "entraide-signups", "entraide-seals",
)  # fmt: skip
# A GET that the sign-ups' own process answers, and that changes nothing.
LANE_PATH = "/v1/signups/challenge"
KEYS_PATH = "/v1/keys"


@dataclass(frozen=True, slots=True)
class Probe:
    """Addresses that are asked in the same way; `host` is the name that is asked for where the address is a number."""

    job: str
    module: str
    targets: tuple[str, ...]
    host: str = ""


@dataclass(frozen=True, slots=True)
class Watched:
    """A site that says how it is supervised."""

    site: Site
    supervision: Supervision

    def probes(self) -> Iterator[Probe]:
        """Yield what is asked from outside."""
        portal = self.supervision.portal or self._https(self.site.domains.portal)
        portal = portal.rstrip("/")
        yield Probe(SITE, "page", (f"{portal}/",))
        yield Probe(READY, "ok", (f"{portal}/readyz",))
        yield Probe(SIGN_UPS, "ok", (f"{portal}{LANE_PATH}",))
        certificates = self.supervision.certificates or (
            self._https(self.site.domains.certificates) if self.site.domains.certificates else ""
        )
        if certificates:
            yield Probe(SEALS, "ok", (f"{certificates.rstrip('/')}{KEYS_PATH}",))
        if self.site.addresses and not self.supervision.portal:
            hosts = [f"[{each.address}]" if ":" in each.address else each.address for each in self.site.addresses]
            yield Probe(
                ADDRESSES, "address", tuple(f"{self._https(host)}/" for host in hosts), host=self.site.domains.portal
            )

    def _https(self, host: str) -> str:
        port = self.site.listen.https
        return f"https://{host}" if port == 443 else f"https://{host}:{port}"


def modules() -> dict[str, object]:
    """Return the ways of asking, as blackbox exporter takes them."""
    asked = {"preferred_ip_protocol": "ip4", "method": "GET"}
    return {
        "modules": {
            "page": {"prober": "http", "timeout": "10s", "http": {**asked, "valid_status_codes": [200]}},
            "ok": {
                "prober": "http",
                "timeout": "5s",
                "http": {**asked, "valid_status_codes": [200], "follow_redirects": False},
            },
            "address": {
                "prober": "http",
                "timeout": "5s",
                "http": {**asked, "valid_status_codes": [200, 301, 302, 303, 307, 308], "follow_redirects": False},
            },
        }
    }
