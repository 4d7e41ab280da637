"""A root for a machine of development alone: made beside the keys, it signs lists and forms by itself. No ceremony."""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

from entraide.certificates import key_list, schedule
from entraide.certificates.curve import PrivateKey
from entraide.certificates.errors import Malformed
from entraide.certificates.forms import reading, signing
from entraide.certificates.forms.signing import FormSet
from entraide.certificates.key_list import LIFE_SECONDS, KeyList, ListedKey
from entraide.certificates.keys.folder import KeyFolder
from entraide.certificates.keys.published import Published
from entraide.certificates.keys.ring import Ring

FILE = "development-root.der"


def sign_what_is_due(folder: KeyFolder, published: Published, ring: Ring, *, now: int) -> None:
    """Publish a list with every key of this machine, and the forms of this release, when what is published differs."""
    with folder.locked():
        root = _root(folder)
        if published.roots() != (root.public,):
            published.know([root.public])
        keys = tuple(ListedKey(key, *schedule.span_of(day)) for day, key in ring.publics().items())
        known = published.keys(now=now)
        if known is None or known.listing.keys != keys or known.listing.expires - now < LIFE_SECONDS // 2:
            version = known.listing.version + 1 if known else 1
            listing = KeyList(version=version, issued=now, expires=now + LIFE_SECONDS, keys=keys)
            published.install_keys(key_list.sign(listing, root=root), now=now)
        forms = reading.load_all()
        there = published.forms(now=now)
        if there is None or there.forms.forms != forms:
            found = FormSet(version=there.forms.version + 1 if there else 1, issued=now, forms=forms)
            published.install_forms(signing.sign(found, root=root), now=now)


def _root(folder: KeyFolder) -> PrivateKey:
    file = folder.path / FILE
    if not file.exists():
        made = PrivateKey.generate().key
        folder.write(FILE, made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    key = load_der_private_key(file.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Malformed(f"{file} is not a key of ours")
    return PrivateKey(key)
