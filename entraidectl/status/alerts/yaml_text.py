"""Writes plain values as YAML that people can read. Texts that could be taken for something else are quoted."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

# What no reader of YAML takes for a number, a boolean, nothing or the beginning of something.
_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*")
_TAKEN_FOR_OTHERS = {"y", "n", "yes", "no", "true", "false", "on", "off", "null"}


def yaml_of(value: Mapping[str, Any], *, remark: str = "") -> str:
    """Return a mapping of texts, numbers, booleans, lists and mappings as a YAML document, below a remark."""
    return "".join(f"{line}\n" for line in [*([f"# {remark}"] if remark else []), *_lines(value)])


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            if isinstance(each, Mapping | list) and each:
                yield f"{_scalar(key)}:"
                yield from (f"  {line}" for line in _lines(each))
            else:
                yield f"{_scalar(key)}: {_scalar(each)}"
    elif isinstance(value, list):
        for each in value:
            first, *others = list(_lines(each)) if isinstance(each, Mapping | list) and each else [_scalar(each)]
            yield f"- {first}"
            yield from (f"  {line}" for line in others)


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _TAKEN_FOR_OTHERS:
        return value
    if isinstance(value, str) and '"' in value and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    # JSON is YAML.
    return json.dumps(value, ensure_ascii=False)
