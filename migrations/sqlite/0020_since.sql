-- What happened since a moment, of one client and of all: points of contact, plans and follow-ups that moved are told of a
-- client beside what 0012 tells, and all of it is found by time. A fall of the relationship bears what it fell to, so that who
-- drifts is found without a look at any other row. A judgement has a line of reason, the NED Team's as the judgement is.

ALTER TABLE clients ADD COLUMN assessment_reason TEXT;
ALTER TABLE client_changes ADD COLUMN fell_to TEXT;
DROP TRIGGER audit_log_tells_of_clients;
DROP VIEW told_of_clients;
CREATE VIEW told_of_clients AS
SELECT audit_id, sensitivity, occurred_date, CASE table_name
    WHEN 'clients' THEN record_id
    WHEN 'contact_log' THEN (SELECT client_id FROM contact_log WHERE contact_id = record_id)
    ELSE COALESCE(json_extract(audit_log.changes, '$.client_id[1]'), json_extract(audit_log.changes, '$.client_id[0]')) END AS client_id,
    CASE WHEN table_name = 'clients' AND instr('Strong, Good, Needs Attention, At Risk', json_extract(audit_log.changes, '$.relationship_strength[1]'))
        > instr('Strong, Good, Needs Attention, At Risk', NULLIF(json_extract(audit_log.changes, '$.relationship_strength[0]'), 'New'))
        THEN json_extract(audit_log.changes, '$.relationship_strength[1]') END AS fell_to
FROM audit_log JOIN changes USING (change_id)
WHERE (table_name = 'clients' AND sensitivity = 'team')
    OR (table_name = 'clients' AND action = 'update' AND (json_type(audit_log.changes, '$.mpr_primary_poc') IS NOT NULL
        OR json_type(audit_log.changes, '$.mpr_secondary_poc') IS NOT NULL OR json_type(audit_log.changes, '$.is_archived') IS NOT NULL))
    OR (table_name = 'clients' AND action = 'track' AND json_type(audit_log.changes, '$.next_planned_contact_date') IS NOT NULL)
    OR (table_name IN ('client_owner_relationships', 'client_project_relationships', 'client_vendor_relationships',
        'client_operator_relationships', 'client_personnel_relationships') AND action IN ('create', 'delete'))
    OR (table_name = 'contact_log' AND action = 'update' AND (json_extract(audit_log.changes, '$.follow_up_done[1]')
        OR (json_extract(audit_log.changes, '$.follow_up_date[0]') IS NOT NULL AND json_extract(audit_log.changes, '$.follow_up_date[1]') IS NOT NULL)));
INSERT INTO client_changes (audit_id, client_id, sensitivity, occurred_date)
SELECT audit_id, client_id, sensitivity, occurred_date FROM told_of_clients
WHERE client_id IS NOT NULL AND audit_id NOT IN (SELECT audit_id FROM client_changes);
UPDATE client_changes SET fell_to = (SELECT fell_to FROM told_of_clients WHERE told_of_clients.audit_id = client_changes.audit_id)
WHERE sensitivity = 'team';
CREATE TRIGGER audit_log_tells_of_clients AFTER INSERT ON audit_log
WHEN NEW.table_name IN ('clients', 'contact_log') OR NEW.table_name LIKE 'client@_%' ESCAPE '@' BEGIN
    INSERT INTO client_changes (audit_id, client_id, sensitivity, occurred_date, fell_to)
    SELECT audit_id, client_id, sensitivity, occurred_date, fell_to FROM told_of_clients
    WHERE audit_id = NEW.audit_id AND client_id IS NOT NULL;
END;
CREATE INDEX changes_of_clients ON client_changes (occurred_date, audit_id);
CREATE INDEX falls_of_clients ON client_changes (occurred_date, audit_id) WHERE fell_to IS NOT NULL;
CREATE INDEX follow_ups_of_client ON contact_log (client_id, is_follow_up_open, follow_up_date);
