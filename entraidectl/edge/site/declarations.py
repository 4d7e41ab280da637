"""What site.toml may say: each table as a struct, each key with its type, its default and a sentence for people.

docs/reference/site-file.md and ops/edge/site.schema.json are written from these declarations by `bin/build site`.
"""

from typing import Annotated, Literal

from msgspec import Meta

from entraidectl.edge.site.supervision import Supervision
from entraidectl.edge.site.tables import Table
from entraidectl.edge.site.words import (
    Address,
    Command,
    Count,
    Days,
    Domain,
    Hours,
    Line,
    Mail,
    Megabytes,
    Minutes,
    Name,
    Network,
    Origin,
    Path,
    PerSecond,
    Port,
    Seconds,
    Server,
    Zone,
)


class Domains(Table, frozen=True, kw_only=True):
    """The names under which people reach the services."""

    portal: Annotated[Domain, Meta(description="Name of the portal, the one of PUBLIC_URL.")]
    also: Annotated[tuple[Domain, ...], Meta(description="Names that lead to the portal's, such as www.")] = ()
    certificates: Annotated[
        Domain | None,
        Meta(description="Name of the certificates site with its seals: an origin of its own, without a log."),
    ] = None


class Acme(Table, frozen=True, kw_only=True):
    """Certificates fetched from a certificate authority, by certbot or lego."""

    tool: Annotated[Literal["certbot", "lego"], Meta(description="Program that fetches them.")] = "certbot"
    mail: Annotated[Mail, Meta(description="Address that the authority writes to.")]


class Tls(Table, frozen=True, kw_only=True):
    """The certificate that is shown: files of yours, or fetched over ACME."""

    certificate: Annotated[
        Path | None, Meta(description="PEM file with the certificate and those between it and the root.")
    ] = None
    key: Annotated[Path | None, Meta(description="PEM file with its key.")] = None
    acme: Annotated[
        Acme | None, Meta(description="Where this table is, certificates are fetched and no files are named.")
    ] = None


class Listen(Table, frozen=True, kw_only=True):
    """Where the edge listens. The public addresses of `[[addresses]]` move between nodes, so it listens on all."""

    on: Annotated[tuple[Address, ...], Meta(description="Addresses of the machine; `0.0.0.0` and `::` mean all.")] = (
        "0.0.0.0",  # noqa: S104 (an edge is there for everybody)
        "::",
    )
    http: Annotated[Port, Meta(description="Port that leads people to HTTPS.")] = 80
    https: Annotated[Port, Meta(description="Port of HTTPS.")] = 443
    inside: Annotated[
        Port, Meta(description="Port on 127.0.0.1 at which the edge compresses and inspects, behind its own cache.")
    ] = 8079


class Pool(Table, frozen=True, kw_only=True):
    """Servers behind the edge that do the same."""

    servers: Annotated[tuple[Server, ...], Meta(min_length=1, description="The servers.")]
    connections: Annotated[
        Count, Meta(description="Connections to each server at once; whoever comes beyond sees the page. 0: any.")
    ] = 0
    seconds: Annotated[Seconds, Meta(description="Time that an answer may take.")] = 30


class Pools(Table, frozen=True, kw_only=True):
    """What stands behind the edge."""

    web: Annotated[Pool, Meta(description="Pages and the HTTP API: `entraide-web`.")]
    intake: Annotated[Pool, Meta(description="Sign-ups: `entraide-intake`.")]
    seals: Annotated[Pool | None, Meta(description="Seals of certificates: `entraide-seals`.")] = None
    signalling: Annotated[Pool | None, Meta(description="Signalling of meetings, over WebSocket.")] = None


class Files(Table, frozen=True, kw_only=True):
    """Files that the edge serves itself."""

    static: Annotated[
        Path | None,
        Meta(description="The portal's `static` folder under VAR_DIR. Without it they are asked of the web pool."),
    ] = None
    certificates: Annotated[
        Path | None, Meta(description="The built certificates site, with its headers.json (docs/operate/seals.md).")
    ] = None


class Cache(Table, frozen=True, kw_only=True):
    """Public pages are kept as long as they say themselves; this is about the rest."""

    megabytes: Annotated[Megabytes, Meta(description="Disk that kept answers may take.")] = 256
    stale_hours: Annotated[
        Hours, Meta(description="How long a page that nobody could renew is still shown while all behind is away.")
    ] = 24


class Firewall(Table, frozen=True, kw_only=True):
    """ModSecurity with the OWASP core rule set."""

    level: Annotated[
        Literal["off", "detect", "block"],
        Meta(description="`detect` writes down what it would refuse; read that for a week, then `block`."),
    ] = "off"


class Rate(Table, frozen=True, kw_only=True):
    """How often one network may ask: an IPv4 address, or an IPv6 /64. Schools and carriers share one."""

    per_second: Annotated[PerSecond, Meta(description="Requests a second that are always answered.")]
    burst: Annotated[Count, Meta(description="Requests at once beyond that, before the answer is 429.")]


