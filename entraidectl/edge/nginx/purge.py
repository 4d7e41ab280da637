"""Where the platform says that public pages changed: what people read is renewed, what programs read is forgotten.

A page that is renewed is asked for anew, while readers go on being shown the copy before: a crowd never waits, and when
the platform is away just then, they have that copy. Feeds may take long to write; they are written when somebody asks.
"""

from collections.abc import Iterator

from entraidectl.edge.blocks import Part, block, text
from entraidectl.edge.nginx.entrance import listening_privately
from entraidectl.edge.nginx.portal import WAY_SECONDS
from entraidectl.edge.nginx.wish import INSIDE, Wish
from entraidectl.edge.routes import Group
from entraidectl.edge.site.declarations import Purge

# It holds the secret: nobody but its owner may read it.
FILE = "purge.conf"


def purge_conf(wish: Wish, purge: Purge) -> str:
    """Return the server. DELETE forgets the copy that a GET with the same Accept-Encoding is shown, GET renews it."""
    secret = wish.machine.purge_secret
    return text(
        "# The address of the connection itself, whatever a proxy says of who stands behind it.",
        block("geo $realip_remote_addr $edge_is_near", "default 0;", [f"{each} 1;" for each in purge.allowed]),
        "# As a regular expression, since other comparisons of nginx's take small letters for large ones.",
        block(
            "map $http_authorization $edge_knows",
            "default 0;",
            [f'"~^Bearer {secret}$" 1;'] if secret else [],
        ),
        block('map "$edge_is_near$edge_knows" $edge_may_purge', "default 0;", "11 1;"),
        block(
            "server",
            listening_privately(wish, purge.address, port=purge.port),
            "server_name _;",
            "access_log off;",
            f"error_log {wish.places.logs}/portal-errors.log crit;",
            block("if ($edge_may_purge = 0)", "return 403;"),
            block("if ($edge_unclear)", "return 400;"),
            list(_locations(wish)),
        ),
    )


def _locations(wish: Wish) -> Iterator[Part]:
    for group in wish.groups:
        if group.public and group.process in ("web", "intake"):
            yield _location(wish, group)
    yield block("location @forget", f"proxy_cache_purge kept {wish.cache_key};")
    # Of what is not public no copy was ever made, and none is made here.
    yield block("location /", "return 404;")


def _location(wish: Wish, group: Group) -> list[str]:
    pool = getattr(wish.site.pools, group.process)
    return block(
        f'location ~ "{group.regex}"',
        "error_page 418 = @forget;",
        block("if ($request_method = DELETE)", "return 418;"),
        block("if ($request_method != GET)", "return 405;"),
        wish.include("public.conf"),
        "proxy_cache_bypass 1;",
        f"proxy_read_timeout {pool.seconds + WAY_SECONDS}s;",
        f"proxy_pass http://{INSIDE};",
    )
