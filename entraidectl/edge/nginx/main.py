"""nginx.conf and what holds everywhere: modules, limits of time and size, pools, counters."""

from entraidectl.edge.blocks import Part, block, text
from entraidectl.edge.machine import MODULES
from entraidectl.edge.nginx.entrance import listening_privately
from entraidectl.edge.nginx.wish import INSIDE, Wish, zone_of
from entraidectl.edge.places import GENERATION
from entraidectl.edge.site.declarations import Pool, Rate, RouteRate

# Mozilla's intermediate profile, but for Diffie-Hellman without curves: every client since 2014 has those with.
CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
)  # fmt: skip


def nginx_conf(wish: Wish) -> str:
    """Return the file that nginx is started with."""
    has_tls = wish.machine.certificate is not None
    servers = ["portal", "inside"]
    servers += ["certificates"] if wish.site.domains.certificates else []
    servers += ["purge"] if wish.site.purge else []
    return text(
        "# Written by entraidectl edge apply from site.toml: changes made here are lost.",
        f"# The certificate: {wish.machine.certificate_digest or 'none yet'}.",
        f"user {wish.site.user};",
        "worker_processes auto;",
        "worker_rlimit_nofile 65536;",
        "pcre_jit on;",
        "# After a reload, what still runs (a long download, a meeting) has this time to end.",
        "worker_shutdown_timeout 10m;",
        f"pid {wish.places.pid};",
        f"error_log {wish.places.logs}/error.log warn;",
        [f"load_module {MODULES}/{module}.so;" for module in wish.modules],
        block("events", "worker_connections 16384;"),
        block(
            "http",
            _everywhere(wish),
            "# For all servers: which versions are spoken is decided before it is known which name is asked for.",
            [wish.include("tls.conf")] if has_tls else [],
            [wish.include(f"{name}.conf") for name in ("maps", "counters", "pools", "entrance", "watch")],
            [wish.include(f"{name}.conf") for name in servers if has_tls],
        ),
    )


def _everywhere(wish: Wish) -> list[Part]:
    drafts = wish.places.drafts
    return [
        _types(),
        "server_tokens off;",
        "sendfile on;",
        "tcp_nopush on;",
        "keepalive_timeout 30s;",
        "keepalive_requests 1000;",
        "# Whoever sends a head or a body by drops holds a connection of nginx, and none of what stands behind it.",
        "client_header_timeout 10s;",
        "client_body_timeout 15s;",
        "send_timeout 15s;",
        "reset_timedout_connection on;",
        "client_header_buffer_size 2k;",
        "large_client_header_buffers 4 8k;",
        "http2_max_concurrent_streams 64;",
        "client_max_body_size 1k;",
        "max_ranges 1;",
        "limit_req_status 429;",
        "limit_conn_status 429;",
        # What is refused for its rate is counted by its status in the log of requests, which is buffered.
        "limit_req_log_level info;",
        "limit_conn_log_level info;",
        [f"{name}_temp_path {drafts}/{name};" for name in ("proxy", "fastcgi", "uwsgi", "scgi")],
        f"client_body_temp_path {drafts}/body;",
        "proxy_http_version 1.1;",
        "proxy_connect_timeout 2s;",
        "proxy_next_upstream_tries 2;",
        "proxy_next_upstream_timeout 10s;",
        "gzip off;",
        [f"set_real_ip_from {network};" for network in wish.site.trusted_proxies],
        ["real_ip_header X-Forwarded-For;", "real_ip_recursive on;"] if wish.site.trusted_proxies else [],
        f"proxy_cache_path {wish.places.cache} levels=1:2 keys_zone=kept:10m "
        f"max_size={wish.site.cache.megabytes}m inactive={wish.site.cache.stale_hours}h use_temp_path=off;",
    ]


