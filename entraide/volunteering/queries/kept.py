"""Figures that pages may show a few seconds late, kept in the process so that a crowd does not count them anew."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")
_all: "list[Kept[Any]]" = []


class Kept(Generic[Value]):
    """At most `most` values, each at most `seconds` old. Safe between threads; two may compute the same value."""

    def __init__(self, *, seconds: float, most: int = 512) -> None:
        self._seconds = seconds
        self._most = most
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, tuple[float, Value]] = OrderedDict()
        _all.append(self)

    def get(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return the kept value of `key`, or compute it and keep it."""
        asked_at = time.monotonic()
        with self._lock:
            found = self._values.get(key)
        if found is not None and asked_at - found[0] < self._seconds:
            return found[1]
        value = compute()
        with self._lock:
            self._values[key] = (asked_at, value)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value

    def forget(self) -> None:
        """Drop every value."""
        with self._lock:
            self._values.clear()


def forget_all() -> None:
    """Drop every kept figure of the process: between tests, and after a bulk load."""
    for kept in _all:
        kept.forget()
