"""Mail domains: those that are thrown away after minutes, and those that so many people have that no bound fits.

The list of disposable domains is the data of the package `disposable-email-domains` (MIT), a mirror of the community's
list of the same name; a newer list comes with a newer version of the package.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from disposable_email_domains import blocklist

# Addresses of everybody in France and around: what comes from them says nothing about who sends it.
COMMON = frozenset({
    "aol.com", "bbox.fr", "free.fr", "gmail.com", "gmx.com", "gmx.fr", "googlemail.com", "hotmail.com", "hotmail.fr",
    "icloud.com", "laposte.net", "live.com", "live.fr", "mac.com", "me.com", "msn.com", "neuf.fr", "numericable.fr",
    "orange.fr", "outlook.com", "outlook.fr", "pm.me", "proton.me", "protonmail.com", "sfr.fr", "wanadoo.fr",
    "yahoo.com", "yahoo.fr", "ymail.com",
})  # fmt: skip


class DisposableMail(StrEnum):
    """What happens to a sign-up whose address is of a disposable domain."""

    REFUSE = "refuse"
    PROOF = "proof"
    ACCEPT = "accept"


@dataclass(frozen=True, slots=True)
class Said:
    """What a mail domain leads to: a fault, a proof of work, a count together with others of it."""

    refuses: bool
    asks_proof: bool
    is_bounded: bool


@dataclass(frozen=True, slots=True)
class MailDomains:
    """The operator's word about mail domains, over the lists'. A domain counts with all that is below it."""

    disposable_mail: DisposableMail = DisposableMail.REFUSE
    also_disposable: frozenset[str] = field(default_factory=frozenset)
    never_disposable: frozenset[str] = field(default_factory=frozenset)

    def is_disposable(self, domain: str) -> bool:
        """Tell whether mail to a domain is thrown away, whatever is done about it."""
        for name in _upwards(domain):
            if name in self.never_disposable:
                return False
            if name in self.also_disposable or name in blocklist:
                return True
        return False

    def said_of(self, domain: str) -> "Said":
        """Return all that is said of a domain."""
        return Said(self.refuses(domain), self.asks_proof(domain), self.is_bounded(domain))

    def refuses(self, domain: str) -> bool:
        """Tell whether an address of a domain is no address to sign up with."""
        return self.disposable_mail is DisposableMail.REFUSE and self.is_disposable(domain)

    def asks_proof(self, domain: str) -> bool:
        """Tell whether a proof of work is asked of whoever has an address of a domain."""
        return self.disposable_mail is DisposableMail.PROOF and self.is_disposable(domain)

    def is_bounded(self, domain: str) -> bool:
        """Tell whether sign-ups of a domain are counted together: not those of a domain that everybody has."""
        return domain not in COMMON and domain not in self.never_disposable


def domain_of(email: str) -> str:
    """Return the domain of an address in its normal form."""
    return email.rpartition("@")[2]


def names_of(given: tuple[str, ...]) -> frozenset[str]:
    """Return domains as an operator wrote them, in the form in which they are compared."""
    return frozenset(name.strip().strip(".@").lower() for name in given)


def _upwards(domain: str) -> Iterator[str]:
    """Return a domain and what is above it, without the top-level domain."""
    while "." in domain:
        yield domain
        domain = domain.partition(".")[2]
