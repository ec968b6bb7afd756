-- Webhooks: where other programs are told that something changed, by ids and never by words. What is sent there waits in
-- the queue; of one place, one after the other.

CREATE TABLE webhooks (
    webhook_id INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_name TEXT NOT NULL CHECK (webhook_name <> ''),
    url TEXT NOT NULL CHECK (url <> ''),
    collections TEXT NOT NULL CHECK (collections <> ''),
    secret TEXT NOT NULL CHECK (secret <> ''),
    failing_since TIMESTAMP,
    given_up_date TIMESTAMP,
    created_date TIMESTAMP NOT NULL
);
ALTER TABLE jobs ADD COLUMN webhook_id BIGINT REFERENCES webhooks (webhook_id);
ALTER TABLE jobs ADD COLUMN status BIGINT;
CREATE INDEX jobs_of_webhook ON jobs (webhook_id, job_id) WHERE webhook_id IS NOT NULL;
