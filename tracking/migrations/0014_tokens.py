import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


COLUMNS = (
    "id,state_id,scopes,prefix,digest,made_at,made_by_id,expires_at,revoked_at,"
    "revoked_by_id"
)
TRIGGER = f"""
CREATE CONSTRAINT TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON tracking_token
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
EXECUTE FUNCTION audit_row('state_id', '', '{COLUMNS}')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('tracking', '0013_chain_changes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True)),
                ('number', models.PositiveIntegerField()),
                ('until', models.DateTimeField()),
            ],
        ),
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('assignment', 'A recommendation is given to me'), ('proposal', 'A proposal is ready for clearance'), ('questions', 'A submission comes back with questions'), ('acceptance', 'A submission is accepted'), ('opening', 'A cycle opens'), ('reminder', 'A cycle closes and something is left to do'), ('token', 'A token for machines is made')], max_length=12),
        ),
        migrations.CreateModel(
            name='Token',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=100, verbose_name='what it is for')),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('drafts:read', 'Read the working copy'), ('drafts:write', 'Read and change answers and measures'), ('evidence:write', 'Read and add evidence'), ('submissions:read', 'Read what the State submitted')], max_length=20), size=None, verbose_name='what it may do')),
                ('prefix', models.CharField(max_length=12, verbose_name='begins with')),
                ('digest', models.CharField(help_text='SHA-256, in hex.', max_length=64, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='made')),
                ('expires_at', models.DateTimeField(verbose_name='valid until')),
                ('last_used_at', models.DateTimeField(null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='revoked')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='revoked by')),
                ('state', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to='tracking.state')),
            ],
            options={
                'verbose_name': 'API token',
                'verbose_name_plural': 'API tokens',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=100)),
                ('digest', models.CharField(help_text='SHA-256 of method, path and body.', max_length=64)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('headers', models.JSONField(default=dict)),
                ('body', models.TextField(blank=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('token', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tracking.token')),
            ],
            options={
                'verbose_name': 'repeated request',
                'verbose_name_plural': 'repeated requests',
            },
        ),
        migrations.AddConstraint(
            model_name='token',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__lte', django.db.models.expressions.CombinedExpression(models.F('made_at'), '+', models.Value(datetime.timedelta(days=365))))), name='token_lasts_a_year_at_most'),
        ),
        migrations.AddConstraint(
            model_name='token',
            constraint=models.CheckConstraint(condition=models.Q(('scopes__len__gte', 1), ('scopes__contained_by', ['drafts:read', 'drafts:write', 'evidence:write', 'submissions:read'])), name='token_opens_something_known'),
        ),
        migrations.AddConstraint(
            model_name='token',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_by', None)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='token_revoked_by_somebody'),
        ),
        migrations.AddIndex(
            model_name='idempotencykey',
            index=models.Index(fields=['made_at'], name='idempotency_by_age'),
        ),
        migrations.AddConstraint(
            model_name='idempotencykey',
            constraint=models.UniqueConstraint(fields=('user', 'token', 'key'), name='idempotency_key_once_per_sender', nulls_distinct=False),
        ),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER audit ON tracking_token"),
    ]
