from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('studio', '0003_sayings_of_jobs'),
    ]

    operations = [
        migrations.AddField(
            model_name='preferences',
            name='single_keys',
            field=models.BooleanField(default=True),
        ),
    ]
