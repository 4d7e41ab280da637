"""Words that people type for others to read, as one line."""


def one_line(text: str, *, most: int) -> str:
    """Return a text as it may be shown: one line, nothing that does not print, not too long."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:most]
