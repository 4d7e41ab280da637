"""Text of strangers, made safe to show: characters that hide or turn others are shown as marks."""

import unicodedata

# The joiners are part of names in Persian and in the scripts of India; they hide nothing.
_KEPT = frozenset("\u200c\u200d")
_HIDING = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})


def visible(text: str) -> str:
    """Return a text with each control, bidirectional and unassigned character as a mark such as ⟨U+202E⟩."""
    return "".join(
        f"⟨U+{ord(character):04X}⟩"
        if unicodedata.category(character) in _HIDING and character not in _KEPT
        else character
        for character in text
    )
