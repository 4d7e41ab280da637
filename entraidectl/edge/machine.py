"""What must be known of a machine before its edge can be planned: its nginx, its certificate, the files it serves."""

import hashlib
import json
import pwd
import re
import shutil
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from entraidectl.edge.firewall import core_rules
from entraidectl.edge.places import Places
from entraidectl.edge.site.declarations import Node, Site

MODULES = Path("/usr/lib/nginx/modules")
# Programs that are not named as their packages are.
PACKAGES = {"nft": "nftables", "fail2ban-client": "fail2ban"}
OLDEST_NGINX = (1, 19, 4)
DEBIANS_NGINX = (1, 22, 1)
CACHE_PURGE = "ngx_http_cache_purge_module"
BROTLI = ("ngx_http_brotli_filter_module", "ngx_http_brotli_static_module")
_SECRET = re.compile(r"[A-Za-z0-9_-]{32,}")
_VERSION = re.compile(r"nginx/(\d+)\.(\d+)\.(\d+)")


class Unfit(Exception):
    """The machine lacks something that an edge needs. The message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class CertificatesSite:
    """The built certificates site: the headers of its addresses, and its folders that have a page."""

    headers: Mapping[str, Mapping[str, str]]
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Machine:
    """What was found. Without a certificate the edge answers on HTTP alone, so that one can be fetched."""

    nginx: tuple[int, int, int]
    modules: frozenset[str] = frozenset()
    certificate: Path | None = None
    key: Path | None = None
    certificate_digest: str = ""
    certificates_site: CertificatesSite = field(default_factory=lambda: CertificatesSite({"*": {}}, ()))
    core_rules: Mapping[str, str] = field(default_factory=dict)
    purge_secret: str = ""


def look(site: Site, places: Places, *, folder: Path, elsewhere: bool = False) -> Machine:
    """Return what there is; paths of the file that do not begin with / are below `folder`. Raises Unfit.

    `elsewhere`: to look at a configuration on another machine than the edge, what it names need not be there.
    """
    certificate, key = certificate_of(site, places, folder=folder)
    there = certificate.is_file() and key.is_file()
    if elsewhere:
        return Machine(DEBIANS_NGINX, _modules(), certificate, key)
    _demand_user(site.user)
    if not there and not site.tls.acme:
        missing = certificate if not certificate.is_file() else key
        raise Unfit(f"{missing}: the certificate is not there. Put it there, or fetch one with [tls.acme]")
    return Machine(
        nginx=nginx_version(),
        modules=_modules(),
        certificate=certificate if there else None,
        key=key if there else None,
        certificate_digest=hashlib.sha256(certificate.read_bytes() + key.read_bytes()).hexdigest()[:16]
        if there
        else "",
        certificates_site=_certificates_site(site, folder=folder),
        core_rules=_core_rules() if site.firewall.level != "off" else {},
        purge_secret=_purge_secret(site, folder=folder),
    )


def _demand_user(name: str) -> None:
    try:
        pwd.getpwnam(name)
    except KeyError:
        raise Unfit(f'this machine has no user {name}: name nginx\'s own in site.toml, user = "www-data"') from None


def _core_rules() -> dict[str, str]:
    install = 'apt-get install libnginx-mod-http-modsecurity modsecurity-crs, or write firewall.level = "off"'
    if "ngx_http_modsecurity_module" not in _modules():
        raise Unfit(f"the firewall needs nginx's module of ModSecurity: {install}")
    try:
        return core_rules.read()
    except OSError as error:
        raise Unfit(f"the firewall needs the core rules ({error.filename} is not there): {install}") from error


def _purge_secret(site: Site, *, folder: Path) -> str:
    """Return the secret by which the platform is known; empty where it has nothing to say here."""
    if site.purge is None:
        return ""
    if CACHE_PURGE not in _modules():
        raise Unfit("[purge] needs a module of nginx: apt-get install libnginx-mod-http-cache-purge")
    file = folder / site.purge.secret
    try:
        secret = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Unfit(f"{file}: the secret of [purge] cannot be read ({error})") from error
    if not _SECRET.fullmatch(secret):
        raise Unfit(f"{file}: the secret of [purge] has 32 letters, figures, - and _ or more: openssl rand -hex 32")
    return secret


def _modules() -> frozenset[str]:
    return frozenset(module.stem for module in MODULES.glob("*.so"))


def certificate_of(site: Site, places: Places, *, folder: Path) -> tuple[Path, Path]:
    """Return where certificate and key are, or will be once they are fetched."""
    if site.tls.acme:
        if site.tls.acme.tool == "certbot":
            live = places.root / "etc/letsencrypt/live/entraide"
            return live / "fullchain.pem", live / "privkey.pem"
        live = places.root / "etc/lego/certificates"
        return live / f"{site.domains.portal}.crt", live / f"{site.domains.portal}.key"
    return folder / (site.tls.certificate or ""), folder / (site.tls.key or "")


def node_of(site: Site, name: str, *, elsewhere: bool = False) -> Node | None:
    """Return which of the site's nodes this machine is, by the name given or its own. Raises Unfit."""
    if not site.nodes:
        return None
    wanted = name or socket.gethostname().partition(".")[0]
    found = next((node for node in site.nodes if node.name == wanted), None)
    if found is None and not elsewhere:
        names = ", ".join(node.name for node in site.nodes)
        raise Unfit(f"none of [[nodes]] is named {wanted}: say which this machine is, --node, of {names}")
    return found or site.nodes[0]


def program(name: str) -> str:
    """Return the path of a program. Raises Unfit."""
    there = found(name)
    if not there:
        raise Unfit(f"{name} is not installed: apt-get install {PACKAGES.get(name, name)}")
    return there


def found(name: str) -> str:
    """Return the path of a program; empty when it is not installed."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin") or ""


def nginx_version() -> tuple[int, int, int]:
    """Return the version of the nginx that is installed. Raises Unfit."""
    said = subprocess.run([program("nginx"), "-v"], capture_output=True, text=True, check=False).stderr  # noqa: S603
    return version_in(said)


def version_in(said: str) -> tuple[int, int, int]:
    """Return the version in what `nginx -v` says. Raises Unfit when there is none, or one that is too old."""
    found = _VERSION.search(said)
    if not found:
        raise Unfit(f"`nginx -v` says {said.strip()!r}: install Debian's, apt-get install nginx")
    version = (int(found[1]), int(found[2]), int(found[3]))
    if version < OLDEST_NGINX:
        wanted = ".".join(map(str, OLDEST_NGINX))
        raise Unfit(f"nginx is {found[0].removeprefix('nginx/')}, which is too old: {wanted} or later is needed")
    return version


def _certificates_site(site: Site, *, folder: Path) -> CertificatesSite:
    if not site.domains.certificates or not site.files.certificates:
        return CertificatesSite({"*": {}}, ())
    built = folder / site.files.certificates
    try:
        headers = json.loads((built / "headers.json").read_bytes())
    except (OSError, json.JSONDecodeError) as error:
        raise Unfit(f"{built}: holds no built certificates site ({error}): run bin/build certificates") from error
    pages = sorted(page.parent.relative_to(built).as_posix() for page in built.rglob("index.html"))
    return CertificatesSite(headers, tuple("/" if page == "." else f"/{page}/" for page in pages))
