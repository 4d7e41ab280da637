"""The portal's server: its public pages kept and shown while all behind is away, everything else passed on."""

from collections.abc import Iterator

from entraidectl.edge.bans.render import REFUSED, wants_bans
from entraidectl.edge.blocks import Part, block, text
from entraidectl.edge.nginx.entrance import listening
from entraidectl.edge.nginx.wish import HSTS, INSIDE, Wish, bounded, headers, zone_of
from entraidectl.edge.places import HOME
from entraidectl.edge.routes import Group
from entraidectl.edge.site.declarations import Pool

FORM_BODY_LIMIT = 1_000_000
# Time for the way through ourselves, on top of what a pool may take.
WAY_SECONDS = 5
MEETING_SECONDS = 3600
# How long a browser keeps a page of the status: a crowd that asks again and again is asked to wait as long.
STATUS_SECONDS = 15
PROBLEMS = {403: "refused", 413: "large", 429: "full", 502: "soon", 503: "full", 504: "soon"}


def portal_conf(wish: Wish) -> str:
    """Return the portal's server."""
    rates = wish.site.rates
    return text(
        block(
            "server",
            listening(wish, tls=True),
            f"server_name {wish.site.domains.portal};",
            f"access_log {wish.places.logs}/portal.log edge buffer=64k flush=5s;",
            _log_of_refusals(wish),
            "# A line about a request that failed would hold its whole address, secrets included.",
            f"error_log {wish.places.logs}/portal-errors.log crit;",
            HSTS,
            problem_pages(),
            block("if ($edge_unclear)", "return 400;"),
            f"limit_conn connections {rates.connections};",
            bounded("pages", rates.pages),
            list(_locations(wish)),
        )
    )


def _log_of_refusals(wish: Wish) -> list[str]:
    """Return the log that fail2ban reads: all requests of a rush would be too many for it."""
    if not wants_bans(wish.site):
        return []
    return [f"access_log {wish.places.logs}/{REFUSED} edge buffer=64k flush=1s if=$edge_is_refused;"]


def _locations(wish: Wish) -> Iterator[Part]:
    for group in wish.groups:
        pool = getattr(wish.site.pools, group.process, None)
        if group.process == "seals" or pool is None:
            continue
        if group.public:
            yield _public(wish, group, pool)
        elif group.process == "signalling":
            yield _meeting(wish, group)
        else:
            yield _private(wish, f'~ "{group.regex}"', group, pool)
    yield _private(wish, "/api/", None, wish.site.pools.web, api=True)
    yield _private(wish, "/", None, wish.site.pools.web)
    yield _static(wish)
    if wish.site.status and wish.site.status.served:
        yield from _status_page(wish.site.status.served)
    yield block("location = /healthz", "access_log off;", "default_type text/plain;", 'return 200 "ok\\n";')
    for watched in ("/metrics", "/readyz"):
        yield block(
            f"location = {watched}",
            block("if ($edge_may_watch = 0)", "return 404;"),
            wish.include("private.conf"),
            "proxy_pass http://web;",
        )
    for within in ("/dev/", "/private/"):
        yield block(f"location ^~ {within}", "return 404;")


def _public(wish: Wish, group: Group, pool: Pool) -> list[str]:
    """Return the location of answers that are the same for everybody: nothing of a reader reaches who writes them."""
    return block(
        f'location ~ "{group.regex}"',
        block("if ($edge_changes)", "return 405;"),
        _bounds(wish, group),
        wish.include("public.conf"),
        f"proxy_read_timeout {pool.seconds + WAY_SECONDS}s;",
        f"proxy_pass http://{INSIDE};",
    )


def _private(wish: Wish, where: str, group: Group | None, pool: Pool, *, api: bool = False) -> list[str]:
    """Return the location of answers that are somebody's: never kept, never compressed."""
    target = INSIDE if wish.inspects else (group.process if group else "web")
    return block(
        f"location {where}",
        f"client_max_body_size {group.body_limit if group and group.body_limit else FORM_BODY_LIMIT};",
        _bounds(wish, group, api=api),
        wish.include("private.conf"),
        f"proxy_read_timeout {pool.seconds + (WAY_SECONDS if wish.inspects else 0)}s;",
        f"proxy_pass http://{target};",
    )


def _meeting(wish: Wish, group: Group) -> list[str]:
    """Return the location of WebSockets, which the firewall cannot read and a cache cannot keep."""
    return block(
        f'location ~ "{group.regex}"',
        _bounds(wish, group),
        headers(host=wish.origin(wish.site.domains.portal), Upgrade="$http_upgrade", Connection="$edge_connection"),
        f"proxy_read_timeout {MEETING_SECONDS}s;",
        f"proxy_send_timeout {MEETING_SECONDS}s;",
        "proxy_buffering off;",
        "proxy_pass http://signalling;",
    )


