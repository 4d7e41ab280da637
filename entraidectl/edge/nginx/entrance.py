"""Where connections come in: HTTP leads to HTTPS, and names that are not ours are told nothing."""

import ipaddress

from entraidectl.edge.blocks import Part, block, text
from entraidectl.edge.nginx.wish import Wish

HTTP2_OF_ITS_OWN = (1, 25, 1)
EVERYWHERE = "0.0.0.0"  # noqa: S104 (it is compared, not listened on)


def listening(wish: Wish, *, tls: bool, others: bool = False) -> list[str]:
    """Return the lines by which a server listens. `others`: it also answers names that nobody else has."""
    port = wish.site.listen.https if tls else wish.site.listen.http
    of_its_own = wish.machine.nginx >= HTTP2_OF_ITS_OWN
    words = f"{' ssl' if tls else ''}{' http2' if tls and not of_its_own else ''}{' default_server' if others else ''}"
    lines = [f"listen {_written(address)}:{port}{words};" for address in wish.site.listen.on]
    return [*lines, *(["http2 on;"] if tls and of_its_own else [])]


def listening_privately(wish: Wish, *addresses: str, port: int) -> list[str]:
    """Return the lines by which a server listens for machines of ours: at these addresses and at the node's own."""
    wanted = dict.fromkeys((*addresses, *([wish.node.address] if wish.node else [])))
    if EVERYWHERE in wanted:
        wanted = dict.fromkeys((EVERYWHERE,))
    return [f"listen {_written(address)}:{port};" for address in wanted]


def _written(address: str) -> str:
    return f"[{address}]" if ipaddress.ip_address(address).version == 6 else address


def entrance_conf(wish: Wish) -> str:
    """Return the servers that answer nobody's name, and those that lead to HTTPS."""
    domains = wish.site.domains
    to_portal = f"https://{wish.origin(domains.portal)}$request_uri"
    return text(
        block("server", listening(wish, tls=False, others=True), "server_name _;", "access_log off;", "return 444;"),
        _to_https(wish, " ".join((domains.portal, *domains.also)), to_portal),
        [_to_https(wish, domains.certificates, f"https://{wish.origin(domains.certificates)}$request_uri")]
        if domains.certificates
        else [],
        _with_tls(wish, to_portal) if wish.machine.certificate else [],
    )


def _with_tls(wish: Wish, to_portal: str) -> list[Part]:
    return [
        block(
            "server",
            listening(wish, tls=True, others=True),
            "server_name _;",
            "ssl_reject_handshake on;",
            "access_log off;",
            "# A connection that was opened for one of our names and asks for another.",
            "return 421;",
        ),
        block(
            "server",
            listening(wish, tls=True),
            f"server_name {' '.join(wish.site.domains.also)};",
            "access_log off;",
            f"return 308 {to_portal};",
        )
        if wish.site.domains.also
        else [],
    ]


def _to_https(wish: Wish, names: str, target: str) -> list[str]:
    return block(
        "server",
        listening(wish, tls=False),
        f"server_name {names};",
        "access_log off;",
        "error_log /dev/null emerg;",
        block(
            "location ^~ /.well-known/acme-challenge/", f"root {wish.places.challenges};", "default_type text/plain;"
        ),
        block("location /", f"return 308 {target};" if wish.machine.certificate else "return 503;"),
    )
