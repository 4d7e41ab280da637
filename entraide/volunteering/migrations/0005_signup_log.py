"""The inbox becomes a log without unique keys, and what became of a receipt gets a table of its own."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

# What was settled so far moves; a key given twice is one row here, so that no receipt comes twice.
MOVE = """
INSERT INTO volunteering_settlement (receipt, state, person_id, reason, payload, received_at, settled_at)
SELECT receipt, state, person_id, reason, payload, received_at, coalesce(settled_at, received_at)
FROM volunteering_signup WHERE state <> 'received';
DELETE FROM volunteering_signup WHERE state <> 'received';
"""
# The log is a queue: what is deleted at one end must be swept soon, however few rows that is of the whole.
SWEEP = """
ALTER TABLE volunteering_signup SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 200000,
    autovacuum_vacuum_cost_delay = 0
)
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0001_initial"),
        ("volunteering", "0004_notice_mission_changed"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Settlement",
            fields=[
                ("receipt", models.UUIDField(primary_key=True, serialize=False)),
                ("state", models.CharField(choices=[("done", "done"), ("rejected", "rejected")], max_length=8)),
                ("reason", models.TextField(db_default="")),
                ("payload", models.JSONField(db_default={})),
                ("received_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(db_index=True)),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.person",
                    ),
                ),
            ],
            options={"db_table": "volunteering_settlement"},
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="signup", name="signup_waiting"),
        migrations.RemoveIndex(model_name="signup", name="signup_settled"),
        *(
            migrations.RemoveField(model_name="signup", name=name)
            for name in ("key", "digest", "state", "person", "reason", "settled_at")
        ),
        migrations.AlterField(model_name="signup", name="receipt", field=models.UUIDField()),
        migrations.AlterField(model_name="signup", name="payload", field=models.JSONField()),
        migrations.RunSQL(SWEEP, migrations.RunSQL.noop),
    ]
