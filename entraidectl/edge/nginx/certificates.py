"""The certificates site on an origin of its own: no log, no cookie, no firewall, and its files' own headers."""

from collections.abc import Iterator, Mapping

from entraidectl.edge.blocks import Part, block, text
from entraidectl.edge.nginx.entrance import listening
from entraidectl.edge.nginx.wish import HSTS, Wish, bounded, headers, quoted
from entraidectl.edge.routes import is_public, matching

LETTERS = "text/css text/javascript text/plain image/svg+xml application/manifest+json"
PACKED = "text/css text/javascript text/plain application/json application/manifest+json application/wasm image/svg+xml"


def certificates_conf(wish: Wish) -> str:
    """Return the server of certificates and their seals."""
    return text(
        block(
            "server",
            listening(wish, tls=True),
            f"server_name {wish.site.domains.certificates};",
            "# A log of addresses and times is what people fear: there is none, of mistakes neither.",
            "access_log off;",
            "error_log /dev/null emerg;",
            HSTS,
            block("if ($edge_unclear)", "return 400;"),
            f"limit_conn connections {wish.site.rates.connections};",
            bounded("seals", wish.site.rates.seals),
            f"root {wish.site.files.certificates};",
            ["charset utf-8;", f"charset_types {LETTERS};"],
            ["gzip on;", "gzip_min_length 400;", f"gzip_types {PACKED};", "gzip_vary on;", "gzip_static on;"],
            list(_files(wish)),
            list(_seals(wish)),
        )
    )


def _files(wish: Wish) -> Iterator[Part]:
    site = wish.machine.certificates_site
    everywhere = site.headers.get("*", {})
    yield block("location = /headers.json", "return 404;")
    yield block(
        "location = /release.cose",
        block("types"),
        "default_type 'application/cose; cose-type=\"cose-sign1\"';",
        _headers(everywhere),
        "try_files $uri =404;",
    )
    for address in sorted({*site.headers, *site.folders} - {"*"}):
        file = f"{address}index.html" if address.endswith("/") else "$uri"
        yield block(
            f"location = {address}",
            _headers({**everywhere, **site.headers.get(address, {})}),
            f"try_files {file} =404;",
        )
    yield block(
        "location /",
        block("if ($edge_changes)", "return 405;"),
        _headers(everywhere),
        "try_files $uri =404;",
    )


def _headers(values: Mapping[str, str]) -> list[str]:
    return [*(f"add_header {name} {quoted(value)};" for name, value in values.items()), HSTS]


def _seals(wish: Wish) -> Iterator[Part]:
    pool = wish.site.pools.seals
    if pool is None:
        return
    own = [route for route in wish.manifest.routes if route.process == "seals"]
    public = [route for route in own if is_public(route)]
    private = [route for route in own if not is_public(route)]
    passing = [
        headers(host=wish.origin(wish.site.domains.certificates or ""), Cookie='""'),
        "proxy_hide_header Set-Cookie;",
        f"proxy_read_timeout {pool.seconds}s;",
    ]
    if private:
        limit = max(route.body_limit for route in private)
        yield block(
            f'location ~ "{matching(private)}"',
            f"client_max_body_size {limit};",
            passing,
            "proxy_pass http://seals;",
        )
    if public:
        yield block(
            f'location ~ "{matching(public)}"',
            block("if ($edge_changes)", "return 405;"),
            passing,
            "proxy_cache kept;",
            "proxy_cache_key $host$request_uri;",
            "proxy_cache_lock on;",
            "proxy_cache_background_update on;",
            "proxy_cache_use_stale updating error timeout http_500 http_502 http_503 http_504;",
            "proxy_pass http://seals;",
        )
