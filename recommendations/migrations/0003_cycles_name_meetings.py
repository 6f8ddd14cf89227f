"""Which meeting is followed is said by the cycles that name it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("recommendations", "0002_meetings"),
        ("tracking", "0024_cycles_name_meetings"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="meeting",
            options={
                "ordering": ["slug"],
                "verbose_name": "meeting",
                "verbose_name_plural": "meetings",
            },
        ),
        migrations.RemoveConstraint("meeting", "meeting_one_is_followed"),
        migrations.RemoveField("meeting", "is_followed"),
    ]
