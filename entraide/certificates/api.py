"""What others may import: seal, verify and judge certificates, read and sign lists of keys and forms."""

from entraide.certificates.container import Certificate, from_text, to_text
from entraide.certificates.curve import PrivateKey, PublicKey, Signer
from entraide.certificates.declaration import Declaration, commitment
from entraide.certificates.declaration import decode as read_declaration
from entraide.certificates.declaration import encode as write_declaration
from entraide.certificates.errors import Malformed, NotOurs, Outdated, Untrusted, Unusable
from entraide.certificates.forms.model import Form
from entraide.certificates.forms.reading import load_all as load_forms
from entraide.certificates.forms.signing import FormSet
from entraide.certificates.forms.signing import read as read_forms
from entraide.certificates.forms.signing import sign as sign_forms
from entraide.certificates.key_list import KeyList, ListedKey
from entraide.certificates.key_list import read as read_keys
from entraide.certificates.key_list import sign as sign_keys
from entraide.certificates.seals import Seal, read_attached, seal
from entraide.certificates.verdicts import Finding, Remark, Verdict, judge

__all__ = [
    "Certificate", "Declaration", "Finding", "Form", "FormSet", "KeyList", "ListedKey", "Malformed", "NotOurs",
    "Outdated", "PrivateKey", "PublicKey", "Remark", "Seal", "Signer", "Untrusted", "Unusable", "Verdict", "commitment",
    "from_text", "judge", "load_forms", "read_attached", "read_declaration", "read_forms", "read_keys", "seal",
    "sign_forms", "sign_keys", "to_text", "write_declaration",
]  # fmt: skip
