"""The variables that are made of others: networks, unclear addresses, who may watch, what a log may say."""

from entraidectl.edge.blocks import block, text
from entraidectl.edge.nginx.wish import Wish
from entraidectl.edge.routes import secrets_hidden

LOG = {
    "at": "$time_iso8601", "id": "$edge_request", "client": "$remote_addr", "network": "$edge_network", "host": "$host",
    "method": "$request_method",
    "path": "$edge_path", "protocol": "$server_protocol", "status": "$status", "bytes": "$body_bytes_sent",
    "seconds": "$request_time", "cache": "$upstream_cache_status", "behind": "$upstream_addr",
    "behind_status": "$upstream_status", "behind_seconds": "$upstream_response_time",
}  # fmt: skip
GONE_SECONDS = 10
# What the edge itself answers to who asks what nobody asks, and to who asks too much.
REFUSALS = (400, 429)


def maps_conf(wish: Wish) -> str:
    """Return the variables that are made of other variables."""
    hidden = [f"{quoted_regex(match)} {value};" for match, value in secrets_hidden(wish.manifest.routes)]
    nodes = [node.address for node in wish.site.nodes]
    watching = dict.fromkeys(("127.0.0.1", *wish.site.metrics.allowed, *nodes))
    return text(
        "# One network: an IPv4 address, an IPv6 /64.",
        block(
            "map $remote_addr $edge_network",
            "default $remote_addr;",
            '"~^(?<net>(?:[0-9a-f]{1,4}:){4})" "${net}:/64";',
            '"~^(?<net>(?:[0-9a-f]{1,4}:){0,3}:)" "${net}/64";',
        ),
        "# Empty where nothing is counted.",
        block("map $request_method $edge_sender", 'default "";', "POST $edge_network;", "PUT $edge_network;"),
        block("map $request_method $edge_changes", "default 1;", "GET 0;", "HEAD 0;"),
        "# An address that servers could read in two ways: none of ours is written so.",
        block(
            "map $request_uri $edge_unclear",
            "default 0;",
            r'"~*^[^?]*(?:%2e|%2f|%5c|%00|//|\x5c|/\.\.?(?:/|\?|$))" 1;',
        ),
        block("map $http_upgrade $edge_connection", "default upgrade;", '"" "";'),
        "# Which compression an answer is asked for in, so that one copy of each is kept.",
        block(
            "map $http_accept_encoding $edge_encoding",
            'default "";',
            [r'"~*\bbr\b" br;'] if wish.has_brotli else [],
            r'"~*\bgzip\b" gzip;',
        ),
        "# What is answered from a copy asks nobody behind: to draw a number for it would cost a tenth of the answer.",
        block("map $upstream_cache_status $edge_request", "default $request_id;", 'HIT "";'),
        "# That a page is gone is kept too, for a moment: else the copy before would be shown for want of another.",
        block(
            "map $upstream_status $edge_lifetime",
            "default $upstream_http_cache_control;",
            f'"~(?:404|410)$" "public, max-age=0, s-maxage={GONE_SECONDS}";',
        ),
        block("map $http_referer $edge_referer", 'default "";', '"~^(?<page>https?://[^?#]*)" $page;'),
        "# Programs are told in JSON, people on a page.",
        block("map $http_accept $edge_reader", "default program;", "~text/html person;"),
        block(
            'map "$edge_reader $request_uri" $edge_form',
            "default html;",
            '"~^program /(?:api|v1)/" json;',
        ),
        "# The path as it is written down: never with what follows ?, never with a secret.",
        block("map $request_uri $edge_bare", "default /;", '"~^(?<bare>[^?]*)" $bare;'),
        block("map $edge_bare $edge_path", "default $edge_bare;", hidden),
        block("geo $edge_may_watch", "default 0;", [f"{network} 1;" for network in watching]),
        "# Refused by this edge: of what servers behind it refuse nothing is counted.",
        block(
            'map "$status $upstream_status" $edge_is_refused',
            "default 0;",
            [f'"{status} " 1;' for status in REFUSALS],
        ),
        block("map $uri $edge_static_life", "default 3600;", r'"~\.[0-9a-f]{12}\." "31536000, immutable";'),
        _log_format(),
    )


def quoted_regex(match: str) -> str:
    """Return a regular expression as one word. Unlike in a value, a dollar sign is its end."""
    return '"' + match.replace('"', '\\"') + '"'


def _log_format() -> list[str]:
    members = ",".join(f'"{name}":"{value}"' for name, value in LOG.items())
    return [f"log_format edge escape=json '{{{members}}}';"]
