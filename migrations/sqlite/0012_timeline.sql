-- What the timeline of a client takes from the audit log: how its assessment moved, its links added and removed, follow-ups
-- done. The log is found by record; this finds it by client, in the order of time, without looking at any other row.

CREATE TABLE client_changes (
    audit_id INTEGER PRIMARY KEY REFERENCES audit_log (audit_id),
    client_id BIGINT NOT NULL,
    sensitivity TEXT NOT NULL CHECK (sensitivity IN ('public', 'confidential', 'team')),
    occurred_date TIMESTAMP NOT NULL
);
CREATE INDEX changes_of_client ON client_changes (client_id, occurred_date, audit_id, sensitivity);
CREATE VIEW told_of_clients AS
SELECT audit_id, sensitivity, occurred_date, CASE table_name
    WHEN 'clients' THEN record_id
    WHEN 'contact_log' THEN (SELECT client_id FROM contact_log WHERE contact_id = record_id)
    ELSE COALESCE(json_extract(audit_log.changes, '$.client_id[1]'), json_extract(audit_log.changes, '$.client_id[0]')) END AS client_id
FROM audit_log JOIN changes USING (change_id)
WHERE (table_name = 'clients' AND sensitivity = 'team')
    OR (table_name IN ('client_owner_relationships', 'client_project_relationships', 'client_vendor_relationships',
        'client_operator_relationships', 'client_personnel_relationships') AND action IN ('create', 'delete'))
    OR (table_name = 'contact_log' AND action = 'update' AND json_extract(audit_log.changes, '$.follow_up_done[1]'));
INSERT INTO client_changes (audit_id, client_id, sensitivity, occurred_date)
SELECT audit_id, client_id, sensitivity, occurred_date FROM told_of_clients WHERE client_id IS NOT NULL;
CREATE TRIGGER audit_log_tells_of_clients AFTER INSERT ON audit_log
WHEN NEW.table_name IN ('clients', 'contact_log') OR NEW.table_name LIKE 'client@_%' ESCAPE '@' BEGIN
    INSERT INTO client_changes (audit_id, client_id, sensitivity, occurred_date)
    SELECT audit_id, client_id, sensitivity, occurred_date FROM told_of_clients
    WHERE audit_id = NEW.audit_id AND client_id IS NOT NULL;
END;
