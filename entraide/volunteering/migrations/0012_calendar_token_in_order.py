"""New addresses of calendars come in the order of time, so that their index grows at its end."""

from django.db import migrations, models

import entraide.foundation.ids


class Migration(migrations.Migration):
    dependencies = [("volunteering", "0011_find_rejected_signups")]

    operations = [
        migrations.AlterField(
            model_name="volunteer",
            name="calendar_token",
            field=models.UUIDField(default=entraide.foundation.ids.new_secret, editable=False, unique=True),
        ),
    ]
