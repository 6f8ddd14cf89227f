"""Several meetings: each with its body, year and address; keys of recommendations."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import recommendations.models.keys


def name_meetings(apps, schema_editor):
    """Until now one body met once a year: the year is enough to name a meeting."""
    Meeting = apps.get_model("recommendations", "Meeting")
    Recommendation = apps.get_model("recommendations", "Recommendation")
    taken = set()
    for meeting in Meeting.objects.order_by("-is_followed", "starts_on", "pk"):
        meeting.year, meeting.body_code = meeting.starts_on.year, "som"
        wanted = (f"{meeting.year}", f"{meeting.year}-som-{meeting.ordinal}")
        meeting.slug = next(slug for slug in wanted if slug not in taken)
        taken.add(meeting.slug)
        meeting.save(update_fields=["year", "body_code", "slug"])
    for row in Recommendation.objects.select_related("meeting"):
        # Historical models write no key of themselves.
        Recommendation.objects.filter(pk=row.pk).update(
            key=f"{row.meeting.slug}/{row.number}"
        )
    # The chains have their entries before the tables change once more.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0001_initial")]

    operations = [
        # Empty at first: what is empty changes no digest of the audit chains.
        migrations.AddField(
            "meeting", "slug", models.CharField(max_length=20, default="")
        ),
        migrations.AddField(
            "meeting", "body_code", models.CharField(max_length=12, default="")
        ),
        migrations.AddField(
            "meeting", "year", models.PositiveSmallIntegerField(null=True)
        ),
        migrations.AddField(
            "recommendation", "key", models.CharField(max_length=30, default="")
        ),
        migrations.RunPython(name_meetings, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="meeting",
            name="slug",
            field=models.SlugField(
                help_text="The year; with the body where two bodies meet in a year.",
                max_length=20,
                unique=True,
                verbose_name="name in addresses",
            ),
        ),
        migrations.AlterField(
            model_name="meeting",
            name="body_code",
            field=models.SlugField(
                default="som",
                max_length=12,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[a-z]+$", "Write small Latin letters only."
                    )
                ],
                verbose_name="code of the body",
            ),
        ),
        migrations.AlterField(
            model_name="meeting",
            name="year",
            field=models.PositiveSmallIntegerField(verbose_name="year"),
        ),
        migrations.AlterField(
            model_name="meeting",
            name="starts_on",
            field=models.DateField(blank=True, null=True, verbose_name="first day"),
        ),
        migrations.AlterField(
            model_name="meeting",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="last day"),
        ),
        migrations.AlterField(
            model_name="meeting",
            name="place",
            field=models.CharField(blank=True, max_length=100, verbose_name="place"),
        ),
        migrations.AlterField(
            model_name="meeting",
            name="chair",
            field=models.CharField(blank=True, max_length=200, verbose_name="chair"),
        ),
        migrations.AlterField(
            model_name="meeting",
            name="chair_state_name",
            field=models.CharField(
                blank=True, max_length=100, verbose_name="State of the chair"
            ),
        ),
        migrations.AlterField(
            model_name="meeting",
            name="sittings",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="number of sittings"
            ),
        ),
        migrations.AlterField(
            model_name="section",
            name="letter",
            field=models.CharField(blank=True, max_length=2, verbose_name="letter"),
        ),
        migrations.AddConstraint(
            "meeting",
            models.UniqueConstraint(
                fields=("body_code", "year", "ordinal"),
                name="meeting_one_per_body_year_and_ordinal",
            ),
        ),
        migrations.AlterField(
            model_name="recommendation",
            name="key",
            field=recommendations.models.keys.KeyField(
                editable=False,
                max_length=30,
                unique=True,
                verbose_name="meeting and number",
            ),
        ),
        migrations.AlterModelOptions(
            name="recommendation",
            options={
                "ordering": ["meeting__slug", "number"],
                "verbose_name": "recommendation",
                "verbose_name_plural": "recommendations",
            },
        ),
        migrations.CreateModel(
            name="Relation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("restates", "restates"),
                            ("updates", "updates"),
                            ("replaces", "replaces"),
                        ],
                        max_length=10,
                        verbose_name="does to it",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        help_text="Where it is said: symbol and paragraph of a document.",
                        max_length=255,
                        verbose_name="source",
                    ),
                ),
                ("dated", models.DateField(verbose_name="date of the source")),
                (
                    "earlier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="later_relations",
                        to="recommendations.recommendation",
                        verbose_name="recommendation of an earlier meeting",
                    ),
                ),
                (
                    "recommendation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="relations",
                        to="recommendations.recommendation",
                        verbose_name="recommendation",
                    ),
                ),
            ],
            options={
                "verbose_name": "line through the years",
                "verbose_name_plural": "lines through the years",
                "ordering": ["earlier__meeting__slug", "earlier__number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recommendation", "earlier"), name="relation_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recommendation", models.F("earlier")), _negated=True
                        ),
                        name="relation_between_two",
                    ),
                ],
            },
        ),
    ]
