"""The extensions that the schema may use, and the trigger function of records."""

from django.contrib.postgres.operations import BtreeGistExtension, CITextExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

from entraide.foundation.records import TOUCH_FUNCTION


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        BtreeGistExtension(),
        CITextExtension(),
        migrations.RunSQL(TOUCH_FUNCTION, "DROP FUNCTION touch_record()"),
    ]
