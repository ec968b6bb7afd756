-- Tokens by which programs ask for an account: stored hashed, with an end, narrowed in what they reach; accounts of
-- programs, which never sign in; how often a token was used this minute; and the token or file by which a change was made.

ALTER TABLE users ADD COLUMN is_service BOOLEAN NOT NULL DEFAULT FALSE;
CREATE TABLE tokens (
    token_id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES users (user_id),
    token_name TEXT NOT NULL CHECK (token_name <> ''),
    token_hash TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'write')),
    reaches_confidential BOOLEAN NOT NULL,
    reaches_team BOOLEAN NOT NULL,
    reaches_admin BOOLEAN NOT NULL,
    created_date TIMESTAMP NOT NULL,
    expires_date TIMESTAMP NOT NULL,
    revoked_date TIMESTAMP
);
CREATE INDEX tokens_of_user ON tokens (user_id);
CREATE TABLE token_uses (
    token_id INTEGER NOT NULL PRIMARY KEY REFERENCES tokens (token_id),
    last_used_date TIMESTAMP,
    last_used_address TEXT,
    minute_date TIMESTAMP NOT NULL,
    requests BIGINT NOT NULL
);
CREATE TABLE kept_answers (
    user_id BIGINT NOT NULL REFERENCES users (user_id),
    token_id BIGINT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status BIGINT NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL,
    kept_date TIMESTAMP NOT NULL,
    PRIMARY KEY (user_id, token_id, idempotency_key)
);
CREATE INDEX kept_answers_by_date ON kept_answers (kept_date);
ALTER TABLE changes ADD COLUMN way_name TEXT CHECK (way_name <> '');
-- The list of ways grows; a rule of a column goes with it.
DROP TRIGGER changes_keeps_words;
ALTER TABLE changes ADD COLUMN made_by TEXT NOT NULL DEFAULT 'page'
    CHECK (made_by IN ('page', 'api', 'assistant', 'import', 'undo', 'command'));
UPDATE changes SET made_by = way WHERE way <> 'page';
ALTER TABLE changes DROP COLUMN way;
ALTER TABLE changes RENAME COLUMN made_by TO way;
CREATE TRIGGER changes_keeps_words BEFORE UPDATE ON changes BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE INDEX changes_by_way ON changes (way, occurred_date);
