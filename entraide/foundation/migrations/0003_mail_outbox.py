"""The outbox of mail, and the one row by which all senders keep the provider's pace."""

from django.db import migrations

CREATE = """
CREATE TABLE foundation_mail (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key uuid NOT NULL DEFAULT gen_random_uuid(),
    rank smallint NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'delayed', 'failed')),
    template text NOT NULL,
    recipient text NOT NULL,
    language text NOT NULL,
    context jsonb NOT NULL,
    attachments jsonb NOT NULL,
    queued_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz,
    attempts smallint NOT NULL DEFAULT 0,
    reason text NOT NULL DEFAULT '',
    failed_at timestamptz,
    CHECK ((due_at IS NOT NULL) = (state IN ('sending', 'delayed')))
);
CREATE INDEX foundation_mail_waiting ON foundation_mail (rank, id) WHERE state = 'waiting';
CREATE INDEX foundation_mail_due ON foundation_mail (due_at) WHERE state IN ('sending', 'delayed');
CREATE INDEX foundation_mail_recipient ON foundation_mail (recipient) WHERE recipient <> '';
CREATE INDEX foundation_mail_failed ON foundation_mail (id) WHERE state = 'failed';
CREATE TABLE foundation_mail_pace (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    tokens float8 NOT NULL,
    refilled_at timestamptz NOT NULL,
    paused_until timestamptz,
    troubles integer NOT NULL DEFAULT 0,
    reason text NOT NULL DEFAULT ''
);
"""
DROP = "DROP TABLE foundation_mail; DROP TABLE foundation_mail_pace"


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_job_failures")]
    operations = [migrations.RunSQL(CREATE, DROP)]
