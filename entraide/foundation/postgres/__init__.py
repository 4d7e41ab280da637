"""The embedded PostgreSQL: its address, and a lease that keeps it running. Standard library only.

Its files are in `var/pg<major>`. It listens on a Unix socket inside that folder and nowhere else. Whoever needs it
takes a lease with `hold`; the first lease starts it, and it stops by itself when the last lease has ended, however it
ended.
"""

from pathlib import Path

from entraide.foundation.postgres.binaries import PostgresError
from entraide.foundation.postgres.cluster import Cluster
from entraide.foundation.postgres.lease import Lease, hold

__all__ = ["Cluster", "Lease", "PostgresError", "hold", "url"]


def url(var_dir: Path) -> str:
    """Return the address of the embedded database of this folder, whether it runs or not."""
    return Cluster.of(var_dir=var_dir).url
