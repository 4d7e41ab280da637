"""One participation may take several places of a slot, where its mission welcomes groups."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("volunteering", "0012_calendar_token_in_order")]

    operations = [
        migrations.AddField(
            model_name="mission",
            name="groups_welcome",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="participation",
            name="seats",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.CheckConstraint(
                condition=models.Q(("seats__range", (1, 20))), name="participation_seats_in_range"
            ),
        ),
    ]
