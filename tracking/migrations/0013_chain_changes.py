"""The functions and triggers that chain what is changed; see tracking/models/audit/entries.py.

What an entry is digested from is written twice, here and in Python, so that one proves
the other.
"""

from django.db import migrations

# Table, column that leads to the State, table in between, columns digested.
TRACKED = (
    ("tracking_assessment", "state_id", "", ()),
    ("tracking_measure", "state_id", "", ()),
    ("tracking_measure_recommendations", "measure_id", "tracking_measure", ()),
    ("tracking_evidence", "state_id", "", ()),
    ("tracking_evidence_measures", "evidence_id", "tracking_evidence", ()),
    ("tracking_evidence_assessments", "evidence_id", "tracking_evidence", ()),
    ("tracking_evidencefile", "state_id", "", ()),
    ("tracking_proposal", "state_id", "", ()),
    ("tracking_assignment", "state_id", "", ()),
    ("tracking_submission", "state_id", "", ()),
    ("tracking_stagechange", "submission_id", "tracking_submission", ()),
    ("tracking_reviewquestion", "submission_id", "tracking_submission", ()),
    ("tracking_visibilitychange", "state_id", "", ()),
    (
        "tracking_nomination",
        "state_id",
        "",
        (
            "id",
            "state_id",
            "user_id",
            "role",
            "valid_from",
            "valid_until",
            "proposed_by_id",
            "confirmed_by_id",
            "confirmed_at",
            "ended_at",
            "ended_by_id",
            "replaced_by_id",
        ),
    ),
    ("tracking_user", "state_id", "", ("id", "state_id", "role", "is_active")),
    ("tracking_cycle", "", "", ()),
    ("tracking_access", "", "", ()),
)
VERSIONED = ("tracking_assessment", "tracking_measure", "tracking_evidence")

FUNCTIONS = r"""
-- What is empty does not count, so that a column added later changes no digest.
CREATE FUNCTION audit_digest(line jsonb, only_columns text[]) RETURNS text
LANGUAGE sql IMMUTABLE SET timezone = 'UTC' AS $$
    SELECT encode(sha256(convert_to(
        coalesce(jsonb_object_agg(key, value)::text, '{}'), 'UTF8')), 'hex')
    FROM jsonb_each(line)
    WHERE value NOT IN ('null', '""', '[]', '{}', 'false')
        AND (cardinality(only_columns) = 0 OR key = ANY(only_columns))
$$;

CREATE FUNCTION audit_append(
    in_chain bigint, in_actor bigint, in_table text, in_row bigint, in_verb text,
    in_version int, in_fields text[], in_before text, in_after text
) RETURNS void LANGUAGE plpgsql SET timezone = 'UTC' AS $$
DECLARE
    last_position bigint;
    last_hash text;
    actor_role text;
    request_key text := coalesce(current_setting('suivi.request', true), '');
    moment timestamptz := clock_timestamp();
BEGIN
    -- One writer per chain, until the end of the transaction.
    PERFORM pg_advisory_xact_lock(7301, in_chain::int);
    SELECT position, hash INTO last_position, last_hash
    FROM tracking_auditentry WHERE chain = in_chain
    ORDER BY position DESC LIMIT 1;
    last_position := coalesce(last_position, 0) + 1;
    last_hash := coalesce(last_hash, repeat('0', 64));
    IF in_actor IS NOT NULL THEN
        SELECT role INTO actor_role FROM tracking_user WHERE id = in_actor;
    END IF;
    INSERT INTO tracking_auditentry (
        chain, position, at, actor, role, "table", row, verb, version, fields,
        before, after, request, previous, hash
    ) VALUES (
        in_chain, last_position, moment, in_actor, coalesce(actor_role, ''),
        in_table, in_row, in_verb, in_version, in_fields,
        in_before, in_after, request_key, last_hash,
        encode(sha256(convert_to(concat_ws('|',
            in_chain, last_position,
            to_char(moment, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            coalesce(in_actor::text, ''), coalesce(actor_role, ''), in_table, in_row,
            in_verb, coalesce(in_version::text, ''), array_to_string(in_fields, ','),
            in_before, in_after, request_key, last_hash), 'UTF8')), 'hex')
    );
END $$;

-- Arguments of the trigger: column that leads to the State, table in between,
-- columns digested, separated by commas.
CREATE FUNCTION audit_row() RETURNS trigger
LANGUAGE plpgsql SET timezone = 'UTC' AS $$
DECLARE
    only_columns text[] := string_to_array(TG_ARGV[2], ',');
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    line jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    known jsonb := coalesce(line, was);
    chain bigint := 0;
    digest_before text := '';
    digest_after text := '';
    changed text[];
BEGIN
    IF was IS NOT NULL THEN digest_before := audit_digest(was, only_columns); END IF;
    IF line IS NOT NULL THEN digest_after := audit_digest(line, only_columns); END IF;
    IF digest_before = digest_after THEN RETURN NULL; END IF;
    IF TG_ARGV[1] <> '' THEN
        EXECUTE format('SELECT state_id FROM %I WHERE id = $1', TG_ARGV[1])
            INTO chain USING (known ->> TG_ARGV[0])::bigint;
    ELSIF TG_ARGV[0] <> '' THEN
        chain := (known ->> TG_ARGV[0])::bigint;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT array_agg(key ORDER BY key) INTO changed FROM jsonb_each(line) AS cell
        WHERE cell.value IS DISTINCT FROM was -> cell.key
            AND (cardinality(only_columns) = 0 OR cell.key = ANY(only_columns));
    END IF;
    PERFORM audit_append(
        coalesce(chain, 0),
        coalesce(
            nullif(current_setting('suivi.user', true), ''), known ->> 'ended_by_id',
            known ->> 'confirmed_by_id', known ->> 'proposed_by_id',
            known ->> 'closed_by_id',
            known ->> 'updated_by_id', known ->> 'by_id', known ->> 'submitted_by_id',
            known ->> 'uploaded_by_id', known ->> 'replied_by_id',
            known ->> 'asked_by_id'
        )::bigint,
        TG_TABLE_NAME, (known ->> 'id')::bigint, lower(TG_OP),
        (known ->> 'version')::int, coalesce(changed, '{}'),
        digest_before, digest_after
    );
    RETURN NULL;
END $$;
"""

