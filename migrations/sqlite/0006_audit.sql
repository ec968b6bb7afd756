-- Every change: who, when, from where, which fields, old and new (product.md §5). Admin-only; a row is as restricted as its fields.

CREATE TABLE audit_log (
    audit_id INTEGER PRIMARY KEY AUTOINCREMENT,
    occurred_date TIMESTAMP NOT NULL,
    user_id INTEGER REFERENCES users (user_id),
    username TEXT CHECK (username <> ''),
    remote_address TEXT,
    action TEXT NOT NULL,
    table_name TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    sensitivity TEXT NOT NULL CHECK (sensitivity IN ('public', 'confidential', 'team')),
    changes TEXT NOT NULL
);
CREATE INDEX audit_of_record ON audit_log (table_name, record_id, audit_id);
CREATE INDEX audit_by_user ON audit_log (user_id, audit_id);
