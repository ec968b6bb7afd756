-- Every change: who, when, from where, by which way, which fields, old and new (product.md §5). One change is one save; its
-- rows are as restricted as their fields. Nothing here is ever altered. Changes have ids by chance, since a page may name one.

CREATE TABLE changes (
    change_id INTEGER PRIMARY KEY,
    occurred_date TIMESTAMP NOT NULL,
    user_id BIGINT REFERENCES users (user_id),
    username TEXT CHECK (username <> ''),
    remote_address TEXT,
    way TEXT NOT NULL CHECK (way IN ('page', 'api', 'import', 'undo', 'command'))
);
CREATE INDEX changes_by_user ON changes (user_id, occurred_date);
CREATE TABLE audit_log (
    audit_id INTEGER PRIMARY KEY,
    change_id BIGINT NOT NULL REFERENCES changes (change_id),
    action TEXT NOT NULL,
    table_name TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    sensitivity TEXT NOT NULL CHECK (sensitivity IN ('public', 'confidential', 'team')),
    changes TEXT NOT NULL
);
CREATE INDEX audit_of_record ON audit_log (table_name, record_id, audit_id);
CREATE INDEX audit_of_change ON audit_log (change_id);
CREATE TRIGGER audit_log_keeps_rows BEFORE DELETE ON audit_log BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_log_keeps_words BEFORE UPDATE ON audit_log BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER changes_keeps_rows BEFORE DELETE ON changes BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER changes_keeps_words BEFORE UPDATE ON changes BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
