"""What each table of site.toml is."""

from msgspec import Struct


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file. An unknown key in it is a mistake."""
