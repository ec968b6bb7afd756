-- Taking changes back, and the history of a record: which change takes back which, and what else belongs to a record: links
-- to both their ends, contacts and roundtable entries to their client. What belongs to it may be confidential, as its rows are.

ALTER TABLE changes ADD COLUMN undoes BIGINT REFERENCES changes (change_id);
CREATE INDEX changes_undoing ON changes (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX changes_by_date ON changes (occurred_date, change_id);
CREATE TABLE audit_subjects (
    subject_kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    table_name TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    PRIMARY KEY (subject_kind, subject_id, table_name, record_id)
);
CREATE INDEX audit_subjects_of ON audit_subjects (record_id, table_name);
INSERT INTO audit_subjects (subject_kind, subject_id, table_name, record_id)
SELECT DISTINCT ends.kind, CAST(sides.value AS BIGINT), audit_log.table_name, audit_log.record_id
FROM audit_log
CROSS JOIN LATERAL jsonb_each(CAST(audit_log.changes AS JSONB)) AS columns (key, value)
CROSS JOIN LATERAL jsonb_array_elements_text(columns.value) AS sides (value)
JOIN (VALUES ('client_id', 'client'), ('owner_id', 'owner'), ('project_id', 'project'), ('vendor_id', 'vendor'),
    ('supplier_id', 'vendor'), ('operator_id', 'operator'), ('constructor_id', 'constructor'), ('offtaker_id', 'offtaker'),
    ('personnel_id', 'personnel'), ('product_id', 'technology')) AS ends (name, kind) ON ends.name = columns.key
WHERE sides.value IS NOT NULL
    AND (audit_log.table_name IN ('contact_log', 'roundtable_history') OR audit_log.table_name LIKE '%\_relationships');
