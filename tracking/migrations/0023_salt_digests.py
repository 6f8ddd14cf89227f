"""Digests of rows get salts, so that nobody can guess a row from them.

An unpublished status could be found from the digests of an export: all else of the row
was known. The entries that are there stay as they are, and can still be verified; the
site shows their digests to the State alone. Each tracked row begins anew with a salt,
and so do tables that were in no chain before.

Sessions end: the database knows digests of their keys from now on.
"""

from importlib import import_module

from django.db import migrations

VERSIONED = ("tracking_assessment", "tracking_measure", "tracking_evidence")
NOMINATION = (
    "id,state_id,user_id,role,valid_from,valid_until,proposed_by_id,confirmed_by_id,"
    "confirmed_at,ended_at,ended_by_id,replaced_by_id,name,function,email,"
    "note_reference,note_date,note_file"
)
USER = "id,state_id,role,is_active,name,function,email,password"
TOKEN = (
    "id,state_id,scopes,prefix,digest,made_at,made_by_id,expires_at,revoked_at,"
    "revoked_by_id"
)
CATALOGUE = (
    "agendaitem", "article", "correction", "document", "heading", "meeting",
    "paragraph", "practice", "practice_recommendations", "question", "recommendation",
    "recommendation_articles", "recommendation_paragraphs", "recommendationtext",
    "recommendationtheme", "section", "theme", "topic",
)
# Table, column that leads to the State, table in between, columns digested.
BEFORE = (
    ("tracking_assessment", "state_id", "", ""),
    ("tracking_measure", "state_id", "", ""),
    ("tracking_measure_recommendations", "measure_id", "tracking_measure", ""),
    ("tracking_evidence", "state_id", "", ""),
    ("tracking_evidence_measures", "evidence_id", "tracking_evidence", ""),
    ("tracking_evidence_assessments", "evidence_id", "tracking_evidence", ""),
    ("tracking_evidencefile", "state_id", "", ""),
    ("tracking_proposal", "state_id", "", ""),
    ("tracking_assignment", "state_id", "", ""),
    ("tracking_submission", "state_id", "", ""),
    ("tracking_stagechange", "submission_id", "tracking_submission", ""),
    ("tracking_reviewquestion", "submission_id", "tracking_submission", ""),
    ("tracking_visibilitychange", "state_id", "", ""),
    ("tracking_hiding", "submission_id", "tracking_submission", ""),
    ("tracking_emergencyreading", "state_id", "", ""),
    ("tracking_token", "state_id", "", TOKEN),
    ("tracking_foureyes", "state_id", "", ""),
    ("tracking_prepared", "state_id", "", ""),
    ("tracking_cycle", "", "", ""),
    ("tracking_access", "", "", ""),
)
# Digested with other columns from now on, or in no chain before.
ANEW = (
    ("tracking_nomination", "state_id", "", NOMINATION),
    ("tracking_user", "state_id", "", USER),
)
NEW = (
    ("mfa_authenticator", "user_id", "tracking_user", "id,user_id,type,data"),
    ("tracking_factorreset", "user_id", "tracking_user", ""),
    ("tracking_state", "", "", ""),
    ("tracking_participation", "", "", ""),
    *((f"recommendations_{name}", "", "", "") for name in CATALOGUE),
)

FUNCTIONS = r"""
-- The digest of a row, which nobody finds by trying rows.
CREATE FUNCTION audit_salted(digest text, salt uuid) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT 'salted:' || encode(
        sha256(uuid_send(salt) || convert_to(digest, 'UTF8')), 'base64')
$$;

DROP FUNCTION audit_append(
    bigint, bigint, text, bigint, text, int, text[], text, text);

CREATE FUNCTION audit_append(
    in_chain bigint, in_actor bigint, in_table text, in_row bigint, in_verb text,
    in_version int, in_fields text[], in_before text, in_after text,
    in_salt uuid DEFAULT NULL
) RETURNS void LANGUAGE plpgsql SET timezone = 'UTC' AS $$
DECLARE
    last_position bigint;
    last_hash text;
    actor_role text;
    request_key text := coalesce(current_setting('suivi.request', true), '');
    moment timestamptz := clock_timestamp();
    entry bigint;
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
    ) RETURNING id INTO entry;
    IF in_salt IS NOT NULL THEN
        INSERT INTO tracking_salt (entry_id, salt) VALUES (entry, in_salt);
    END IF;
END $$;

-- Arguments of the trigger: column that leads to the State, table in between,
-- columns digested, separated by commas.
CREATE OR REPLACE FUNCTION audit_row() RETURNS trigger
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
    entry_before bigint;
    left_as text;
    salt_before uuid;
    salt_after uuid;
    has_versions boolean := TG_TABLE_NAME IN (
        'tracking_assessment', 'tracking_measure', 'tracking_evidence');
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
    IF was IS NOT NULL THEN
        SELECT e.id, e.after, s.salt INTO entry_before, left_as, salt_before
        FROM tracking_auditentry AS e
        LEFT JOIN tracking_salt AS s ON s.entry_id = e.id
        WHERE e."table" = TG_TABLE_NAME AND e.row = (was ->> 'id')::bigint
        ORDER BY e.id DESC LIMIT 1;
        -- Of a row that had no salt yet, this is told already. Where a salt was taken
        -- away nothing agrees, and `verify_audit` says so.
        IF entry_before IS NULL OR left_as LIKE 'salted:%' THEN
            digest_before := audit_salted(
                digest_before, coalesce(salt_before, gen_random_uuid()));
        END IF;
    END IF;
    IF line IS NOT NULL THEN
        salt_after := gen_random_uuid();
        digest_after := audit_salted(digest_after, salt_after);
    END IF;
    IF has_versions THEN
        -- The version of what was deleted is compared with this entry.
        salt_after := coalesce(salt_after, salt_before);
    ELSE
        -- Nothing is compared with the digest of before any more: a name that a
        -- person had is not to be found out from it.
        DELETE FROM tracking_salt WHERE entry_id = entry_before;
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
        digest_before, digest_after, salt_after
    );
    RETURN NULL;
END $$;
"""

