"""Every setting of Entraide as data: name, reader, default, help. docs/reference/settings.md is made from this list."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from entraide.foundation import env
from entraide.foundation.env import Environment, IPNetwork, Setting, SettingError, Unset

ROOT = Path(__file__).resolve().parent.parent

MODE = Setting(
    "MODE",
    env.choice("production", "development"),
    "production",
    "What this node is for. Development adds the local mailbox and a generated key; production refuses both.",
    "production or development",
)
SECRET_KEY = Setting(
    "SECRET_KEY",
    env.long_text(low=32),
    Unset.REQUIRED,
    "Signs sessions, one-time links and tokens; 50 random characters, the same on every node.",
    "a random text of 32 characters or more",
    secret=True,
)
PUBLIC_URL = Setting(
    "PUBLIC_URL",
    env.url("http", "https", named=True),
    "http://localhost:8000",
    "Address under which people reach the portal; used in mails and feeds.",
    "an absolute http(s) address",
)
ALLOWED_HOSTS: Setting[tuple[str, ...]] = Setting(
    "ALLOWED_HOSTS", env.words, (), "Host names answered besides the one of PUBLIC_URL.", "names separated by commas"
)
TRUSTED_PROXIES: Setting[tuple[IPNetwork, ...]] = Setting(
    "TRUSTED_PROXIES",
    env.networks,
    (),
    "Proxies whose X-Forwarded-For is believed; the client address is the first one from the right that is not listed.",
    "addresses or networks in CIDR form, separated by commas",
)
DATABASE_URL = Setting(
    "DATABASE_URL",
    env.url("postgresql", "postgres"),
    "",
    "PostgreSQL 15 or newer. Empty: an embedded PostgreSQL keeps its files under VAR_DIR.",
    "postgresql://user:password@host:port/name",
    secret=True,
)
DATABASE_CONNECTIONS = Setting(
    "DATABASE_CONNECTIONS",
    env.integer(low=1, high=500),
    8,
    "Threads that answer pages in one web process, each with a database connection.",
    "a whole number from 1 to 500",
)
VAR_DIR = Setting(
    "VAR_DIR", env.path, ROOT / "var", "Folder of all files that a node writes: data, assets, logs.", "a path"
)
SEARCH_DIR: Setting[Path | None] = Setting(
    "SEARCH_DIR",
    env.path,
    None,
    "Folder of this node's search index, never shared with another one. Empty: search in VAR_DIR.",
    "a path",
)
EDGES: Setting[tuple[str, ...]] = Setting(
    "EDGES",
    env.urls("http", "https"),
    (),
    "Private addresses ([purge] of site.toml) of all edges before the portal, told at once of pages that changed. "
    "Empty: copies are renewed when their time is over.",
    "http(s)://host:port addresses, separated by commas",
)
EDGE_SECRET = Setting(
    "EDGE_SECRET",
    env.text,
    "",
    "With EDGES: the secret of [purge] in site.toml, the same for all.",
    "a text",
    secret=True,
)
HOST = Setting("HOST", env.host, "127.0.0.1", "Address on which the server listens.", "an IP address or localhost")
PORT = Setting(
    "PORT", env.integer(low=1, high=65535), 8000, "Port on which the server listens.", "a whole number from 1 to 65535"
)
INTAKE_PORT = Setting(
    "INTAKE_PORT",
    env.integer(low=1, high=65535),
    8001,
    "Port of the sign-ups where they are a process of their own (bin/manage run intake); bin/serve has them on PORT.",
    "a whole number from 1 to 65535",
)
SIGNALLING_PORT = Setting(
    "SIGNALLING_PORT",
    env.integer(low=1, high=65535),
    8003,
    "Port of the meetings' gateway as a process of its own (bin/manage run signalling); bin/serve has it on PORT.",
    "a whole number from 1 to 65535",
)
PRIVATE_URL = Setting(
    "PRIVATE_URL",
    env.url("http", "https"),
    "",
    "Address at which the meetings' gateway asks the pages, within the private network. Empty: PORT on this machine.",
    "an absolute http(s) address",
)
MEETINGS_RELAYS: Setting[tuple[str, ...]] = Setting(
    "MEETINGS_RELAYS",
    env.urls("stun", "turn", "turns"),
    (),
    "Servers that help two browsers to reach each other (coturn). Empty: meetings of two work within one network.",
    "stun:, turn: or turns: addresses, separated by commas",
)
MEETINGS_RELAY_SECRET = Setting(
    "MEETINGS_RELAY_SECRET",
    env.text,
    "",
    "The secret that coturn shares (use-auth-secret), from which each participant gets credentials for ten minutes.",
    "a text",
    secret=True,
)
MEDIA_NODE_SECRET = Setting(
    "MEDIA_NODE_SECRET",
    env.text,
    "",
    "The secret of a media node, on its own machine (bin/entraide-node); bin/manage media_node secret NAME prints it.",
    "a text",
    secret=True,
)
METRICS_HOST = Setting(
    "METRICS_HOST",
    env.host,
    "127.0.0.1",
    "Address on which /metrics listens in production.",
    "an IP address or localhost",
)
METRICS_PORT = Setting(
    "METRICS_PORT",
    env.integer(low=0, high=65535),
    0,
    "Private port of /metrics in production; 0 leaves it off. In development /metrics is on the main port.",
    "a whole number from 0 to 65535",
)
LOG_LEVEL = Setting(
    "LOG_LEVEL",
    env.choice("debug", "info", "warning", "error"),
    "info",
    "Least severe log line that is written.",
    "debug, info, warning or error",
)
MAIL_URL = Setting(
    "MAIL_URL",
    env.url("smtp", "smtps", "anymail"),
    "",
    "How mail leaves: smtp://user:password@host:port (STARTTLS), smtps://… (TLS), or anymail://backend for a provider "
    "of django-anymail. Empty: the local mailbox, in development only.",
    "smtp://, smtps:// or anymail://",
    secret=True,
)
MAIL_PROVIDER_OPTIONS: Setting[Sequence[Mapping[str, Any]]] = Setting(
    "MAIL_PROVIDER_OPTIONS",
    env.json_list,
    (),
    "Options of the django-anymail backend (API key and the like).",
    'a JSON array holding one object, such as [{"MAILJET_API_KEY": "…"}]',
    secret=True,
)
MAIL_HOOK_SECRET = Setting(
    "MAIL_HOOK_SECRET",
    env.text,
    "",
    "With anymail://, opens /hooks/mail/, at which the provider reports addresses that refuse mail; it signs in there "
    "with this name and password (HTTP basic). Empty: the address does not exist.",
    "name:password",
    secret=True,
)
MAIL_FROM = Setting(
    "MAIL_FROM", env.mailbox, "Entraide <ne-pas-repondre@localhost>", "Sender of every mail.", "Name <address>"
)
MAIL_PER_SECOND = Setting(
    "MAIL_PER_SECOND",
    env.integer(low=1, high=10_000),
    20,
    "Mails that the provider takes a second, all workers together; more wait in the outbox, the most urgent go first.",
    "a whole number from 1 to 10000",
)
MAIL_SENDERS = Setting(
    "MAIL_SENDERS",
    env.integer(low=1, high=50),
    4,
    "Connections to the provider that one worker uses at once: MAIL_PER_SECOND times the seconds of one delivery.",
    "a whole number from 1 to 50",
)
OIDC_PROVIDERS: Setting[Sequence[Mapping[str, Any]]] = Setting(
    "OIDC_PROVIDERS",
    env.json_list,
    (),
    "OpenID Connect providers offered at sign-in.",
    "a JSON array of objects with provider_id, name, client_id, secret and server_url",
    secret=True,
)
FEED_NETWORKS: Setting[tuple[IPNetwork, ...]] = Setting(
    "FEED_NETWORKS",
    env.networks,
    (),
    "Networks besides the public internet from which feeds of partners may be fetched (docs/reference/feeds.md).",
    "addresses or networks in CIDR form, separated by commas",
)
CALLBACK_NETWORKS: Setting[tuple[IPNetwork, ...]] = Setting(
    "CALLBACK_NETWORKS",
    env.networks,
    (),
    "Networks besides the public internet where addresses of tenants of meetings may be (docs/operate/meetings.md).",
    "addresses or networks in CIDR form, separated by commas",
)
INTAKE_LOG: Setting[tuple[str, ...]] = Setting(
    "INTAKE_LOG",
    env.urls("nats", "tls"),
    (),
    "Servers of the replicated log that takes sign-ups while PostgreSQL is down (docs/operate/sign-up-log.md). Empty: "
    "sign-ups go into PostgreSQL. The same for every intake and worker.",
    "nats:// or tls://user:password@host:port, three of them separated by commas",
    secret=True,
)
INTAKE_LOG_BYTES = Setting(
    "INTAKE_LOG_BYTES",
    env.integer(low=3_000_000, high=10**13),
    6_000_000_000,
    "What the replicated log may hold on each server; it refuses sign-ups beyond. See bin/manage prepare-signup-log.",
    "a whole number of bytes from 3000000 on",
)
INTAKE_LOG_AUTHORITY: Setting[Path | None] = Setting(
    "INTAKE_LOG_AUTHORITY",
    env.file,
    None,
    "With tls:// addresses: who signed the certificates of the log's servers. Empty: whom this machine trusts.",
    "the path of a PEM file",
)
INTAKE_LOG_CERTIFICATE: Setting[Path | None] = Setting(
    "INTAKE_LOG_CERTIFICATE",
    env.file,
    None,
    "With tls:// addresses: the certificate shown to the log's servers, if they ask for one.",
    "the path of a PEM file",
)
INTAKE_LOG_KEY: Setting[Path | None] = Setting(
    "INTAKE_LOG_KEY",
    env.file,
    None,
    "The key of INTAKE_LOG_CERTIFICATE, unless it is in the same file.",
    "the path of a PEM file",
)
SIGNUPS_PER_NETWORK = Setting(
    "SIGNUPS_PER_NETWORK",
    env.integer(low=1, high=1_000_000),
    120,
    "Sign-ups that one address (IPv6: one /64) may send a minute, all processes together, before a proof of work is "
    "asked of it; ten times as many before it is refused. The other limits follow from it (docs/operate/surge.md).",
    "a whole number from 1 to 1000000",
)
SIGNUPS_QUEUED = Setting(
    "SIGNUPS_QUEUED",
    env.integer(low=1, high=100_000),
    4000,
    "Sign-ups that may wait for a commit in each intake process; whoever comes beyond gets a place in line.",
    "a whole number from 1 to 100000",
)
PROOF_COST = Setting(
    "PROOF_COST",
    env.integer(low=1, high=10_000),
    300,
    "Rounds of one try of the proof of work, of which a browser makes some 4,096: a few seconds of a telephone.",
    "a whole number from 1 to 10000",
)
PROOF_PATIENCE = Setting(
    "PROOF_PATIENCE",
    env.integer(low=1, high=1800),
    120,
    "Seconds that whoever runs no scripts waits instead of a proof of work.",
    "a whole number from 1 to 1800",
)
DISPOSABLE_MAIL = Setting(
    "DISPOSABLE_MAIL",
    env.choice("refuse", "proof", "accept"),
    "refuse",
    "What a mail address of a disposable domain leads to at sign-up: a fault of its field, a proof of work, nothing.",
    "refuse, proof or accept",
)
DISPOSABLE_DOMAINS: Setting[tuple[str, ...]] = Setting(
    "DISPOSABLE_DOMAINS",
    env.words,
    (),
    "Mail domains that are disposable besides those of the list that comes with Entraide, with all below them.",
    "names separated by commas",
)
TRUSTED_MAIL_DOMAINS: Setting[tuple[str, ...]] = Setting(
    "TRUSTED_MAIL_DOMAINS",
    env.words,
    (),
    "Mail domains that are not disposable whatever the list says, and whose sign-ups are not bounded together.",
    "names separated by commas",
)
SEALS_PORT = Setting(
    "SEALS_PORT",
    env.integer(low=1, high=65535),
    8002,
    "Port of the seals of certificates (bin/manage run seals); bin/serve has them on PORT + 2 unless this is set.",
    "a whole number from 1 to 65535",
)
SEALS_FOLDER: Setting[Path | None] = Setting(
    "SEALS_FOLDER",
    env.path,
    None,
    "Folder of the keys that seal, for their owner alone and never backed up (docs/operate/seals.md). Empty: seals "
    "under VAR_DIR.",
    "a path",
)
SEALS_PER_NETWORK = Setting(
    "SEALS_PER_NETWORK",
    env.integer(low=1, high=10_000_000),
    600,
    "Seals that one address (IPv6: one /64) may ask of each seal process a minute; schools and carriers share one.",
    "a whole number from 1 to 10000000",
)
SEALS_DAYS_AHEAD = Setting(
    "SEALS_DAYS_AHEAD",
    env.integer(low=1, high=60),
    14,
    "For how many days ahead sealing keys are made, so that one ceremony of the root lists them all.",
    "a whole number from 1 to 60",
)
SEALS_TOKEN_MODULE: Setting[Path | None] = Setting(
    "SEALS_TOKEN_MODULE",
    env.file,
    None,
    "Library (PKCS #11) of the token that keeps the sealing keys. Empty: they are files in SEALS_FOLDER.",
    "the path of a shared library",
)
SEALS_TOKEN_LABEL = Setting(
    "SEALS_TOKEN_LABEL", env.text, "entraide", "Label of the token that keeps the sealing keys.", "a text"
)
SEALS_TOKEN_PIN = Setting("SEALS_TOKEN_PIN", env.text, "", "PIN of the token's user.", "a text", secret=True)
CERTIFICATES_URL = Setting(
    "CERTIFICATES_URL",
    env.url("http", "https"),
    "",
    "Address of the certificates site, to which a confirmed place leads with its mission filled in. Empty: no link.",
    "an absolute http(s) address",
)
PUBLISHER_NAME = Setting(
    "PUBLISHER_NAME",
    env.text,
    "",
    "Public body or association that runs this portal, for the legal notice.",
    "a name",
)
PUBLISHER_CONTACT = Setting(
    "PUBLISHER_CONTACT", env.mailbox, "", "Mail address for questions, rights and accessibility.", "a mail address"
)
HOSTING_NAME = Setting(
    "HOSTING_NAME", env.text, "", "Who hosts the machines; shown in the legal notice.", "a name and an address"
)

SETTINGS: tuple[Setting[Any], ...] = (
    MODE, SECRET_KEY, PUBLIC_URL, ALLOWED_HOSTS, TRUSTED_PROXIES, DATABASE_URL, DATABASE_CONNECTIONS, VAR_DIR,
    SEARCH_DIR, EDGES, EDGE_SECRET, HOST, PORT, INTAKE_PORT, SIGNALLING_PORT, PRIVATE_URL, MEETINGS_RELAYS,
    MEETINGS_RELAY_SECRET, MEDIA_NODE_SECRET, METRICS_HOST, METRICS_PORT, LOG_LEVEL, MAIL_URL,
    MAIL_PROVIDER_OPTIONS, MAIL_HOOK_SECRET, MAIL_FROM, MAIL_PER_SECOND, MAIL_SENDERS, OIDC_PROVIDERS, FEED_NETWORKS,
    CALLBACK_NETWORKS, INTAKE_LOG, INTAKE_LOG_BYTES, INTAKE_LOG_AUTHORITY,
    INTAKE_LOG_CERTIFICATE, INTAKE_LOG_KEY, SIGNUPS_PER_NETWORK, SIGNUPS_QUEUED,
    PROOF_COST, PROOF_PATIENCE, DISPOSABLE_MAIL, DISPOSABLE_DOMAINS, TRUSTED_MAIL_DOMAINS,
    SEALS_PORT, SEALS_FOLDER, SEALS_PER_NETWORK, SEALS_DAYS_AHEAD, SEALS_TOKEN_MODULE, SEALS_TOKEN_LABEL,
    SEALS_TOKEN_PIN, CERTIFICATES_URL, PUBLISHER_NAME,
    PUBLISHER_CONTACT, HOSTING_NAME,
)  # fmt: skip

# The seal process holds the keys: it is given no other secret.
SEALS_SETTINGS: tuple[Setting[Any], ...] = (
    MODE, TRUSTED_PROXIES, VAR_DIR, HOST, METRICS_HOST, METRICS_PORT, LOG_LEVEL, SEALS_PORT, SEALS_FOLDER,
    SEALS_PER_NETWORK, SEALS_DAYS_AHEAD, SEALS_TOKEN_MODULE, SEALS_TOKEN_LABEL, SEALS_TOKEN_PIN,
)  # fmt: skip


def from_process() -> Environment:
    """Return the environment of this process."""
    return Environment(os.environ)


def require_edge_secret(environment: Environment) -> None:
    """Raise SettingError when edges are named and the secret that they ask for is not."""
    if environment.value(EDGES) and not environment.value(EDGE_SECRET):
        raise SettingError(f"EDGE_SECRET is not set: expected {EDGE_SECRET.expects}. {EDGE_SECRET.help}")


def require_mail(environment: Environment) -> None:
    """Raise SettingError in production without a way for mail to leave."""
    if environment.value(MODE) == "production" and not environment.value(MAIL_URL):
        raise SettingError(f"MAIL_URL is not set: expected {MAIL_URL.expects}. {MAIL_URL.help}")
