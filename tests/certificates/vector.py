"""The test vector of docs/reference/certificate-format.md: a fictional person, a key made from a sentence."""

import hashlib

from cryptography.hazmat.primitives.asymmetric import ec

from entraide.certificates.curve import PrivateKey
from entraide.certificates.declaration import Declaration

KEY = PrivateKey(
    ec.derive_private_key(
        int.from_bytes(hashlib.sha256(b"mutual-aid test vector 1").digest(), "big"), ec.SECP256R1()
    )
)  # fmt: skip
POINT = bytes.fromhex(
    "64cc51abbe7ec0cc8c14b07b945a2c33fabb56106f69cf1fc746a0a4490f0739"
    "095ef4a78109e84d158c2cdf16675827dfd1c9dc390467153ed55b71c696eb61"
)
KID = bytes.fromhex("9ba7e192a9219fcc")
SEALED_AT = 1_795_440_240
DECLARATION = Declaration(
    salt=hashlib.sha256(b"salt 1").digest()[:16],
    form="fr.dep/1",
    values={
        2: "Anne-Françoise",
        3: "Lefèvre-Nguyễn",
        4: "1984-07-14",
        5: "Saint-Denis (La Réunion)",
        6: "12 bis rue du Général de Gaulle, Bât. C",
        7: "93200",
        8: "Saint-Denis",
        9: 1_795_440_600,
        10: ("sante", "famille"),
        11: 1_795_440_240,
    },
)
COMMITMENT = bytes.fromhex("ebdc323836dfecaa5da9acc71de912ef134304d20fb391c2ce5e3789031dac6b")
PROTECTED = bytes.fromhex("a4012604489ba7e192a9219fcc0fa1061a6b043e701901022f")
SIGNATURE = bytes.fromhex(
    "833ad4dd0bccd5fe0e14519b6d4e333bf7db6d14a7e7643797b9d460501c4f9c"
    "7c56fa48d6a08d1eede1cf557a39bc2b12cc70d96e56217b355d714b37bc2bf6"
)
TEXT_SHA256 = "45aefd6120ca0ff005208d18197a843ac4e42e7686cda3133567542780aeaa90"
