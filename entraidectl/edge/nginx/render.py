"""All files of a configuration, by name."""

from entraidectl.edge.bans.render import bans_files, wants_bans
from entraidectl.edge.failover.keepalived import FILE as ADDRESSES
from entraidectl.edge.failover.keepalived import keepalived_conf, moves
from entraidectl.edge.firewall import core_rules
from entraidectl.edge.firewall.settings import settings
from entraidectl.edge.nginx import certificates, entrance, inside, main, maps, pages, portal, purge
from entraidectl.edge.nginx.wish import Wish
from entraidectl.edge.packets.render import FILE as PACKETS
from entraidectl.edge.packets.render import packets_nft, wants_rules

# What only its owner may read.
SECRET_FILES = frozenset({purge.FILE})


def render(wish: Wish) -> dict[str, str]:
    """Return each file's text by its path within the configuration."""
    files = {
        "nginx.conf": main.nginx_conf(wish),
        "maps.conf": maps.maps_conf(wish),
        "counters.conf": main.counters_conf(wish),
        "pools.conf": main.pools_conf(wish),
        "entrance.conf": entrance.entrance_conf(wish),
        "watch.conf": main.watch_conf(wish),
        "public.conf": portal.public_conf(wish),
        "private.conf": portal.private_conf(wish),
        "policy.conf": pages.policy_conf(),
        "portal.conf": portal.portal_conf(wish),
        "inside.conf": inside.inside_conf(wish),
        **{f"pages/{name}": text for name, text in pages.pages(has_status=wish.serves_status).items()},
    }
    if wish.node and moves(wish.site):
        files[ADDRESSES] = keepalived_conf(wish.site, wish.node, wish.places)
    if wants_rules(wish.site):
        files[PACKETS] = packets_nft(wish.site)
    if wants_bans(wish.site):
        files |= bans_files(wish.site, wish.places)
    if wish.inspects:
        files |= _firewall(wish)
    if wish.site.purge:
        files[purge.FILE] = purge.purge_conf(wish, wish.site.purge)
    if wish.machine.certificate:
        files["tls.conf"] = main.tls_conf(wish)
    if wish.site.domains.certificates:
        files["certificates.conf"] = certificates.certificates_conf(wish)
    return files


def _firewall(wish: Wish) -> dict[str, str]:
    free_text = [each.field for each in wish.manifest.free_text_fields]
    rules = core_rules.rewritten(wish.machine.core_rules, free_text=free_text)
    main_file = settings(
        level=wish.site.firewall.level,
        logs=str(wish.places.logs),
        drafts=f"{wish.places.drafts}/body",
        body_limit=inside.longest_body(wish),
    )
    return {"firewall/main.conf": main_file, **{f"firewall/{name}": text for name, text in rules.items()}}
