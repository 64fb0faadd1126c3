"""Snapshots, and the past of a tile along an index."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def copy_from_edits(apps, _):
    edits = apps.get_model("annotator", "Edit").objects.filter(pk=OuterRef("edit_id"))
    apps.get_model("annotator", "EditTile").objects.update(
        image_id=Subquery(edits.values("image_id")[:1]), seq=Subquery(edits.values("seq")[:1])
    )


class Migration(migrations.Migration):
    dependencies = [
        ("annotator", "0003_work_states"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="snapshots", to="annotator.image"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-seq", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("image", "name"), name="one_snapshot_per_name"),
                ],
            },
        ),
        migrations.AddField("labelclass", "purged_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex("edit", models.Index(fields=["image", "user", "seq"], name="edits_of_a_person")),
        migrations.AddField(
            "edittile",
            "image",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="past_tiles",
                to="annotator.image",
            ),
        ),
        migrations.AddField("edittile", "seq", models.PositiveIntegerField(default=0), preserve_default=False),
        migrations.AddField("edittile", "left", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("edittile", "top", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("edittile", "right", models.PositiveSmallIntegerField(default=256)),
        migrations.AddField("edittile", "bottom", models.PositiveSmallIntegerField(default=256)),
        migrations.RunPython(copy_from_edits, migrations.RunPython.noop),
    ]
