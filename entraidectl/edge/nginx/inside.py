"""What stands between the cache and the pools: it compresses public answers once for each copy, and inspects."""

from collections.abc import Iterator

from entraidectl.edge.blocks import Part, block, text
from entraidectl.edge.nginx.portal import FORM_BODY_LIMIT, problem_pages
from entraidectl.edge.nginx.wish import Wish, headers
from entraidectl.edge.places import HOME
from entraidectl.edge.routes import Group

PACKED = (
    "text/css text/javascript text/plain text/calendar text/csv application/json application/ld+json "
    "application/atom+xml application/manifest+json image/svg+xml"
)


def inside_conf(wish: Wish) -> str:
    """Return the inner server. It listens on this machine alone, for the outer one."""
    return text(
        block(
            "server",
            f"listen 127.0.0.1:{wish.site.listen.inside};",
            "server_name _;",
            "access_log off;",
            f"error_log {wish.places.logs}/portal-errors.log crit;",
            "# The outer server has said who asks, and what may come in.",
            ["set_real_ip_from 127.0.0.1;", "real_ip_header X-Forwarded-For;"],
            f"client_max_body_size {longest_body(wish)};",
            ["modsecurity on;", f"modsecurity_rules_file {HOME}/firewall/main.conf;"] if wish.inspects else [],
            problem_pages(),
            list(_locations(wish)),
        )
    )


def longest_body(wish: Wish) -> int:
    """Return the bytes of the largest body that any route takes."""
    return max(FORM_BODY_LIMIT, *(route.body_limit for route in wish.manifest.routes))


def _locations(wish: Wish) -> Iterator[Part]:
    for group in wish.groups:
        if group.process in ("web", "intake"):
            yield _location(wish, group)
    if wish.site.files.static is None:
        yield block("location ^~ /static/", _public(wish, "web"))
    yield block("location /", _private(wish, "web"))


def _location(wish: Wish, group: Group) -> list[str]:
    return block(
        f'location ~ "{group.regex}"',
        _public(wish, group.process) if group.public else _private(wish, group.process),
    )


def _public(wish: Wish, process: str) -> list[Part]:
    return [
        "proxy_pass_request_headers off;",
        _passed_on(wish, Referer='""'),
        ["proxy_hide_header Cache-Control;", "add_header Cache-Control $edge_lifetime always;"],
        "gzip on;",
        "gzip_proxied any;",
        "gzip_http_version 1.1;",
        "gzip_min_length 400;",
        "gzip_comp_level 5;",
        f"gzip_types {PACKED};",
        ["brotli on;", "brotli_comp_level 5;", "brotli_min_length 400;", f"brotli_types {PACKED};"]
        if wish.has_brotli
        else [],
        _to_pool(wish, process),
    ]


def _private(wish: Wish, process: str) -> list[Part]:
    return [_passed_on(wish), _to_pool(wish, process)]


def _passed_on(wish: Wish, **values: str) -> list[Part]:
    """Return the headers: those that the outer server wrote are the truth."""
    return headers(
        host=wish.origin(wish.site.domains.portal),
        X_Forwarded_For="$remote_addr",
        X_Request_ID="$http_x_request_id",
        **values,
    )


def _to_pool(wish: Wish, process: str) -> list[Part]:
    pool = getattr(wish.site.pools, process)
    return [f"proxy_read_timeout {pool.seconds}s;", f"proxy_pass http://{process};"]
