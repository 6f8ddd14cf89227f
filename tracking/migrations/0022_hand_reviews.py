"""Who takes a review over, in a table of its own; two kinds of messages."""


import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


TRIGGER = """
CREATE CONSTRAINT TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON tracking_reviewturn
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
EXECUTE FUNCTION audit_row('submission_id', 'tracking_submission', '')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('tracking', '0021_say_what_is_overdue'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('assignment', 'A recommendation is given to me'), ('proposal', 'A proposal is ready for clearance'), ('questions', 'A submission comes back with questions'), ('acceptance', 'A submission is accepted'), ('opening', 'A cycle opens'), ('closing', 'The closing date of a cycle changes'), ('prepared', 'Something waits for my confirmation'), ('reminder', 'A cycle closes and something is left to do'), ('token', 'A token for machines is made'), ('faults', 'The check of the audit chains finds a fault'), ('heads', 'The signed heads of the audit chains, each week'), ('hiding', 'The secretariat hides what we published'), ('emergency', 'The secretariat reads our working copy'), ('digest', 'A week has passed: sign-ins, people, readings, exports'), ('confirmation', 'A colleague needs a second person'), ('review', 'A colleague hands me a review'), ('alarm', 'An account of the secretariat reads unusually much'), ('overdue', 'Work that the site does by itself is overdue')], max_length=12),
        ),
        migrations.CreateModel(
            name='ReviewTurn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='turns', to='tracking.submission')),
            ],
            options={
                'verbose_name': 'reviewer',
                'ordering': ['at', 'pk'],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reviewturn',
            trigger=pgtrigger.compiler.Trigger(name='review_turns_stay', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5494ef181657e44c249b8df6dc63a05c69769a97', operation='UPDATE OR DELETE', pgid='pgtrigger_review_turns_stay_bf20a', table='tracking_reviewturn', when='BEFORE')),
        ),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER audit ON tracking_reviewturn"),
    ]
