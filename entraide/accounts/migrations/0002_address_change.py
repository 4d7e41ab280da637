import django.db.models.deletion
import django.db.models.functions.datetime
import entraide.foundation.ids
from entraide.foundation.records import touch_on_update
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AddressChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=entraide.foundation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("version", models.PositiveIntegerField(db_default=1, editable=False)),
                ("from_address", models.EmailField(max_length=254)),
                ("to_address", models.EmailField(max_length=254)),
                ("code_digest", models.CharField(max_length=64)),
                ("code_ends_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("undo_digest", models.CharField(blank=True, max_length=64)),
                ("undo_ends_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None)),
                        fields=("person",),
                        name="address_change_once_while_waiting",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("undo_digest", ""), _negated=True),
                        fields=("undo_digest",),
                        name="address_change_by_its_link",
                    ),
                ],
            },
        ),
        touch_on_update("accounts_addresschange"),
    ]
