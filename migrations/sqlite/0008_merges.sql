-- Two records that were one: what a merge moved, so that it can be undone. A roundtable entry may change its client in a
-- merge alone; its words stay as they are (product.md §4).

CREATE TABLE merges (
    merge_id INTEGER PRIMARY KEY AUTOINCREMENT,
    record_kind TEXT NOT NULL CHECK (record_kind IN ('client', 'owner', 'vendor', 'technology', 'project', 'operator', 'constructor', 'offtaker', 'personnel')),
    merged_id INTEGER NOT NULL,
    survivor_id INTEGER NOT NULL,
    merged_name TEXT NOT NULL,
    survivor_name TEXT NOT NULL,
    merged_by TEXT NOT NULL,
    merged_date TIMESTAMP NOT NULL,
    undone_date TIMESTAMP,
    CHECK (merged_id <> survivor_id)
);
CREATE UNIQUE INDEX merged_once ON merges (record_kind, merged_id) WHERE undone_date IS NULL;
CREATE INDEX merges_into ON merges (record_kind, survivor_id);
CREATE TABLE merge_steps (
    step_id INTEGER PRIMARY KEY,
    merge_id INTEGER NOT NULL REFERENCES merges (merge_id),
    step TEXT NOT NULL CHECK (step IN ('archived', 'filled', 'cleared', 'removed', 'moved')),
    table_name TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    column_name TEXT NOT NULL,
    held TEXT
);
CREATE INDEX steps_of_merge ON merge_steps (merge_id, step_id);
CREATE TRIGGER roundtable_history_keeps_rows BEFORE DELETE ON roundtable_history BEGIN
    SELECT RAISE(ABORT, 'roundtable entries are append-only');
END;
CREATE TRIGGER roundtable_history_keeps_words BEFORE UPDATE ON roundtable_history
WHEN OLD.meeting_date IS NOT NEW.meeting_date
    OR OLD.next_steps IS NOT NEW.next_steps
    OR OLD.client_near_term_focus IS NOT NEW.client_near_term_focus
    OR OLD.mpr_work_targets IS NOT NEW.mpr_work_targets
    OR OLD.discussion IS NOT NEW.discussion
    OR OLD.action_items IS NOT NEW.action_items
    OR OLD.created_by IS NOT NEW.created_by
    OR OLD.created_date IS NOT NEW.created_date
    OR (OLD.superseded_by IS NOT NULL AND NEW.superseded_by IS NOT OLD.superseded_by) BEGIN
    SELECT RAISE(ABORT, 'roundtable entries are append-only');
END;
CREATE TRIGGER roundtable_history_keeps_client BEFORE UPDATE ON roundtable_history
WHEN NEW.client_id <> OLD.client_id AND NOT EXISTS (SELECT 1 FROM merges WHERE record_kind = 'client' AND undone_date IS NULL
        AND ((merged_id = OLD.client_id AND survivor_id = NEW.client_id)
            OR (merged_id = NEW.client_id AND survivor_id = OLD.client_id))) BEGIN
    SELECT RAISE(ABORT, 'roundtable entries change their client in a merge only');
END;