TRIGGER = """
CREATE CONSTRAINT TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON {table}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
EXECUTE FUNCTION audit_row('{column}', '{parent}', '{only}')
"""

BEGIN = """
SELECT audit_append(
    coalesce({chain}, 0), NULL, '{table}', t.id, 'begin', NULL, '{{}}', '',
    audit_salted(audit_digest(to_jsonb(t), string_to_array('{only}', ',')), salt),
    salt
) FROM (SELECT * FROM {table} ORDER BY id) AS t
-- One for each row: it is asked for with something of the row.
CROSS JOIN LATERAL (SELECT t.id, gen_random_uuid() AS salt) AS new
"""


def _begin(schema_editor, statement, table, column, parent, only):
    chain = "0"
    if parent:
        chain = f"(SELECT state_id FROM {parent} AS p WHERE p.id = t.{column})"
    elif column:
        chain = f"t.{column}"
    schema_editor.execute(
        statement.format(table=table, chain=chain, only=only), params=None
    )


def install(apps, schema_editor):
    # Names come from the tuples above. No parameters: psycopg would read the percent
    # signs. The owner of the tables is under their locks as well: it says who it is.
    schema_editor.execute("SELECT set_config('suivi.reader', 'job', true)")
    schema_editor.execute("DELETE FROM tracking_session")
    schema_editor.execute(FUNCTIONS, params=None)
    for table, *_rest in ANEW:
        schema_editor.execute(f"DROP TRIGGER audit ON {table}")
    for table, column, parent, only in (*ANEW, *NEW):
        names = {"table": table, "column": column, "parent": parent, "only": only}
        schema_editor.execute(TRIGGER.format(**names), params=None)
    for each in (*BEFORE, *ANEW, *NEW):
        _begin(schema_editor, BEGIN, *each)
    schema_editor.execute("SELECT set_config('suivi.reader', '', true)")


def remove(apps, schema_editor):
    """Back to digests without salts: every row that was tracked begins anew."""
    earlier = import_module("tracking.migrations.0013_chain_changes")
    schema_editor.execute("SELECT set_config('suivi.reader', 'job', true)")
    for table, *_rest in (*NEW, *ANEW):
        schema_editor.execute(f"DROP TRIGGER audit ON {table}")
    schema_editor.execute(
        "DROP FUNCTION audit_append(bigint, bigint, text, bigint, text, int, text[], "
        "text, text, uuid); DROP FUNCTION audit_salted(text, uuid); "
        "DROP FUNCTION audit_digest(jsonb, text[])"
    )
    functions = earlier.FUNCTIONS.replace(
        "CREATE FUNCTION audit_row", "CREATE OR REPLACE FUNCTION audit_row"
    )
    schema_editor.execute(functions, params=None)
    were = [
        (table, column, parent, ",".join(only))
        for table, column, parent, only in earlier.TRACKED
        if table in ("tracking_nomination", "tracking_user")
    ]
    for table, column, parent, only in were:
        names = {"table": table, "column": column, "parent": parent, "only": only}
        schema_editor.execute(TRIGGER.format(**names), params=None)
    for each in (*BEFORE, *were):
        _begin(schema_editor, earlier.BEGIN, *each)
    schema_editor.execute("SELECT set_config('suivi.reader', '', true)")


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0022_salts"),
        ("recommendations", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(install, remove)]
