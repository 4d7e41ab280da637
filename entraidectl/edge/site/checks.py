"""What can be wrong with a site although each of its values is of its kind."""

import ipaddress
import shlex
from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from entraidectl.edge.site.declarations import Site
from entraidectl.edge.site.lines import Place
from entraidectl.edge.site.mistakes import Mistake


def contradictions(site: Site) -> Iterator[Mistake]:
    """Yield what does not fit together."""
    yield from _of_addresses(site)
    yield from _of_domains(site)
    yield from _of_tls(site)
    yield from _of_ports(site)
    yield from _of_nodes(site)
    yield from _of_backups(site)
    yield from _of_status(site)
    yield from _of_supervision(site)
    if site.bans.level == "on" and site.floods.level == "off":
        yield Mistake(("bans", "level"), 'needs the kernel\'s rules, which hold its word: write floods.level = "on"')
    if site.domains.certificates and not site.pools.seals:
        yield Mistake(("domains", "certificates"), "has nothing behind it: name the servers of seals in [pools.seals]")
    if site.domains.certificates and not site.files.certificates:
        yield Mistake(("domains", "certificates"), "has no files: name the built site in files.certificates")


def _of_addresses(site: Site) -> Iterator[Mistake]:
    """A pattern lets some texts pass that are no address; the standard library knows."""
    lists: dict[Place, tuple[str, ...]] = {
        ("trusted_proxies",): site.trusted_proxies,
        ("metrics", "allowed"): site.metrics.allowed,
        ("listen", "on"): site.listen.on,
        ("metrics", "address"): (site.metrics.address,),
        ("bans", "exempt"): site.bans.exempt,
    }
    if site.purge:
        lists |= {("purge", "address"): (site.purge.address,), ("purge", "allowed"): site.purge.allowed}
    lists |= {("nodes", place, "address"): (node.address,) for place, node in enumerate(site.nodes)}
    lists |= {("addresses", place, "address"): (each.address,) for place, each in enumerate(site.addresses)}
    for where, values in lists.items():
        for value in values:
            try:
                ipaddress.ip_network(value)
            except ValueError as error:
                yield Mistake(where, f"{value!r} is no address: {error}")
    for pool in ("web", "intake", "seals", "signalling"):
        servers = getattr(site.pools, pool).servers if getattr(site.pools, pool) else ()
        for server in servers:
            if not 1 <= int(server.rpartition(":")[2]) <= 65535:
                yield Mistake(("pools", pool, "servers"), f"{server!r}: a port is a whole number from 1 to 65535")


def _of_domains(site: Site) -> Iterator[Mistake]:
    seen = {site.domains.portal}
    for key, name in [*(("also", name) for name in site.domains.also), ("certificates", site.domains.certificates)]:
        if name and name in seen:
            yield Mistake(("domains", key), f"{name} is named twice: each service has a name of its own")
        seen.add(name or "")


def _of_tls(site: Site) -> Iterator[Mistake]:
    tls = site.tls
    if tls.acme and (tls.certificate or tls.key):
        yield Mistake(("tls", "acme"), "certificates are files or fetched, not both: drop certificate and key, or acme")
    elif not tls.acme and not (tls.certificate and tls.key):
        missing = "key" if tls.certificate else "certificate"
        yield Mistake(("tls", missing), "is missing: name both files, or fetch certificates with [tls.acme]")


def _of_ports(site: Site) -> Iterator[Mistake]:
    ports: dict[Place, int] = {
        ("listen", "http"): site.listen.http,
        ("listen", "https"): site.listen.https,
        ("listen", "inside"): site.listen.inside,
        ("metrics", "port"): site.metrics.port,
        **({("purge", "port"): site.purge.port} if site.purge else {}),
    }
    taken: dict[int, Place] = {}
    for where, port in ports.items():
        if port in taken:
            yield Mistake(where, f"port {port} is that of {'.'.join(map(str, taken[port]))} too: choose another")
        taken.setdefault(port, where)