class RouteRate(Table, frozen=True, kw_only=True):
    """A bound of its own for one route of the platform, on top of its class's."""

    route: Annotated[str, Meta(description="Its pattern, as in ops/manifest.json.", extra={"expects": "a text"})]
    per_second: Annotated[PerSecond, Meta(description="Requests a second that are always answered.")]
    burst: Annotated[Count, Meta(description="Requests at once beyond that, before the answer is 429.")]


class Rates(Table, frozen=True, kw_only=True):
    """Bounds for each network, by class of request. They are high: behind one address there may be a school."""

    pages: Annotated[Rate, Meta(description="Everything on the portal.")] = Rate(per_second=100, burst=400)
    forms: Annotated[Rate, Meta(description="What is sent to the pages (POST).")] = Rate(per_second=20, burst=200)
    signups: Annotated[Rate, Meta(description="What is sent to the sign-up (POST).")] = Rate(per_second=50, burst=600)
    api: Annotated[Rate, Meta(description="The HTTP API.")] = Rate(per_second=50, burst=200)
    seals: Annotated[Rate, Meta(description="The certificates site and its seals.")] = Rate(per_second=50, burst=400)
    connections: Annotated[
        PerSecond, Meta(description="Requests of one network in progress at once; over HTTP/2 each counts.")
    ] = 500
    routes: Annotated[tuple[RouteRate, ...], Meta(description="Bounds of single routes.")] = ()


class Floods(Table, frozen=True, kw_only=True):
    """Bounds that the kernel holds (nftables) by IPv4 address or IPv6 /64, and by IPv4 /24. What is over is dropped."""

    level: Annotated[Literal["off", "on"], Meta(description="Whether the kernel holds any.")] = "off"
    exempt: Annotated[
        tuple[Network, ...],
        Meta(description="Who is held to none: a hospital, a monitor. Nodes and trusted proxies never are."),
    ] = ()
    connections: Annotated[Rate, Meta(description="New connections of one address (SYN packets).")] = Rate(
        per_second=200, burst=1000
    )
    network_connections: Annotated[Rate, Meta(description="New connections of one IPv4 /24.")] = Rate(
        per_second=2000, burst=8000
    )
    packets: Annotated[Rate, Meta(description="Packets of one address.")] = Rate(per_second=20_000, burst=40_000)
    network_packets: Annotated[Rate, Meta(description="Packets of one IPv4 /24.")] = Rate(
        per_second=100_000, burst=200_000
    )
    open: Annotated[PerSecond, Meta(description="Connections of one address at once; those beyond are refused.")] = 4000
    synproxy: Annotated[
        Literal["off", "on"],
        Meta(
            description="Whether the kernel's proxy answers first packets, where it has one. SYN cookies, which are "
            "always on, do as well on the edge itself; it cannot be had together with addresses that move."
        ),
    ] = "off"


class Bans(Table, frozen=True, kw_only=True):
    """Who is refused again and again is shut out for a while, by fail2ban. Needs `floods.level = "on"`."""

    level: Annotated[Literal["off", "on"], Meta(description="Whether anybody is shut out.")] = "off"
    exempt: Annotated[
        tuple[Network, ...],
        Meta(description="Who never is: schools, carriers. Nodes, trusted proxies and floods.exempt never are either."),
    ] = ()
    refusals: Annotated[
        PerSecond, Meta(description="Requests of one network that the edge refused (400, 429) before it is shut out.")
    ] = 3000
    attacks: Annotated[
        PerSecond, Meta(description='Requests that the firewall refused; counted where `firewall.level = "block"`.')
    ] = 20
    within_seconds: Annotated[Seconds, Meta(description="Within which time so many come.")] = 60
    seconds: Annotated[Seconds, Meta(description="For how long a network is shut out.")] = 1800


class Metrics(Table, frozen=True, kw_only=True):
    """The measurements of the edge, and who may see them and those of the portal."""

    address: Annotated[Address, Meta(description="Address on which the edge shows /metrics.")] = "127.0.0.1"
    port: Annotated[Port, Meta(description="Its port.")] = 9145
    allowed: Annotated[
        tuple[Network, ...],
        Meta(description="Who may see /metrics there, and /metrics and /readyz of the portal. Others get 404."),
    ] = ("127.0.0.1",)


class Purge(Table, frozen=True, kw_only=True):
    """Where the platform says that a public page has changed. Each node listens at its own address besides."""

    address: Annotated[Address, Meta(description="Private address on which the edge listens for that.")] = "127.0.0.1"
    port: Annotated[Port, Meta(description="Its port.")] = 9146
    allowed: Annotated[
        tuple[Network, ...],
        Meta(description="Where workers of the platform are. Others are refused, with the secret too."),
    ] = ("127.0.0.1",)
    secret: Annotated[
        Path, Meta(description="File with the secret: 32 letters, figures, - and _ or more; EDGE_SECRET is the same.")
    ]


