"""What the firewall refused, or would have refused while it only detects: by route, field and rule. Pure but `read`."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from entraidectl.edge.routes import matching
from entraidectl.manifest import Route

_VARIABLE = re.compile(r"against variable `([^' ]+)'")
# The sum of what was found is over its bound; the rules besides say of what.
_OVER = "949110"
_OF_OURS = {"9002", "9004"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One rule met by one field of one route, and in how many requests."""

    route: str
    field: str
    rule: str
    what: str
    requests: int


def read(log: Path) -> Iterator[dict[str, Any]]:
    """Yield what the firewall wrote down of each request; nothing when it wrote nothing."""
    if not log.exists():
        return
    with log.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                yield json.loads(line)["transaction"]
            except (json.JSONDecodeError, KeyError, TypeError):
                # The end of a line that is being written, or the beginning of one whose file was cut.
                continue


def summary(transactions: Iterable[dict[str, Any]], *, routes: Sequence[Route]) -> list[Refusal]:
    """Return what was met, the most frequent first. Addresses stand there as routes: they may hold secrets."""
    expressions = [(re.compile(matching([route])), route.pattern) for route in routes]
    met: Counter[tuple[str, str, str, str]] = Counter()
    for transaction in transactions:
        rules = [(each["details"]["ruleId"], each) for each in transaction["messages"]]
        if not {_OVER, *_OF_OURS} & {rule for rule, _ in rules}:
            continue
        path = transaction["request"]["uri"].partition("?")[0]
        route = next((pattern for expression, pattern in expressions if expression.match(path)), "another address")
        met.update({(route, _field(each), rule, each["message"]) for rule, each in rules if rule != _OVER})
    return [Refusal(*key, requests=count) for key, count in sorted(met.items(), key=lambda one: (-one[1], one[0]))]


def _field(message: dict[str, Any]) -> str:
    found = _VARIABLE.search(message["details"]["match"])
    return found[1] if found else ""
