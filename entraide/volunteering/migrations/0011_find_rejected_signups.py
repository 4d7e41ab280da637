"""An index of the rejected sign-ups alone, which the worker counts after each batch."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index, of the few rows that were rejected."""

    dependencies = [("volunteering", "0010_partner_missions")]

    operations = [
        migrations.AddIndex(
            model_name="settlement",
            index=models.Index(
                models.F("reason"), condition=models.Q(("state", "rejected")), name="settlement_rejected"
            ),
        ),
    ]
