"""Telephone numbers in their one international form, E.164. French ones may be written the national way."""

import re

_PUNCTUATION = re.compile(r"[\s./-]|(?<=[0-9])\(0\)|\(0\)(?=[0-9])")
_NATIONAL = re.compile(r"0[1-9][0-9]{8}")
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{7,14}")
# The overseas départements have country codes of their own; their national prefixes say which.
_OVERSEAS = {
    **dict.fromkeys(("0590", "0690", "0691"), "590"),
    **dict.fromkeys(("0594", "0694"), "594"),
    **dict.fromkeys(("0596", "0696", "0697"), "596"),
    **dict.fromkeys(("0262", "0263", "0269", "0639", "0692", "0693"), "262"),
}


def international(text: str) -> str | None:
    """Return a number such as "06 12 34 56 78" or "+33 (0)6 12 34 56 78" as "+33612345678", None when it is none."""
    if _INTERNATIONAL.fullmatch(text):
        return text
    digits = _PUNCTUATION.sub("", text)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif _NATIONAL.fullmatch(digits):
        digits = f"+{_OVERSEAS.get(digits[:4], '33')}{digits[1:]}"
    return digits if _INTERNATIONAL.fullmatch(digits) else None
