"""One participation may take several places where its mission welcomes groups, and says when its volunteer came."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("volunteering", "0013_mission_details")]

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
        migrations.AddField(
            model_name="participation",
            name="checked_in_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="participation",
            name="check_in_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.CheckConstraint(
                condition=models.Q(("seats__range", (1, 20))), name="participation_seats_in_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("check_in_by", ""), ("checked_in_at", None)),
                    models.Q(("check_in_by__in", ["organiser", "qr"]), ("checked_in_at__isnull", False)),
                    _connector="OR",
                ),
                name="participation_check_in_is_said",
            ),
        ),
    ]