class Backups(Table, frozen=True, kw_only=True):
    """What is copied away, and where to, on the machine of the database (docs/operate/backups.md)."""

    folder: Annotated[Path, Meta(description="Folder of the copies: a disk of its own, or one mounted from elsewhere.")]
    second: Annotated[
        Path | None, Meta(description="A second one, of another provider: whatever burns there does not burn here.")
    ] = None
    passphrase: Annotated[
        Path | None,
        Meta(description="File with the secret that encrypts the copies: 32 letters, figures, - and _ or more."),
    ] = None
    files: Annotated[
        tuple[Path, ...],
        Meta(description="Files and folders copied besides; they hold secrets, so that a passphrase is needed."),
    ] = ()
    environment: Annotated[
        Path | None, Meta(description="The platform's settings. Sign-ups in the log that INTAKE_LOG names are copied.")
    ] = None
    data: Annotated[Path, Meta(description="PostgreSQL's data folder.")] = "/var/lib/postgresql/15/main"
    socket: Annotated[Path, Meta(description="Folder of its socket.")] = "/run/postgresql"
    port: Annotated[Port, Meta(description="Its port.")] = 5432
    user: Annotated[Name, Meta(description="System user that it runs as.")] = "postgres"
    database: Annotated[Name, Meta(description="The platform's database.")] = "entraide"
    state: Annotated[
        Path, Meta(description="Folder of what the copying itself writes, and of the copy that is tried.")
    ] = "/var/lib/entraide-backups"
    full_days: Annotated[Days, Meta(description="Every so many days all is copied; in between what changed.")] = 7
    keep_full: Annotated[Days, Meta(description="So many full copies are kept, with what came after them.")] = 4
    waiting: Annotated[
        Megabytes,
        Meta(description="WAL that may wait for an unreachable folder; beyond it is dropped, so that the disk lasts."),
    ] = 8192
    metrics: Annotated[
        Path | None, Meta(description="Folder of Prometheus' textfile collector, told when a copy was last tried.")
    ] = None


class StatusComponent(Table, frozen=True, kw_only=True):
    """Something that people use and that can fail by itself, in the order of the page."""

    id: Annotated[Name, Meta(description="By which commands and the history know it. It stays when names change.")]
    french: Annotated[Line, Meta(description="Its name in French.")]
    english: Annotated[Line, Meta(description="Its name in English.")]


class Status(Table, frozen=True, kw_only=True):
    """The public status page (docs/operate/status-page.md), which survives the platform."""

    title: Annotated[Line, Meta(description="Whose page it is.")] = "Entraide"
    data: Annotated[Path, Meta(description="Folder of the file that is the truth; keep copies of it.")] = "status"
    address: Annotated[
        Origin | None, Meta(description="Where people read it. Default: /status/ on the portal's domain.")
    ] = None
    zone: Annotated[Zone, Meta(description="Time zone in which times are shown.")] = "Europe/Paris"
    renewed_minutes: Annotated[
        Minutes, Meta(description="How often a timer of yours runs `entraidectl status publish`; the page says so.")
    ] = 10
    served: Annotated[
        Path | None, Meta(description="Folder that each edge serves at /status/. Without it an edge serves none.")
    ] = None
    folders: Annotated[
        tuple[Path, ...], Meta(description="Folders of this machine to publish to, such as the one that is served.")
    ] = ()
    commands: Annotated[
        tuple[Command, ...],
        Meta(description="Commands that publish elsewhere, run without a shell; {pages} is the folder of the files."),
    ] = ()
    components: Annotated[
        tuple[StatusComponent, ...],
        Meta(min_length=1, max_length=10, description="What the page tells the state of: ten at most."),
    ]


class Node(Table, frozen=True, kw_only=True):
    """A machine that is an edge."""

    name: Annotated[Name, Meta(description="Its name.")]
    address: Annotated[Address, Meta(description="Its own address, which stays with it.")]
    interface: Annotated[Name, Meta(description="The network interface that bears it.")] = "eth0"


class PublicAddress(Table, frozen=True, kw_only=True):
    """A public address. Each has a node that bears it as long as that node is well."""

    address: Annotated[Address, Meta(description="The address, to which the domains point.")]
    node: Annotated[Name, Meta(description="The node that bears it when all are well.")]


class Site(Table, frozen=True, kw_only=True):
    """The file itself."""

    version: Annotated[Literal[1], Meta(description="Version of this format.")]
    user: Annotated[Name, Meta(description="System user that nginx's workers run as.")] = "www-data"
    trusted_proxies: Annotated[
        tuple[Network, ...],
        Meta(description="Proxies in front of the edge, whose X-Forwarded-For is believed. None: there are none."),
    ] = ()
    domains: Domains
    tls: Tls
    listen: Listen = Listen()
    pools: Pools
    files: Files = Files()
    cache: Cache = Cache()
    firewall: Firewall = Firewall()
    rates: Rates = Rates()
    floods: Floods = Floods()
    bans: Bans = Bans()
    metrics: Metrics = Metrics()
    purge: Purge | None = None
    backups: Backups | None = None
    status: Status | None = None
    nodes: tuple[Node, ...] = ()
    addresses: tuple[PublicAddress, ...] = ()
    supervision: Supervision | None = None
