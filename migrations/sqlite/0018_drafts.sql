-- Drafts: what is typed and not yet filed, kept on the server so that it outlives the browser, and no browser keeps it.
-- A draft is its author's alone. Two tabs of one author have a draft each; the sequence tells which words a tab knew.

CREATE TABLE drafts (
    draft_id INTEGER PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (user_id),
    form TEXT NOT NULL CHECK (form <> ''),
    record_id BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    fields TEXT NOT NULL,
    kept_date TIMESTAMP NOT NULL
);
CREATE INDEX drafts_of_form ON drafts (user_id, form, record_id, kept_date, draft_id);
CREATE INDEX drafts_of_user ON drafts (user_id, kept_date, draft_id);
CREATE INDEX drafts_by_date ON drafts (kept_date);
