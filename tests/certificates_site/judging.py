"""Both implementations asked the same: the library here, the site's format in its own process."""

from typing import Any

from entraide.certificates import key_list
from entraide.certificates.curve import PrivateKey
from entraide.certificates.forms import signing
from entraide.certificates.forms.model import Form
from entraide.certificates.forms.signing import FormSet
from entraide.certificates.key_list import KeyList
from entraide.certificates.verdicts import Verdict, judge
from tests.certificates import situations
from tests.certificates.situations import KEYS, NOW
from tests.certificates_site.peer import Peer

ROOTS = [PrivateKey.generate()]


def trust(
    *, keys: KeyList = KEYS, forms: dict[str, Form] = situations.FORMS, root: PrivateKey = ROOTS[0]
) -> dict[str, Any]:
    """Return what a verifier holds, as the peer wants it."""
    return {
        "roots": [ROOTS[0].public.point.hex()],
        "keys": key_list.sign(keys, root=root).hex(),
        "forms": signing.sign(FormSet(version=3, issued=keys.issued, forms=forms), root=root).hex(),
    }


def assert_same(
    peer: Peer, text: str, *, now: int = NOW, keys: KeyList = KEYS, forms: dict[str, Form] = situations.FORMS
) -> Verdict:
    """Assert that both sides find the same, and return the verdict."""
    ours = judge(text, keys=keys, forms=forms, now=now)
    theirs = peer.ask(text=text, now=now, **trust(keys=keys, forms=forms))
    said = {"verdict": str(ours.verdict), "remarks": sorted(map(str, ours.remarks)), "sealedAt": ours.sealed_at}
    assert theirs == said, text
    return ours.verdict
