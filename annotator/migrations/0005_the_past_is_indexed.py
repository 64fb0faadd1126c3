"""Apart from the filling before it: PostgreSQL alters no table with rows just written."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotator", "0004_the_past")]

    operations = [
        migrations.AlterField(
            "edittile",
            "image",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="past_tiles",
                to="annotator.image",
            ),
        ),
        migrations.AddConstraint(
            "edittile",
            models.UniqueConstraint(fields=("image", "plane", "x", "y", "seq"), name="one_tile_state_per_edit"),
        ),
    ]
