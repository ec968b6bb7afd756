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
SELECT DISTINCT ends.kind, sides.value, audit_log.table_name, audit_log.record_id
FROM audit_log, json_each(audit_log.changes) AS columns, json_each(columns.value) AS sides
JOIN (SELECT 'client_id' AS name, 'client' AS kind UNION ALL SELECT 'owner_id', 'owner'
    UNION ALL SELECT 'project_id', 'project' UNION ALL SELECT 'vendor_id', 'vendor'
    UNION ALL SELECT 'supplier_id', 'vendor' UNION ALL SELECT 'operator_id', 'operator'
    UNION ALL SELECT 'constructor_id', 'constructor' UNION ALL SELECT 'offtaker_id', 'offtaker'
    UNION ALL SELECT 'personnel_id', 'personnel' UNION ALL SELECT 'product_id', 'technology') AS ends
    ON ends.name = columns.key
WHERE sides.value IS NOT NULL
    AND (audit_log.table_name IN ('contact_log', 'roundtable_history') OR audit_log.table_name LIKE '%_relationships');
