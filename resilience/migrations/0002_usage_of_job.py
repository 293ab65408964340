from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import StrIndex, Substr


def name_the_job(apps, schema_editor):
    """It is what the permit begins with."""
    records = apps.get_model("resilience", "UsageRecord").objects
    records.filter(permit__contains=":").update(
        job_id=Substr("permit", 1, StrIndex("permit", Value(":")) - 1)
    )


class Migration(migrations.Migration):
    dependencies = [("resilience", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="usagerecord",
            name="job_id",
            field=models.CharField(db_default="", default="", max_length=64),
        ),
        migrations.RunPython(name_the_job, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="usagerecord",
            index=models.Index(fields=["job_id"], name="usage_of_job"),
        ),
    ]