def _of_status(site: Site) -> Iterator[Mistake]:
    if site.status is None:
        return
    ids = [each.id for each in site.status.components]
    for place, name in enumerate(ids):
        if name in ids[:place]:
            yield Mistake(("status", "components", place, "id"), f"{name} is named twice: choose another")
    try:
        ZoneInfo(site.status.zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield Mistake(("status", "zone"), f'{site.status.zone!r} is no time zone: write one such as "Europe/Paris"')
    if site.status.served and not site.status.served.startswith("/"):
        yield Mistake(("status", "served"), f"{site.status.served!r} begins with /, since nginx looks from there")
    for place, command in enumerate(site.status.commands):
        try:
            shlex.split(command)
        except ValueError as error:
            yield Mistake(("status", "commands", place), f"{command!r} cannot be taken apart: {error}")


def _of_nodes(site: Site) -> Iterator[Mistake]:
    names = [node.name for node in site.nodes]
    for place, node in enumerate(site.nodes):
        if node.name in names[:place]:
            yield Mistake(("nodes", place, "name"), f"{node.name} is the name of two nodes: choose another")
    for place, address in enumerate(site.addresses):
        if address.node not in names:
            yield Mistake(
                ("addresses", place, "node"), f"no node is named {address.node}: there are {', '.join(names) or 'none'}"
            )
        strange = [node.name for node in site.nodes if (":" in node.address) != (":" in address.address)]
        if strange:
            yield Mistake(
                ("addresses", place, "address"),
                f"{address.address} cannot move to {', '.join(strange)}: theirs are of the other version of IP",
            )
        if address.address in (node.address for node in site.nodes):
            yield Mistake(
                ("addresses", place, "address"), f"{address.address} is a node's own: a public one moves between them"
            )


def _of_backups(site: Site) -> Iterator[Mistake]:
    backups = site.backups
    if backups is None:
        return
    for key in ("folder", "second", "passphrase", "environment", "data", "socket", "state", "metrics"):
        value = getattr(backups, key)
        if value and not value.startswith("/"):
            yield Mistake(("backups", key), f"{value!r} is below no folder: begin it with /, since a timer uses it too")
    for place, file in enumerate(backups.files):
        if not file.startswith("/"):
            yield Mistake(("backups", "files", place), f"{file!r} is below no folder: begin it with /")
    if (backups.files or backups.environment) and not backups.passphrase:
        key = "files" if backups.files else "environment"
        yield Mistake(("backups", key), "hold secrets and people's data: name a file with a passphrase, too")
    apart = {"folder": backups.folder, "second": backups.second, "state": backups.state, "data": backups.data}
    for key, value in apart.items():
        for other, folder in apart.items():
            if value and folder and key != other and f"{value}/".startswith(f"{folder}/"):
                yield Mistake(("backups", key), f"{value} is within {other} ({folder}): what is lost there is lost too")


def _of_supervision(site: Site) -> Iterator[Mistake]:
    told = site.supervision
    if told is None:
        return
    here = "supervision"
    if not told.mail and not told.webhook:
        yield Mistake((here,), "tells nobody: say who is written to in [supervision.mail] or [supervision.webhook]")
    if told.mail and (told.mail.user is None) != (told.mail.password is None):
        missing = "password" if told.mail.password is None else "user"
        yield Mistake((here, "mail", missing), "is missing: a login has a user and a file with the password")
    if told.gather_seconds <= told.every_seconds:
        yield Mistake(
            (here, "gather_seconds"),
            f"is not above every_seconds ({told.every_seconds}): faults would be told before a greater one",
        )
    named = [
        *((key, each) for key in ("processes", "machines", "edges") for each in getattr(told, key)),
        *((key, getattr(told, key)) for key in ("prometheus", "alertmanager", "blackbox")),
    ]
    taken: dict[str, str] = {}
    for key, server in named:
        if not 1 <= int(server.rpartition(":")[2]) <= 65535:
            yield Mistake((here, key), f"{server!r}: a port is a whole number from 1 to 65535")
        if server in taken:
            yield Mistake((here, key), f"{server} is named in {taken[server]} already: each has a port of its own")
        taken.setdefault(server, key)
