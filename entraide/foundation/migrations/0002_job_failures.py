"""Why a job last failed: procrastinate keeps that it did, not why."""

from django.db import migrations

CREATE = """
CREATE TABLE foundation_job_failure (
    job_id bigint PRIMARY KEY REFERENCES procrastinate_jobs (id) ON DELETE CASCADE,
    at timestamptz NOT NULL,
    reason text NOT NULL
)
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_extensions"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE foundation_job_failure")]
