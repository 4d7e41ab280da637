"""Text as it is compared in searches: lower case, no accents, ligatures apart, everything else a space."""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_OTHER = re.compile(r"[^a-z0-9]+")


def search_key(*texts: str) -> str:
    """Return the key of some texts together. `search_key("Cœur d'Alène")` is "coeur d alene"."""
    lowered = " ".join(texts).lower().translate(_LIGATURES)
    plain = "".join(letter for letter in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(letter))
    return _OTHER.sub(" ", plain).strip()


def search_words(text: str, *, most: int = 6) -> list[str]:
    """Return the words of a query worth looking for, at most a few: the longest say most."""
    words = {word for word in search_key(text[:200]).split() if len(word) > 1}
    return sorted(words, key=lambda word: (-len(word), word))[:most]
