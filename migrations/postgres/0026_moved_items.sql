-- An action item that was moved to another day is told of its client as one that was done or dropped is.

CREATE OR REPLACE FUNCTION tell_of_item() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO client_changes (audit_id, client_id, sensitivity, occurred_date)
    SELECT NEW.audit_id, action_items.client_id, NEW.sensitivity, changes.occurred_date
    FROM action_items JOIN changes ON changes.change_id = NEW.change_id WHERE action_items.item_id = NEW.record_id
        AND (CAST(NEW.changes AS JSONB) #>> '{item_state,1}' IS NOT NULL
            OR (CAST(NEW.changes AS JSONB) #>> '{due_date,0}' IS NOT NULL AND CAST(NEW.changes AS JSONB) #>> '{due_date,1}' IS NOT NULL));
    RETURN NULL;
END $$;
