"""How a feed wrote a mission, so that one that is written the same is not read again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="external",
            name="digest",
            field=models.CharField(blank=True, db_default="", max_length=32),
        ),
    ]
