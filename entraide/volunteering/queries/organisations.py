"""What the organisations of missions are called."""

from collections.abc import Mapping

from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.queries.kept import Kept
from entraide.volunteering.queries.sql import rows

_names: Kept[Mapping[str, str]] = Kept(seconds=60)
_NAMES = (
    "SELECT id::text, name FROM accounts_organisation WHERE id = ANY(%(keys)s::uuid[]) AND state <> ALL(%(barred)s)"
)


def organisation_names(*, keys: tuple[str, ...]) -> Mapping[str, str]:
    """Return the names of those of some organisations that the public may read; at most a minute old."""
    return _names.get(keys, lambda: _read(keys)) if keys else {}


def _read(keys: tuple[str, ...]) -> Mapping[str, str]:
    return dict(rows(_NAMES, {"keys": list(keys), "barred": list(BARRED_ORGANISATIONS)}))
