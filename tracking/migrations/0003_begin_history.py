from django.db import migrations

VERSIONS = ("assessment", "measure", "evidence")
TIES = (
    ("measure", "recommendations", "measurerecommendationevent"),
    ("evidence", "measures", "evidencemeasureevent"),
    ("evidence", "assessments", "evidenceassessmentevent"),
)


def begin(apps, schema_editor):
    """Keep what is there as the first version, so that the next has a base."""
    for name in VERSIONS:
        model = apps.get_model("tracking", name)
        copied = [field.column for field in model._meta.concrete_fields]
        _copy(
            schema_editor,
            model._meta.db_table,
            apps.get_model("tracking", f"{name}version")._meta.db_table,
            copied,
            {
                "pgh_obj_id": '"id"',
                "pgh_created_at": 'COALESCE("updated_at", CLOCK_TIMESTAMP())',
            },
        )
    for name, field, event in TIES:
        through = getattr(apps.get_model("tracking", name), field).through
        _copy(
            schema_editor,
            through._meta.db_table,
            apps.get_model("tracking", event)._meta.db_table,
            [field.column for field in through._meta.concrete_fields],
            {"pgh_created_at": "CLOCK_TIMESTAMP()"},
        )


def _copy(schema_editor, source, target, columns, others):
    quote = schema_editor.quote_name
    names = [*(quote(column) for column in columns), "pgh_label", *others]
    values = [*(quote(column) for column in columns), "'insert'", *others.values()]
    schema_editor.execute(
        f"INSERT INTO {quote(target)} ({', '.join(names)}) "
        f"SELECT {', '.join(values)} FROM {quote(source)}"
    )


class Migration(migrations.Migration):
    dependencies = [("tracking", "0002_keep_history")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
