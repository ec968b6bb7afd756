-- Roundtable entries: append-only, a correction is a new version that supersedes the earlier one (product.md §4).

CREATE TABLE roundtable_history (
    history_id INTEGER PRIMARY KEY,
    client_id INTEGER NOT NULL REFERENCES clients (client_id),
    meeting_date DATE NOT NULL,
    next_steps TEXT,
    client_near_term_focus TEXT,
    mpr_work_targets TEXT,
    discussion TEXT,
    action_items TEXT,
    superseded_by INTEGER REFERENCES roundtable_history (history_id),
    created_by INTEGER REFERENCES users (user_id),
    created_date TIMESTAMP NOT NULL,
    CHECK (COALESCE(next_steps, client_near_term_focus, mpr_work_targets, discussion, action_items) IS NOT NULL)
);
CREATE UNIQUE INDEX one_correction_of_a_version ON roundtable_history (superseded_by) WHERE superseded_by IS NOT NULL;
CREATE INDEX entries_of_client ON roundtable_history (client_id, meeting_date, history_id) WHERE superseded_by IS NULL;
CREATE INDEX versions_of_client ON roundtable_history (client_id, meeting_date, history_id);
CREATE INDEX entries_by_date ON roundtable_history (meeting_date, history_id) WHERE superseded_by IS NULL;
