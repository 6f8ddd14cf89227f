"""Two texts may cross that are of one person: no word of a colleague."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracking', '0022_hand_reviews'),
    ]

    operations = [
        migrations.AlterField(
            model_name='unsavedwork',
            name='kind',
            field=models.CharField(choices=[('draft', 'Draft kept while writing'), ('conflict', 'Text that crossed with what was saved meanwhile'), ('expired', 'Text sent after the session had ended')], max_length=10),
        ),
    ]
