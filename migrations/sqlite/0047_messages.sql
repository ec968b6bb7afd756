-- What is to be done after a save and outside of it: a queue of jobs, which holds ids and never words. Mail: what each
-- person wants to be told, links by which one says no, and addresses to which mail cannot be brought.

CREATE TABLE jobs (
    job_id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('digest', 'assignment', 'invitation', 'test', 'webhook')),
    job_key TEXT NOT NULL UNIQUE CHECK (job_key <> ''),
    user_id BIGINT REFERENCES users (user_id),
    payload TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dropped', 'failed')),
    run_after TIMESTAMP NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    leased_until TIMESTAMP,
    leased_by BIGINT,
    told TEXT,
    created_date TIMESTAMP NOT NULL,
    finished_date TIMESTAMP
);
CREATE INDEX jobs_waiting ON jobs (run_after) WHERE state = 'waiting';
CREATE INDEX jobs_finished ON jobs (finished_date) WHERE state <> 'waiting';
CREATE TABLE mail_wishes (
    user_id INTEGER NOT NULL PRIMARY KEY REFERENCES users (user_id),
    digest TEXT NOT NULL CHECK (digest IN ('off', 'daily', 'weekly')),
    wants_assignments BOOLEAN NOT NULL,
    wants_invitations BOOLEAN NOT NULL
);
CREATE TABLE mail_links (
    token_hash TEXT NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (user_id),
    kind TEXT NOT NULL CHECK (kind IN ('digest', 'assignment', 'invitation')),
    created_date TIMESTAMP NOT NULL
);
CREATE INDEX mail_links_by_date ON mail_links (created_date);
CREATE TABLE mail_bounces (
    email TEXT NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    bounced_date TIMESTAMP NOT NULL
);
ALTER TABLE firm ADD COLUMN mails_restricted BOOLEAN NOT NULL DEFAULT FALSE;
