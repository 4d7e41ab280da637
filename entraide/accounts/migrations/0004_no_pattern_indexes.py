# Nobody looks an address up by how it begins, and these indexes serve nothing else. Each new person writes into each,
# somewhere among all addresses: beside 400,000 people, 23 kB of the write-ahead log for one more, and 15 without them.

from django.db import migrations

INDEXES = {
    "accounts_person_email_7de6b04f_like": "accounts_person",
    "account_emailaddress_email_03be32b2_like": "account_emailaddress",
}


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_work_mail"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.RunSQL(
            f"DROP INDEX IF EXISTS {name}",
            f"CREATE INDEX IF NOT EXISTS {name} ON {table} (email varchar_pattern_ops)",
        )
        for name, table in INDEXES.items()
    ]
