"""Since when a job fails, and a message on what is overdue."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracking', '0020_salt_digests'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='failing_since',
            field=models.DateTimeField(help_text='When it first failed since it was last done.', null=True),
        ),
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('assignment', 'A recommendation is given to me'), ('proposal', 'A proposal is ready for clearance'), ('questions', 'A submission comes back with questions'), ('acceptance', 'A submission is accepted'), ('opening', 'A cycle opens'), ('prepared', 'Something waits for my confirmation'), ('reminder', 'A cycle closes and something is left to do'), ('token', 'A token for machines is made'), ('faults', 'The check of the audit chains finds a fault'), ('heads', 'The signed heads of the audit chains, each week'), ('hiding', 'The secretariat hides what we published'), ('emergency', 'The secretariat reads our working copy'), ('digest', 'A week has passed: sign-ins, people, readings, exports'), ('confirmation', 'A colleague needs a second person'), ('alarm', 'An account of the secretariat reads unusually much'), ('overdue', 'Work that the site does by itself is overdue')], max_length=12),
        ),
    ]
