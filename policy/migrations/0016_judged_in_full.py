"""When every check of a certificate was last judged again, and the digest of what they rested on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policy", "0015_losses_and_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="certificate",
            name="basis",
            field=models.CharField(
                default="", max_length=64, verbose_name="empreinte de ce dont dépendent ses contrôles"
            ),
        ),
        migrations.AddField(
            model_name="certificate",
            name="judged_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="tous ses contrôles rejugés le"),
        ),
        migrations.AddField(
            model_name="certificatereview",
            name="judged_count",
            field=models.PositiveIntegerField(default=0, verbose_name="rejugés en entier"),
        ),
    ]