def _types() -> list[str]:
    known = {
        "text/html": "html", "text/css": "css", "text/javascript": "js mjs", "text/plain": "txt",
        "application/json": "json map", "application/manifest+json": "webmanifest", "application/wasm": "wasm",
        "application/pdf": "pdf", "application/zip": "zip", "image/svg+xml": "svg", "image/png": "png",
        "image/jpeg": "jpg jpeg", "image/webp": "webp", "image/x-icon": "ico", "font/woff2": "woff2",
    }  # fmt: skip
    return [*block("types", [f"{kind} {ends};" for kind, ends in known.items()]), "default_type text/plain;"]


def tls_conf(wish: Wish) -> str:
    """Return what servers of HTTPS share."""
    return text(
        f"ssl_certificate {wish.machine.certificate};",
        f"ssl_certificate_key {wish.machine.key};",
        "ssl_protocols TLSv1.2 TLSv1.3;",
        f"ssl_ciphers {':'.join(CIPHERS)};",
        "ssl_prefer_server_ciphers off;",
        "ssl_session_cache shared:tls:20m;",
        "ssl_session_timeout 1d;",
        "ssl_session_tickets off;",
    )


def counters_conf(wish: Wish) -> str:
    """Return the counters of each network's requests, by class."""
    rates = wish.site.rates
    zones: list[tuple[str, str, Rate | RouteRate]] = [
        ("pages", "$edge_network", rates.pages),
        ("forms", "$edge_sender", rates.forms),
        ("signups", "$edge_sender", rates.signups),
        ("api", "$edge_network", rates.api),
        ("seals", "$edge_network", rates.seals),
        *((zone_of(rate, wish.site), "$edge_network", rate) for rate in rates.routes),
    ]
    return text(
        "limit_conn_zone $edge_network zone=connections:10m;",
        [f"limit_req_zone {key} zone=rate_{name}:10m rate={rate.per_second}r/s;" for name, key, rate in zones],
    )


def pools_conf(wish: Wish) -> str:
    """Return the servers behind."""
    pools = {name: getattr(wish.site.pools, name) for name in ("web", "intake", "seals", "signalling")}
    return text(
        [_pool(name, pool) for name, pool in pools.items() if pool],
        block(f"upstream {INSIDE}", f"server 127.0.0.1:{wish.site.listen.inside} max_fails=0;", "keepalive 64;"),
    )


def _pool(name: str, pool: Pool) -> list[str]:
    bound = f" max_conns={pool.connections}" if pool.connections else ""
    # A server of its own is never set aside: there is nobody else to ask.
    fails = "max_fails=0" if len(pool.servers) == 1 else "max_fails=3 fail_timeout=5s"
    return block(
        f"upstream {name}",
        f"zone {name} 256k;",
        # All who are in one room are on one gateway: the path is the room's.
        ["hash $uri consistent;"] if name == "signalling" else [],
        [f"server {server}{bound} {fails};" for server in pool.servers],
        "keepalive 64;",
        "# Ours close a connection that says nothing for 10 seconds; we do first.",
        "keepalive_timeout 8s;",
    )


def watch_conf(wish: Wish) -> str:
    """Return the server of the edge's own measurements, which also says which configuration runs."""
    metrics = wish.site.metrics
    states = "".join(
        f'entraide_edge_connections{{state="{state}"}} $connections_{state}\\n'
        for state in ("active", "reading", "writing", "waiting")
    )
    lines = f"# TYPE entraide_edge_connections gauge\\n{states}"
    return text(
        block(
            "server",
            listening_privately(wish, metrics.address, "127.0.0.1", port=metrics.port),
            "access_log off;",
            # `return` comes before `allow` and `deny` in nginx's order of things, which would be no bound.
            block("if ($edge_may_watch = 0)", "return 404;"),
            block("location = /generation", f'return 200 "{GENERATION}\\n";'),
            block("location = /metrics", f"return 200 '{lines}';"),
            "# What this edge's watcher says to those of the others.",
            block("location = /view", f"alias {wish.places.view};", "default_type text/plain;"),
            block("location /", "return 404;"),
        )
    )
