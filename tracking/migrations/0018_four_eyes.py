"""The choice of a State that two persons are needed, and what waits for the second."""


import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


TRIGGER = """
CREATE CONSTRAINT TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON {table}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('state_id', '', '')
"""
TABLES = ("tracking_foureyes", "tracking_prepared")


def chain(apps, schema_editor):
    """What happens to these rows is in the audit chain of their State."""
    for table in TABLES:
        schema_editor.execute(TRIGGER.format(table=table))


def unchain(apps, schema_editor):
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER audit ON {table}")


class Migration(migrations.Migration):

    dependencies = [
        ('tracking', '0017_forms'),
    ]

    operations = [
        migrations.CreateModel(
            name='FourEyes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begun_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ending_proposed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Prepared',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prepared_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('consent', models.BooleanField()),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('content', models.JSONField(help_text='Rows and versions, or who is to read what.')),
                ('ended_at', models.DateTimeField(null=True)),
                ('confirmed', models.BooleanField(default=False)),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='submission',
            name='submissions_do_not_change',
        ),
        migrations.AddField(
            model_name='submission',
            name='prepared_by',
            field=models.ForeignKey(help_text='Where the State wants two persons: the first one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='prepared by'),
        ),
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('assignment', 'A recommendation is given to me'), ('proposal', 'A proposal is ready for clearance'), ('questions', 'A submission comes back with questions'), ('acceptance', 'A submission is accepted'), ('opening', 'A cycle opens'), ('prepared', 'Something waits for my confirmation'), ('reminder', 'A cycle closes and something is left to do'), ('token', 'A token for machines is made'), ('faults', 'The check of the audit chains finds a fault'), ('heads', 'The signed heads of the audit chains, each week'), ('hiding', 'The secretariat hides what we published'), ('emergency', 'The secretariat reads our working copy'), ('digest', 'A week has passed: sign-ins, people, readings, exports'), ('confirmation', 'A colleague needs a second person'), ('alarm', 'An account of the secretariat reads unusually much')], max_length=12),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='submission',
            trigger=pgtrigger.compiler.Trigger(name='submissions_take_two_where_chosen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nIF NEW.prepared_by_id IS NULL AND EXISTS (\n    SELECT FROM tracking_foureyes\n    WHERE state_id = NEW.state_id AND ended_at IS NULL\n) THEN\n    RAISE EXCEPTION 'a second person confirms what this State sends'\n        USING ERRCODE = 'check_violation';\nEND IF;\nRETURN NEW;\n", hash='12475663afdd0e64a32a8e926cc4332ee0af6f7f', operation='INSERT', pgid='pgtrigger_submissions_take_two_where_chosen_60ed5', table='tracking_submission', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='submission',
            trigger=pgtrigger.compiler.Trigger(name='submissions_do_not_change', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."state_id" IS DISTINCT FROM (NEW."state_id") OR OLD."cycle_id" IS DISTINCT FROM (NEW."cycle_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."submitted_by_id" IS DISTINCT FROM (NEW."submitted_by_id") OR OLD."prepared_by_id" IS DISTINCT FROM (NEW."prepared_by_id") OR OLD."submitted_at" IS DISTINCT FROM (NEW."submitted_at") OR OLD."consent" IS DISTINCT FROM (NEW."consent"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='75f46ea7fa15ae0e4f7a8f87056e4305d669e622', operation='UPDATE', pgid='pgtrigger_submissions_do_not_change_cefe9', table='tracking_submission', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('prepared_by', models.F('submitted_by')), _negated=True), name='submission_sent_by_another_than_prepared_it'),
        ),
        migrations.AddField(
            model_name='foureyes',
            name='begun_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='foureyes',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='foureyes',
            name='ending_proposed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='foureyes',
            name='state',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='four_eyes', to='tracking.state'),
        ),
        migrations.AddField(
            model_name='prepared',
            name='cycle',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tracking.cycle'),
        ),
        migrations.AddField(
            model_name='prepared',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='prepared',
            name='prepared_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='prepared',
            name='state',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prepared', to='tracking.state'),
        ),
        migrations.AddField(
            model_name='prepared',
            name='widens',
            field=models.ForeignKey(help_text='Whose records are to be read by more; empty for what is to be sent.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tracking.submission'),
        ),
        migrations.AddConstraint(
            model_name='foureyes',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('state',), name='four_eyes_once_per_state'),
        ),
        migrations.AddConstraint(
            model_name='foureyes',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ending_proposed_by__isnull', False), ('ended_by__isnull', False), models.Q(('ended_by', models.F('ending_proposed_by')), _negated=True)), _connector='OR'), name='four_eyes_end_by_two'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='foureyes',
            trigger=pgtrigger.compiler.Trigger(name='four_eyes_stay', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='cad626ad41fe99a9a55db96b3de554069d4ca040', operation='DELETE', pgid='pgtrigger_four_eyes_stay_1678f', table='tracking_foureyes', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='foureyes',
            trigger=pgtrigger.compiler.Trigger(name='four_eyes_end_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."ended_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='80221fb2c00fbaa94d8fd35c3d3a0a02d0f06a50', operation='UPDATE', pgid='pgtrigger_four_eyes_end_once_7747e', table='tracking_foureyes', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='foureyes',
            trigger=pgtrigger.compiler.Trigger(name='four_eyes_begin_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state_id" IS DISTINCT FROM (NEW."state_id") OR OLD."begun_by_id" IS DISTINCT FROM (NEW."begun_by_id") OR OLD."begun_at" IS DISTINCT FROM (NEW."begun_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='71184f512b54460fc205d99811f19e668470b1c5', operation='UPDATE', pgid='pgtrigger_four_eyes_begin_once_22121', table='tracking_foureyes', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='prepared',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None), ('widens', None)), fields=('state', 'cycle'), name='prepared_one_sending'),
        ),
        migrations.AddConstraint(
            model_name='prepared',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('widens',), name='prepared_one_widening'),
        ),
        migrations.AddConstraint(
            model_name='prepared',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed', False), ('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='prepared_ends_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='prepared',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed', False), models.Q(('ended_by', models.F('prepared_by')), _negated=True), _connector='OR'), name='prepared_is_confirmed_by_another'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='prepared',
            trigger=pgtrigger.compiler.Trigger(name='prepared_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='5de1035d07277e9a90705218d87450bc31fb669f', operation='DELETE', pgid='pgtrigger_prepared_stays_38536', table='tracking_prepared', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='prepared',
            trigger=pgtrigger.compiler.Trigger(name='prepared_ends_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."ended_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='1a1dd3ae0d0a871dff81cefdf35a280e365ccfb8', operation='UPDATE', pgid='pgtrigger_prepared_ends_once_de82f', table='tracking_prepared', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='prepared',
            trigger=pgtrigger.compiler.Trigger(name='prepared_does_not_change', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."state_id" IS DISTINCT FROM (NEW."state_id") OR OLD."cycle_id" IS DISTINCT FROM (NEW."cycle_id") OR OLD."widens_id" IS DISTINCT FROM (NEW."widens_id") OR OLD."prepared_by_id" IS DISTINCT FROM (NEW."prepared_by_id") OR OLD."prepared_at" IS DISTINCT FROM (NEW."prepared_at") OR OLD."consent" IS DISTINCT FROM (NEW."consent") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."content" IS DISTINCT FROM (NEW."content"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d115859a1ff1595529a2f2e54cf2b68e726558ef', operation='UPDATE', pgid='pgtrigger_prepared_does_not_change_425ef', table='tracking_prepared', when='BEFORE')),
        ),
        migrations.RunPython(chain, unchain),
    ]
