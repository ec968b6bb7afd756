-- Imports: a file that someone brought, how its columns are taken, and what came of it. An import is its person's alone:
-- what a file says is nobody else's until it is taken. The rows themselves stand in a file beside the backups. Ids are
-- drawn by chance, so that a page may name one without telling how many there are.

CREATE TABLE imports (
    import_id BIGINT PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (user_id),
    kind TEXT NOT NULL CHECK (kind <> ''),
    file_name TEXT NOT NULL CHECK (file_name <> ''),
    stored_name TEXT NOT NULL CHECK (stored_name <> ''),
    heads TEXT NOT NULL,
    recognised TEXT NOT NULL,
    settings TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('brought', 'rehearsing', 'rehearsed', 'running', 'done', 'undoing', 'undone')),
    report TEXT,
    change_id BIGINT REFERENCES changes (change_id),
    created_date TIMESTAMP NOT NULL
);
CREATE INDEX imports_of_user ON imports (user_id, created_date, import_id);
CREATE INDEX imports_of_change ON imports (change_id);