def _bounds(wish: Wish, group: Group | None, *, api: bool = False) -> list[str]:
    """Return the bounds of a location. Naming one here drops the server's, which is therefore said again."""
    rates = wish.site.rates
    found = [bounded("pages", rates.pages)]
    if group and group.process == "intake" and not group.public:
        found.append(bounded("signups", rates.signups))
    elif not (group and group.public):
        found.append(bounded("api", rates.api) if api else bounded("forms", rates.forms))
    if group and group.rate:
        found.append(bounded(zone_of(group.rate, wish.site), group.rate))
    return found


def _static(wish: Wish) -> list[str]:
    if wish.site.files.static is None:
        return block(
            "location ^~ /static/",
            block("if ($edge_changes)", "return 405;"),
            wish.include("public.conf"),
            f"proxy_pass http://{INSIDE};",
        )
    return block(
        "location ^~ /static/",
        f"alias {wish.site.files.static}/;",
        "gzip_static on;",
        ["brotli_static on;"] if wish.has_brotli else [],
        "gzip_vary on;",
        'add_header Cache-Control "public, max-age=$edge_static_life";',
        "add_header X-Content-Type-Options nosniff always;",
        HSTS,
        "# Names of files change with what they hold, so that a file is looked for once.",
        "open_file_cache max=2000 inactive=60s;",
        "access_log off;",
    )


def _status_page(served: str) -> Iterator[Part]:
    """Yield the locations of the public status page: files that lie here, whatever else is stopped."""
    yield block("location = /status", "access_log off;", "return 308 /status/;")
    yield block(
        "location ^~ /status/",
        f"alias {served}/;",
        "index index.html;",
        block("types", "text/html html;", "application/atom+xml xml;", "application/json json;"),
        "charset utf-8;",
        "gzip on;",
        "gzip_types application/atom+xml application/json;",
        "gzip_vary on;",
        f'add_header Cache-Control "public, max-age={STATUS_SECONDS}";',
        "add_header X-Content-Type-Options nosniff always;",
        "# The page says itself what it may load; this is what only a header can say.",
        "add_header Content-Security-Policy \"frame-ancestors 'none'\" always;",
        "add_header Referrer-Policy no-referrer always;",
        HSTS,
        "access_log off;",
    )


def problem_pages() -> list[Part]:
    """Return the pages that the edge shows by itself, which need nothing behind it."""
    return [
        [f"error_page {status} /.edge/{name}.$edge_form;" for status, name in PROBLEMS.items()],
        block(
            "location ^~ /.edge/",
            "internal;",
            f"alias {HOME}/pages/;",
            block("types", "text/html html;", "application/problem+json json;"),
            "charset utf-8;",
            _page_headers(),
        ),
    ]


def _page_headers() -> list[str]:
    """Return the headers of those pages."""
    return [
        "add_header Cache-Control no-store always;",
        "add_header Retry-After 15 always;",
        "add_header X-Content-Type-Options nosniff always;",
        f"include {HOME}/policy.conf;",
        HSTS,
    ]


def public_conf(wish: Wish) -> str:
    """Return how answers are asked for that anybody may read, and kept."""
    return text(
        headers(
            host=wish.origin(wish.site.domains.portal),
            Accept_Encoding="$edge_encoding",
            Cookie='""',
            Authorization='""',
            Content_Length='""',
        ),
        "proxy_pass_request_body off;",
        "proxy_cache kept;",
        f"proxy_cache_key {wish.cache_key};",
        "# A kept answer is known by the number of its file, so that a renewed one is never taken for the one before.",
        "open_file_cache max=2000 inactive=60s;",
        "proxy_cache_lock on;",
        "proxy_cache_lock_timeout 5s;",
        "proxy_cache_lock_age 5s;",
        "proxy_cache_background_update on;",
        "proxy_cache_use_stale updating error timeout invalid_header http_500 http_502 http_503 http_504 http_429;",
        "# Of what an answer could vary on, the encoding alone gets through to who writes it, and it is in the key.",
        "proxy_ignore_headers Vary;",
        "proxy_hide_header Vary;",
        "add_header Vary Accept-Encoding;",
        "max_ranges 0;",
        "proxy_hide_header X-Request-ID;",
        "proxy_hide_header Strict-Transport-Security;",
        "add_header X-Request-ID $edge_request always;",
        "add_header X-Cache $upstream_cache_status always;",
        HSTS,
    )


def private_conf(wish: Wish) -> str:
    """Return how everything else is asked for."""
    return text(
        headers(host=wish.origin(wish.site.domains.portal)),
        "proxy_cache off;",
        "proxy_hide_header Strict-Transport-Security;",
        HSTS,
    )
