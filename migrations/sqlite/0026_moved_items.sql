-- An action item that was moved to another day is told of its client as one that was done or dropped is.

DROP TRIGGER audit_log_tells_of_items;
CREATE TRIGGER audit_log_tells_of_items AFTER INSERT ON audit_log
WHEN NEW.table_name = 'action_items' AND (json_extract(NEW.changes, '$.item_state[1]') IS NOT NULL
    OR (json_extract(NEW.changes, '$.due_date[0]') IS NOT NULL AND json_extract(NEW.changes, '$.due_date[1]') IS NOT NULL)) BEGIN
    INSERT INTO client_changes (audit_id, client_id, sensitivity, occurred_date)
    SELECT NEW.audit_id, action_items.client_id, NEW.sensitivity, changes.occurred_date
    FROM action_items JOIN changes ON changes.change_id = NEW.change_id WHERE action_items.item_id = NEW.record_id;
END;
