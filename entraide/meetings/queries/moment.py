"""The one clock of meetings: the database's. Nodes, gateways and watchers each have their own, which may differ."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """Return the present moment by the clock of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    moment: datetime = row[0]
    return moment
