"""Files of the machine besides a configuration: units of systemd, and how long logs are kept. Pure."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from entraidectl.edge.places import Places

HEAD = "# Written by entraidectl edge apply: changes made here are lost.\n"
NGINX = """\
[Unit]
Description=Entraide: the edge (nginx)
After=network-online.target
Wants=network-online.target
# Debian's own nginx listens on the same ports.
Conflicts=nginx.service

[Service]
Type=forking
PIDFile={places.pid}
ExecStartPre={nginx} -t -q -c {places.current}/nginx.conf
ExecStart={nginx} -c {places.current}/nginx.conf
ExecReload=/bin/kill -HUP $MAINPID
ExecStop=/bin/kill -QUIT $MAINPID
TimeoutStopSec=30
KillMode=mixed
Restart=on-failure
RestartSec=1
LimitNOFILE=65536
PrivateTmp=true
ProtectHome=read-only
NoNewPrivileges=true

[Install]
WantedBy=multi-user.target
"""
ADDRESSES = """\
[Unit]
Description=Entraide: public addresses of the edge (keepalived)
After=network-online.target entraide-edge.service
Wants=network-online.target
Conflicts=keepalived.service

[Service]
RuntimeDirectory=entraide-edge
RuntimeDirectoryPreserve=yes
ExecStart={keepalived} --dont-fork --log-console --log-detail --vrrp -f {places.current}/keepalived.conf \
-p {places.addresses_pid} -r {places.state}/vrrp.pid
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=1

[Install]
WantedBy=multi-user.target
"""
WATCHER = """\
[Unit]
Description=Entraide: looks after the edge, and tells keepalived
After=entraide-edge.service

[Service]
RuntimeDirectory=entraide-edge
RuntimeDirectoryPreserve=yes
ExecStart={watcher}
Restart=always
RestartSec=1
# It has to be on time when everything else is not.
Nice=-10
NoNewPrivileges=true

[Install]
WantedBy=multi-user.target
"""
PACKETS = """\
[Unit]
Description=Entraide: rules of packets (nftables)
Wants=network-pre.target
Before=network-pre.target entraide-edge.service
DefaultDependencies=no
After=local-fs.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart={nft} --file {places.current}/packets.nft
# Some of the kernel's settings are there only once the rules are.
ExecStartPost=-/sbin/sysctl --quiet --load {places.kernel}
ExecReload={nft} --file {places.current}/packets.nft

[Install]
WantedBy=multi-user.target
"""
BANS = """\
[Unit]
Description=Entraide: shuts out networks that are refused too often (fail2ban)
After=entraide-edge.service entraide-edge-packets.service

[Service]
RuntimeDirectory=entraide-edge
RuntimeDirectoryPreserve=yes
ExecStart={fail2ban}-server -xf -c {places.current}/fail2ban start
ExecReload={fail2ban}-client -c {places.current}/fail2ban reload
Restart=on-failure
RestartSec=1

[Install]
WantedBy=multi-user.target
"""
# Addresses of people are in these logs: a week is enough to see an attack, and no longer than that.
ROTATION = """\
{logs}/portal*.log {logs}/error.log {{
    daily
    rotate 7
    maxsize 1G
    missingok
    notifempty
    compress
    delaycompress
    sharedscripts
    postrotate
        [ ! -f {pid} ] || kill -USR1 $(cat {pid})
    endscript
}}

# The firewall goes on writing to the file that it opened.
{logs}/firewall.log {{
    daily
    rotate 7
    maxsize 1G
    missingok
    notifempty
    compress
    copytruncate
}}
"""


def wished(
    places: Places,
    *,
    nginx: str,
    keepalived: str = "",
    watcher: str = "",
    nft: str = "",
    fail2ban: str = "",
    kernel: Mapping[str, str] = MappingProxyType({}),
) -> dict[Path, str]:
    """Return the files that are to be there; `keepalived` and `watcher` are empty where no address moves.

    `nft` is empty where nothing is said of packets, `fail2ban` (its client) where nobody is shut out.
    """
    files = {
        places.rotation: HEAD + ROTATION.format(logs=places.logs, pid=places.pid),
        places.unit: HEAD + NGINX.format(places=places, nginx=nginx),
    }
    if keepalived:
        files[places.addresses_unit] = HEAD + ADDRESSES.format(places=places, keepalived=keepalived)
        files[places.watcher_unit] = HEAD + WATCHER.format(watcher=watcher)
    if nft:
        files[places.packets_unit] = HEAD + PACKETS.format(places=places, nft=nft)
    if fail2ban:
        files[places.bans_unit] = HEAD + BANS.format(places=places, fail2ban=fail2ban.removesuffix("-client"))
    if kernel:
        files[places.kernel] = HEAD + "".join(f"{name} = {value}\n" for name, value in kernel.items())
    return files
