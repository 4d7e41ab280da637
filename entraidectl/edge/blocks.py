"""Writes nginx's language: lines, and blocks of lines indented."""

from collections.abc import Iterable, Iterator

Part = str | Iterable["Part"]


def block(head: str, *body: Part) -> list[str]:
    """Return the lines of `head { body }`."""
    return [f"{head} {{", *(f"    {line}" if line else "" for line in flat(body)), "}"]


def flat(parts: Iterable[Part]) -> Iterator[str]:
    """Yield all lines, however deep they lie."""
    for part in parts:
        if isinstance(part, str):
            yield part
        else:
            yield from flat(part)


def text(*parts: Part) -> str:
    """Return a file of these lines."""
    return "\n".join(flat(parts)) + "\n"