TRIGGER = """
CREATE CONSTRAINT TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON {table}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
EXECUTE FUNCTION audit_row('{column}', '{parent}', '{only}')
"""

# What is there already begins its chain now; so does every version that was kept.
BEGIN_VERSIONS = """
SELECT audit_append(
    t.state_id, NULL, '{table}', t.pgh_obj_id,
    CASE t.pgh_label WHEN 'delete' THEN 'delete' ELSE 'begin' END, t.version, '{{}}',
    CASE t.pgh_label WHEN 'delete' THEN t.digest ELSE '' END,
    CASE t.pgh_label WHEN 'delete' THEN '' ELSE t.digest END
) FROM (
    SELECT *, audit_digest(
        to_jsonb(v) - 'pgh_id' - 'pgh_created_at' - 'pgh_label' - 'pgh_obj_id'
        - 'transaction', '{{}}') AS digest
    FROM {table}version AS v ORDER BY pgh_id
) AS t
"""
BEGIN = """
SELECT audit_append(
    coalesce({chain}, 0), NULL, '{table}', t.id, 'begin', NULL, '{{}}', '',
    audit_digest(to_jsonb(t), string_to_array('{only}', ','))
) FROM (SELECT * FROM {table} ORDER BY id) AS t
"""


def install(apps, schema_editor):
    # Pieces of these statements come from the tuple above. No parameters: psycopg
    # would read the percent signs.
    schema_editor.execute(FUNCTIONS, params=None)
    for table, column, parent, only in TRACKED:
        names = {"table": table, "column": column, "parent": parent}
        names["only"] = ",".join(only)
        chain = "0"
        if parent:
            chain = f"(SELECT state_id FROM {parent} AS p WHERE p.id = t.{column})"
        elif column:
            chain = f"t.{column}"
        names["chain"] = chain
        begin = BEGIN_VERSIONS if table in VERSIONED else BEGIN
        schema_editor.execute(begin.format(**names), params=None)
        schema_editor.execute(TRIGGER.format(**names), params=None)


def remove(apps, schema_editor):
    for table, *_rest in TRACKED:
        schema_editor.execute(f"DROP TRIGGER audit ON {table}")
    schema_editor.execute(
        "DROP FUNCTION audit_row(); DROP FUNCTION audit_append(bigint, bigint, text, "
        "bigint, text, int, text[], text, text); "
        "DROP FUNCTION audit_digest(jsonb, text[])"
    )


class Migration(migrations.Migration):
    dependencies = [("tracking", "0012_audit")]

    operations = [migrations.RunPython(install, remove)]
