"""Whether a certificate can be shown: it is one, it is in its time, it is for our names, and the key is its own."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from entraidectl.edge.machine import Machine, Unfit
from entraidectl.edge.places import Places
from entraidectl.edge.site.declarations import Site

SOON = timedelta(days=14)


def demand(site: Site, machine: Machine) -> None:
    """Raise Unfit when browsers would refuse what is shown."""
    if machine.certificate is None or machine.key is None:
        return
    certificate = _read(machine)
    now = datetime.now(UTC)
    if not certificate.not_valid_before_utc <= now:
        raise Unfit(f"{machine.certificate}: is for later, from {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} on")
    if now >= certificate.not_valid_after_utc:
        raise Unfit(f"{machine.certificate}: ended on {certificate.not_valid_after_utc:%Y-%m-%d %H:%M}. Renew it")
    missing = [name for name in names_of(site) if not _is_for(certificate, name)]
    if missing:
        raise Unfit(f"{machine.certificate}: is not for {', '.join(missing)}. Have one made for all names of [domains]")
    try:
        key = serialization.load_pem_private_key(machine.key.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise Unfit(f"{machine.key}: is no key in PEM form without a password") from error
    if _public(key.public_key()) != _public(certificate.public_key()):
        raise Unfit(f"{machine.key}: is not the key of {machine.certificate}")


def warnings(site: Site, machine: Machine) -> list[str]:
    """Return what will be wrong soon."""
    if machine.certificate is None:
        return []
    ends_at = _read(machine).not_valid_after_utc
    left = ends_at - datetime.now(UTC)
    return [f"{machine.certificate}: ends on {ends_at:%Y-%m-%d}, in {left.days} days. Renew it"] if left < SOON else []


def names_of(site: Site) -> list[str]:
    """Return every name that a certificate has to be for."""
    domains = site.domains
    return [domains.portal, *domains.also, *([domains.certificates] if domains.certificates else [])]


def how_to_fetch(site: Site, places: Places) -> str:
    """Return how to fetch the first certificate, which is also how it is renewed."""
    names = names_of(site)
    mail = site.tls.acme.mail if site.tls.acme else ""
    again = "entraidectl edge apply"
    if site.tls.acme and site.tls.acme.tool == "lego":
        domains = " ".join(f"--domains {name}" for name in names)
        return (
            f"There is no certificate yet. When nginx runs: lego --path /etc/lego --email {mail} --accept-tos "
            f"{domains} --http --http.webroot {places.challenges} run && {again}"
        )
    domains = " ".join(f"-d {name}" for name in names)
    return (
        f"There is no certificate yet. When nginx runs: certbot certonly --webroot -w {places.challenges} "
        f"--cert-name entraide -m {mail} --agree-tos -n {domains} --deploy-hook '{again}' && {again}"
    )


def _read(machine: Machine) -> x509.Certificate:
    if machine.certificate is None:
        raise Unfit("there is no certificate")
    try:
        return x509.load_pem_x509_certificate(machine.certificate.read_bytes())
    except ValueError as error:
        raise Unfit(f"{machine.certificate}: is no certificate in PEM form") from error


def _is_for(certificate: x509.Certificate, name: str) -> bool:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return False
    named = {each.lower() for each in extension.value.get_values_for_type(x509.DNSName)}
    return name in named or f"*.{name.partition('.')[2]}" in named


def _public(key: PublicKeyTypes) -> bytes:
    encoding, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(encoding, form)
