"""Every account there is gets the nomination by which it goes on; nobody is locked out.

They carry no note verbale and nobody who proposed or confirmed them: the register
shows which ones have to be completed.
"""

from django.core.management import call_command
from django.db import migrations
from django.utils import timezone


def make_cache_table(apps, schema_editor):
    """Attempts to sign in are counted there, by all processes."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def name_everybody(apps, schema_editor):
    User = apps.get_model("tracking", "User")
    Nomination = apps.get_model("tracking", "Nomination")
    now = timezone.now()
    Nomination.objects.bulk_create(
        Nomination(
            user=user,
            state_id=user.state_id,
            role=user.role,
            name=user.name,
            function=user.function,
            email=user.email,
            language=user.language,
            valid_from=user.date_joined.date(),
            confirmed_at=now,
            ended_at=None if user.is_active else now,
        )
        for user in User.objects.all()
    )


class Migration(migrations.Migration):
    dependencies = [("tracking", "0010_keep_nominations")]

    operations = [
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
        migrations.RunPython(name_everybody, migrations.RunPython.noop),
    ]
