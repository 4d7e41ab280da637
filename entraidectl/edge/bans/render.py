"""fail2ban's whole configuration, apart from the machine's own: what counts, whom it never meets, what it does. Pure.

Only what was refused counts, over a whole connection, so that nobody is shut out for what a stranger writes on packets.
"""

from collections.abc import Iterable, Mapping

from entraidectl.edge.blocks import Part, text
from entraidectl.edge.nginx.maps import LOG, REFUSALS
from entraidectl.edge.packets.handover import TABLE
from entraidectl.edge.places import Places
from entraidectl.edge.site.declarations import Site

FOLDER = "fail2ban"
JAILS = f"{FOLDER}/jail.conf"
REFUSED = "portal-refused.log"
FIREWALL = "firewall.log"
OURSELVES = ("127.0.0.0/8", "::1")
# What stands in a member of JSON, whatever somebody has written into it: its quotes are never bare.
_ANY = r'(?:[^"\\]|\\.)*'
# The rule of the core rules that adds up what the others found, and refuses.
_OVER = "949110"


def wants_bans(site: Site) -> bool:
    """Tell whether anybody is to be shut out."""
    return site.bans.level == "on"


def bans_files(site: Site, places: Places) -> dict[str, str]:
    """Return each file by its path within the configuration."""
    return {
        f"{FOLDER}/fail2ban.conf": _server(places),
        JAILS: _jails(site, places),
        f"{FOLDER}/filter.d/entraide-portal.conf": _filter(
            portal_line(), date=r'^\{"at":"(%%Y-%%m-%%dT%%H:%%M:%%S%%z)"'
        ),
        f"{FOLDER}/filter.d/entraide-firewall.conf": _filter(
            firewall_line(),
            date=r'^\{"transaction":\{"client_ip":"[^"]+","time_stamp":"(%%a %%b %%d %%H:%%M:%%S %%Y)"',
        ),
        f"{FOLDER}/action.d/entraide-edge.conf": _action(),
    }


def portal_line() -> str:
    """Return what matches a line of the portal's log about what the edge itself refused, without its date."""
    known: Mapping[str, str] = {
        "at": "",
        "network": "<SUBNET>",
        "status": f"(?:{'|'.join(map(str, REFUSALS))})",
        "behind_status": "",
    }
    members = ",".join(f'"{name}":"{known.get(name, _ANY)}"' for name in LOG)
    return rf"^\{{{members}\}}$"


def firewall_line() -> str:
    """Return what matches a line of the firewall's log about a request that it refused."""
    begin = r'^\{"transaction":\{"client_ip":"<ADDR>","time_stamp":""'
    return rf'{begin},.*"http_code":403[,}}].*"ruleId":"{_OVER}"'


def _server(places: Places) -> str:
    return _section(
        "Definition",
        # Of whom it counts nothing is written down, of whom it shuts out it is.
        loglevel="NOTICE",
        logtarget="STDOUT",
        syslogsocket="auto",
        socket=str(places.bans_socket),
        pidfile=str(places.bans_pid),
        dbfile=str(places.drafts / "bans.sqlite3"),
        dbpurgeage="1d",
        # Who is shut out is remembered, and not what they asked for.
        dbmaxmatches="0",
        allowipv6="auto",
    ) + _section("Thread", stacksize="0")


def _jails(site: Site, places: Places) -> str:
    bans = site.bans
    jails = [
        _section(
            "DEFAULT",
            backend="polling",
            usedns="no",
            ignoreself="false",
            ignoreip=" ".join(never(site)),
            findtime=str(bans.within_seconds),
            bantime=str(bans.seconds),
            maxmatches="1",
            action="entraide-edge",
        ),
        _jail("portal", log=f"{places.logs}/{REFUSED}", most=bans.refusals),
    ]
    if site.firewall.level == "block":
        jails.append(_jail("firewall", log=f"{places.logs}/{FIREWALL}", most=bans.attacks))
    return "".join(jails)


def never(site: Site) -> Iterable[str]:
    """Return whom nobody shuts out: ourselves, proxies that are believed, and who is exempt."""
    nodes = (node.address for node in site.nodes)
    return dict.fromkeys((*OURSELVES, *site.bans.exempt, *site.floods.exempt, *site.trusted_proxies, *nodes))


def _jail(name: str, *, log: str, most: int) -> str:
    return _section(f"entraide-{name}", enabled="true", filter=f"entraide-{name}", logpath=log, maxretry=str(most))


def _filter(line: str, *, date: str) -> str:
    return _section("Definition", failregex=line, datepattern=date)


def _action() -> str:
    """Return how a network is shut out and let in again. The kernel forgets by itself too when the time is over.

    One address of IPv6 stands for its /64, all of which is one subscriber's.
    """
    # A semicolon after a space would begin a comment.
    network = """n='<ip>'; [ "$n" != "${n#*[/.]}" ] || n="$n/64"; """
    return (
        _section(
            "Definition",
            actionban=f'{network}nft add element inet {TABLE} <set> "{{ $n timeout <bantime>s }}"',
            actionunban=f'{network}nft delete element inet {TABLE} <set> "{{ $n }}" || true',
        )
        + _section("Init", set="banned4")
        + _section("Init?family=inet6", set="banned6")
    )


def _section(name: str, **values: str) -> str:
    lines: list[Part] = [f"[{name}]", *(f"{key} = {value}" for key, value in values.items()), ""]
    return text(lines)
