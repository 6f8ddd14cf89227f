"""A cycle names the meetings on which States report in it."""

from django.db import migrations, models

TRIGGER = """
CREATE CONSTRAINT TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON {table}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
EXECUTE FUNCTION audit_row('', '', '')
"""
TABLES = ("tracking_cycle_meetings", "recommendations_relation")


def name_meetings(apps, schema_editor):
    """Every cycle there is was about the report that was followed up."""
    Cycle = apps.get_model("tracking", "Cycle")
    Meeting = apps.get_model("recommendations", "Meeting")
    followed = Meeting.objects.filter(is_followed=True)
    for cycle in Cycle.objects.all():
        cycle.meetings.set(followed)
    for meeting in followed:
        # An empty column changes no digest when it goes.
        meeting.is_followed = False
        meeting.save(update_fields=["is_followed"])
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


def follow(apps, schema_editor):
    Meeting = apps.get_model("recommendations", "Meeting")
    named = Meeting.objects.filter(cycles__isnull=False).order_by("slug").first()
    if named:
        named.is_followed = True
        named.save(update_fields=["is_followed"])


def name_places(apps, schema_editor):
    """What was written on the page of a number is on that of its meeting and number.

    No word of a proposal changes, and the audit chain has an entry for each.
    """
    _let_proposals_change(schema_editor, "DISABLE")
    for name in ("UnsavedWork", "Proposal"):
        for row in apps.get_model("tracking", name).objects.iterator():
            number = row.arguments.pop("number", None)
            if number is not None and row.view.startswith("workspace:"):
                row.arguments["place"] = f"2019/{number}"
                row.save(update_fields=["arguments"])
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")
    _let_proposals_change(schema_editor, "ENABLE")


def _let_proposals_change(schema_editor, verb):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'tracking_proposal'::regclass "
            "AND tgname LIKE 'pgtrigger_proposals_do_not_change%'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE tracking_proposal {verb} TRIGGER "{name}"')


def install(apps, schema_editor):
    for table in TABLES:
        schema_editor.execute(TRIGGER.format(table=table), params=None)


def uninstall(apps, schema_editor):
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER audit ON {table}")


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0023_say_what_crossed"),
        ("recommendations", "0002_meetings"),
    ]

    operations = [
        migrations.AddField(
            model_name="cycle",
            name="meetings",
            field=models.ManyToManyField(
                blank=True,
                help_text="States report on the recommendations of these meetings.",
                related_name="cycles",
                to="recommendations.meeting",
                verbose_name="meetings",
            ),
        ),
        migrations.AlterModelOptions(
            name='assignment',
            options={'ordering': ['due_on', 'assessment__recommendation__meeting__slug', 'assessment__recommendation__number', 'pk'], 'verbose_name': 'assignment', 'verbose_name_plural': 'assignments'},
        ),
        migrations.AlterModelOptions(
            name='reviewquestion',
            options={'ordering': ['recommendation__meeting__slug', 'recommendation__number', 'pk']},
        ),
        migrations.AlterModelOptions(
            name='submittedassessment',
            options={'ordering': ['submission', 'recommendation__meeting__slug', 'recommendation__number'], 'verbose_name': 'submitted answer', 'verbose_name_plural': 'submitted answers'},
        ),
        migrations.RunPython(install, uninstall),
        migrations.RunPython(name_meetings, follow),
        migrations.RunPython(name_places, migrations.RunPython.noop),
    ]
