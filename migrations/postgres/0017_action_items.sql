-- Action items: what is to be done for a client, by whom and by when. An item is the NED Team's unless it is marked as open; of
-- which entry and meeting it comes is the team's always. Ids come by chance. That an item came up, was done or dropped is told
-- by the timeline of its client.

CREATE TABLE action_items (
    item_id BIGINT PRIMARY KEY,
    client_id BIGINT NOT NULL REFERENCES clients (client_id),
    text TEXT NOT NULL CHECK (text <> ''),
    due_date DATE,
    is_open BOOLEAN NOT NULL DEFAULT FALSE,
    item_state TEXT NOT NULL DEFAULT 'Open' CHECK (item_state IN ('Open', 'Done', 'Dropped')),
    reason TEXT,
    settled_date TIMESTAMP,
    history_id BIGINT REFERENCES roundtable_history (history_id),
    meeting_id BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    created_by BIGINT REFERENCES users (user_id),
    created_date TIMESTAMP NOT NULL,
    modified_date TIMESTAMP,
    CHECK ((item_state = 'Dropped') = (reason IS NOT NULL)),
    CHECK ((item_state = 'Open') = (settled_date IS NULL))
);
CREATE INDEX items_of_client ON action_items (client_id, item_state, due_date, item_id);
CREATE INDEX items_by_date ON action_items (due_date, item_id) WHERE item_state = 'Open';
CREATE INDEX items_of_entry ON action_items (history_id) WHERE history_id IS NOT NULL;
CREATE INDEX items_of_meeting ON action_items (meeting_id) WHERE meeting_id IS NOT NULL;

CREATE TABLE action_item_owners (
    assignment_id BIGINT PRIMARY KEY,
    item_id BIGINT NOT NULL REFERENCES action_items (item_id),
    assigned_to BIGINT NOT NULL REFERENCES personnel (personnel_id)
);
CREATE INDEX owners_of_item ON action_item_owners (item_id, assigned_to);
CREATE INDEX items_of_owner ON action_item_owners (assigned_to, item_id);

CREATE FUNCTION tell_of_item() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO client_changes (audit_id, client_id, sensitivity, occurred_date)
    SELECT NEW.audit_id, action_items.client_id, NEW.sensitivity, changes.occurred_date
    FROM action_items JOIN changes ON changes.change_id = NEW.change_id WHERE action_items.item_id = NEW.record_id
        AND CAST(NEW.changes AS JSONB) #>> '{item_state,1}' IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_log_tells_of_items AFTER INSERT ON audit_log FOR EACH ROW
WHEN (NEW.table_name = 'action_items') EXECUTE FUNCTION tell_of_item();
